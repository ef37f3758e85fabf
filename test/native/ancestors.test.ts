/** Pipes join relatives: who made one may have no end of it, and is named all the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { TestHelper } from '../support/helper';
import { until } from '../support/until';

const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of clean.splice(0).reverse()) await undo();
});

/** Whoever started the tests may have left descriptors open. */
const ALONE = 'import os, sys; os.closerange(3, 1024); os.execvp("sh", ["sh", "-c", sys.argv[1]])';

/** A shell that has no IPC of its own. */
function start(line: string): ChildProcess {
  const shell = spawn('python3', ['-c', ALONE, line], { stdio: 'ignore', detached: true });
  const ended = once(shell, 'exit');
  clean.push(() => {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
    return ended;
  });
  return shell;
}

function looks() {
  const helper = new TestHelper();
  clean.push(() => helper.stop());
  return (details: string[], processes = true) =>
    helper.request('changes', {
      ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
      interest: { levels: { pipe: 'rows' }, details: details as never, processes },
    });
}

test('a shell that made a pipeline is reported among the processes', async () => {
  const shell = start('sleep 300 | cat; :');
  const look = looks();
  const ref = await until(async () => {
    const { added, processes = [] } = await look([]);
    const child = (pid: number, name: string) =>
      processes.some((one) => one.pid === pid && one.name === name && one.parent === shell.pid);
    return added.find(
      ({ kind, endpoints = [] }) =>
        kind === 'pipe' &&
        endpoints.length === 2 &&
        endpoints.some(({ pid, role }) => role === 'writer' && child(pid, 'sleep')) &&
        endpoints.some(({ pid, role }) => role === 'reader' && child(pid, 'cat')),
    )?.ref;
  });
  const { added, processes = [] } = await look([ref]);
  const pipe = added.find((one) => one.ref === ref);
  expect(pipe).toMatchObject({ ancestor: { pid: shell.pid } });
  expect(processes.find(({ pid }) => pid === shell.pid)).toMatchObject({ name: 'sh' });
});

test('a grandchild tells whose it is also where the shell in between is not reported', async () => {
  const shell = start('sh -c "sleep 300 | cat; :"; :');
  const look = looks();
  const child = await until(async () => {
    const { processes = [] } = await look([]);
    return processes.find(({ name, ancestors }) => name === 'cat' && ancestors?.[0] === shell.pid);
  });
  const { processes = [] } = await look([]);
  const pids = new Set(processes.map(({ pid }) => pid));
  expect(pids.has(child.parent ?? 0)).toBe(false);
  expect(pids.has(shell.pid ?? 0)).toBe(false);
  // Each of them but the last, which stands in the answer with a parent of its own.
  for (const ancestor of child.ancestors?.slice(0, -1) ?? []) expect(pids.has(ancestor)).toBe(false);
  for (const { pid, parent, ancestors } of processes) {
    expect(ancestors?.includes(pid)).not.toBe(true);
    if (parent !== undefined && pids.has(parent)) expect(ancestors).toBeUndefined();
  }
  // Nothing is read for those who do not look at processes.
  const { processes: named = [] } = await look([], false);
  expect(named.filter(({ ancestors, parent }) => ancestors ?? parent)).toEqual([]);
});
