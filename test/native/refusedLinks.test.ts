/** Where a process's descriptors may be listed and its links not be read: it is hidden, and counted, not empty. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Kind, pipeRef, type Ref } from '../../src/protocol/ref';
import type { Snapshot } from '../../src/protocol/snapshot';
import { withoutStatx } from '../support/namespaces';
import { needs, needsRoot, output } from '../support/oracles';
import { HELPER, TestHelper } from '../support/helper';
import { type Holder, Scene } from '../support/streams';
import { until } from '../support/until';

/** Root without the right to look into processes that have more rights. */
const NO_PTRACE = ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace'];

const scene = new Scene();
let holder: Holder;
beforeEach((context) => {
  needs(context, 'python3');
  needs(context, 'setpriv');
  needsRoot(context, 'to take one of its rights away');
  holder = scene.holder();
});
afterEach(async () => {
  rmSync(`/dev/shm/ipc-inspector-test-${process.pid}`, { force: true });
  await scene.clean();
});

const snapshotBy = (...prefix: string[]): Snapshot => {
  const [command, ...args] = [...prefix, process.execPath, HELPER, 'snapshot'];
  return JSON.parse(output(command, ...args)) as Snapshot;
};
const deniedOf = ({ blind }: Snapshot, kind: Kind) =>
  blind.find((one) => one.kind === kind && one.field === 'endpoints' && one.code === 'denied')?.count ?? 0;

test('links that may not be read are counted as a hidden process, for every kind that is found through them', async () => {
  await holder.run('import socket, mmap');
  await holder.run('ends = os.pipe()');
  await holder.run('one = socket.socket(); one.bind(("127.0.0.1", 0)); one.listen(1)');
  const port = await holder.run('one.getsockname()[1]');
  const own = snapshotBy('env');
  const hidden = snapshotBy(...NO_PTRACE);
  const listener = ({ objects }: Snapshot) =>
    objects.find((object) => object.kind === 'inet' && object.local.port === port && !object.remote);
  expect(listener(own)?.endpoints).toHaveLength(1);
  expect(listener(hidden)?.endpoints).toEqual([]);
  for (const kind of [
    'pipe',
    'fifo',
    'unix',
    'inet',
    'posix.mq',
    'posix.shm',
    'posix.sem',
    'mapping',
  ] as const)
    expect([kind, deniedOf(hidden, kind) > deniedOf(own, kind)]).toEqual([kind, true]);
});

test('a process that ends while it is listed is not called hidden', async () => {
  const before = deniedOf(snapshotBy('env'), 'pipe');
  await holder.run('import subprocess; going = [subprocess.Popen(["sleep", "60"]) for _ in range(40)]');
  await holder.run('[one.kill() for one in going]');
  expect(deniedOf(snapshotBy('env'), 'pipe')).toBe(before);
  await holder.run('[one.wait() for one in going]');
});

test('where a filter refuses to say what files are, that is counted too', async () => {
  await holder.run('ends = os.pipe()');
  const folder = scene.folder();
  await holder.run(`os.mkfifo('${folder}/fifo'); both = os.open('${folder}/fifo', os.O_RDWR)`);
  const memory = `/dev/shm/ipc-inspector-test-${process.pid}`;
  writeFileSync(memory, 'x');
  const own = snapshotBy('env');
  const hidden = snapshotBy(...withoutStatx());
  for (const kind of ['pipe', 'fifo', 'posix.mq'] as const)
    expect([kind, deniedOf(hidden, kind) > deniedOf(own, kind)]).toEqual([kind, true]);
  // Nobody knows what lies in a folder of which no entry may be asked.
  const { blind } = hidden;
  expect(blind).toContainEqual({ kind: 'posix.shm', code: 'denied' });
});

test('the command line says of nobody and of nothing only what is proved', async () => {
  await holder.run('import socket');
  const inode = String(await holder.run('(ends := os.pipe()) and os.fstat(ends[0]).st_ino'));
  await holder.run('one = socket.socket(); one.bind(("127.0.0.1", 0)); one.listen(1)');
  const port = await holder.run('one.getsockname()[1]');
  const helper = (...args: string[]) =>
    spawnSync(NO_PTRACE[0] ?? '', [...NO_PTRACE.slice(1), process.execPath, HELPER, ...args], {
      encoding: 'utf8',
    });
  const line = helper('list', '--kind', 'inet')
    .stdout.split('\n')
    .find((one) => one.includes(`127.0.0.1:${String(port)} `) && one.includes('listening'));
  expect(line).toMatch(/nobody seen$/);
  const ref = line?.split(' ')[0] ?? '';
  const { stdout } = helper('inspect', ref);
  expect(stdout).toMatch(/^Processes: none seen$/m);
  // What is so of other sockets is nothing of this one's.
  expect(stdout).not.toMatch(/leaves this host|network namespace could/);
  for (const command of ['inspect', 'peek'])
    expect(helper(command, `pipe:${inode}`).stderr).toMatch(
      /^Could not peek at .*only processes have it that may not|^It was not found: it is gone, or only .*processes? that (may|cannot)/,
    );
});

test('a FIFO that only a hidden process has is not called unopened, by no act either', async () => {
  const folder = scene.folder();
  const path = `${folder}/fifo`;
  await holder.run(`os.mkfifo('${path}'); both = os.open('${path}', os.O_RDWR); os.write(both, b'abc')`);
  const helper = new TestHelper(NO_PTRACE);
  try {
    const levels = { fifo: 'rows' as const };
    const ask = { epoch: null, seq: 0, interval: 1000, fresh: true };
    const found = async () => {
      const { added } = await helper.request('changes', {
        ...ask,
        interest: { levels, details: [], folders: [folder] },
      });
      return added.find((one) => one.kind === 'fifo' && one.path === path);
    };
    await until(async () => (await found()) !== undefined);
    const fifo = await found();
    expect(fifo?.flags).toEqual(['fileOnly', 'noReaderSeen', 'noWriterSeen']);
    const ref = fifo?.ref ?? ('' as Ref);
    const why = async (act: Promise<unknown>) => (await helper.failure(act)).detail;
    expect(await why(helper.act('fifo', 'peek', { ref, length: 5 }))).toEqual({ why: 'noReaderSeen' });
    expect(await why(helper.act('fifo', 'alterCapacity', { ref, capacity: 4096 }))).toEqual({
      why: 'noHolderSeen',
    });
    // What nobody finds may be had by the hidden all the same.
    expect(await why(helper.act('pipe', 'inspect', { ref: pipeRef('1') }))).toEqual({ why: 'unseen' });
  } finally {
    await helper.stop();
  }
});
