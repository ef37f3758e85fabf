/** Pipes join relatives: who made one may have no end of it, and is named all the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { TestHelper } from '../support/helper';
import { until } from '../support/until';

const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of clean.splice(0).reverse()) await undo();
});

test('a shell that made a pipeline is reported among the processes', async () => {
  const shell = spawn('sh', ['-c', 'sleep 300 | cat; :'], { stdio: 'ignore', detached: true });
  const ended = once(shell, 'exit');
  clean.push(() => {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
    return ended;
  });
  const helper = new TestHelper();
  clean.push(() => helper.stop());
  const look = (details: string[]) =>
    helper.request('changes', {
      ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
      interest: { levels: { pipe: 'rows' }, details: details as never, processes: true },
    });
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
