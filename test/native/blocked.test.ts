/** Who waits on what: processes that are really blocked, stopped, continued, and in another namespace. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { Endpoint } from '../../src/protocol/facts';
import { ROWS, snapshot, TestHelper } from '../support/helper';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { ended } from '../support/processes';
import { Made, operate, send } from '../support/sysv';
import { until } from '../support/until';
import { said } from '../support/waits';

const made = new Made();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await until(() => ended(child.pid ?? 0));
  }
  made.clean();
});

/** A process that runs one call of libc and blocks in it. */
function blockIn(call: string, before: string[] = []): ChildProcess {
  const script = `
    const koffi = require('koffi');
    const libc = koffi.load(null);
    const msgrcv = libc.func('long msgrcv(int, void *, size_t, long, int)');
    const msgsnd = libc.func('int msgsnd(int, void *, size_t, int)');
    const semop = libc.func('int semop(int, void *, size_t)');
    const semtimedop = libc.func('int semtimedop(int, void *, size_t, void *)');
    const buffer = Buffer.alloc(9000);
    ${call};`;
  const [command, ...args] = [...before, process.execPath, '-e', script];
  const child = spawn(command ?? '', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

const waitersOf = (kind: string, id: number): Endpoint[] =>
  snapshot().objects.find((object) => object.kind === kind && 'id' in object && object.id === id)
    ?.endpoints ?? [];
/** What each waits for, in the order of the processes. */
const saidOf = (endpoints: readonly Endpoint[]) =>
  endpoints.map(({ pid, role, waits }) => [
    pid,
    role,
    waits?.map(said).map((wait) => [wait.call, ...wait.arguments]),
  ]);

test('receivers by each rule, and a sender before a full queue', async () => {
  const id = made.queue();
  const full = made.queue();
  for (let at = 0; at < 2; at++) send(full, 1, 'x'.repeat(8192));
  const [any, typed, upTo, except, sender] = [
    blockIn(`msgrcv(${id}, buffer, 8192, 0, 0)`),
    blockIn(`msgrcv(${id}, buffer, 8192, 7, 0)`),
    blockIn(`msgrcv(${id}, buffer, 8192, -9, 0)`),
    blockIn(`msgrcv(${id}, buffer, 8192, 5, 0o20000)`),
    blockIn(`buffer.writeBigInt64LE(3n); msgsnd(${full}, buffer, 12, 0)`),
  ];
  await until(() => waitersOf('sysv.msg', id).length === 4 && waitersOf('sysv.msg', full).length === 1);
  const byPid = (a: Endpoint, b: Endpoint) => a.pid - b.pid;
  expect(saidOf(waitersOf('sysv.msg', id).sort(byPid))).toEqual([
    [any.pid, 'waiter', [['msgrcv', 'any type']]],
    [typed.pid, 'waiter', [['msgrcv', 'type 7']]],
    [upTo.pid, 'waiter', [['msgrcv', 'type <= 9']]],
    [except.pid, 'waiter', [['msgrcv', 'type not 5']]],
  ]);
  expect(saidOf(waitersOf('sysv.msg', full))).toEqual([
    [sender.pid, 'waiter', [['msgsnd', 'type 3', '12 bytes']]],
  ]);
});

test('operations of a set as they were asked for', async () => {
  const id = made.set(3);
  operate(id, 2, 1);
  const both = blockIn(`semop(${id}, Buffer.from([0, 0, 255, 255, 0, 0, 1, 0, 2, 0, 0, 0x10]), 2)`);
  const zero = blockIn(
    `const time = Buffer.alloc(16); time.writeBigInt64LE(60n); semtimedop(${id}, Buffer.from([2, 0, 0, 0, 0, 0]), 1, time)`,
  );
  await until(() => waitersOf('sysv.sem', id).length === 2);
  const told = new Map(
    waitersOf('sysv.sem', id).map(({ pid, waits }) => [pid, waits?.map(said)[0]?.arguments]),
  );
  expect(told.get(both.pid ?? 0)).toEqual(['[0] -1', '[1] +2 undo']);
  expect(told.get(zero.pid ?? 0)).toEqual(['[2] 0']);
});

test('threads of one process stand together, each with its own wait', async () => {
  const id = made.set(2);
  const child = blockIn(`
    for (const number of [0, 1])
      semop.async(${id}, Buffer.from([number, 0, 255, 255, 0, 0]), 1, () => undefined)`);
  await until(() => waitersOf('sysv.sem', id)[0]?.waits?.length === 2);
  const [endpoint, ...others] = waitersOf('sysv.sem', id);
  expect(others).toEqual([]);
  expect(endpoint?.pid).toBe(child.pid);
  expect(endpoint?.waits?.map((wait) => said(wait).arguments[0]).sort()).toEqual(['[0] -1', '[1] -1']);
  expect(endpoint?.waits?.some(({ tid }) => tid === child.pid)).toBe(false);
});

test('a stopped thread does not wait; one that was continued waits again, or has left', async () => {
  const id = made.set(1);
  const helper = new TestHelper();
  try {
    const child = blockIn(`for (;;) semop(${id}, Buffer.from([0, 0, 255, 255, 0, 0]), 1)`);
    let position: { epoch: string | null; seq: number } = { epoch: null, seq: 0 };
    const seen = new Map<number, Endpoint[]>();
    // One helper that looks again and again: what it keeps from look to look must follow.
    const waiting = async () => {
      const batch = await helper.request('changes', {
        ...position,
        interest: ROWS,
        interval: 10,
        fresh: true,
      });
      position = { epoch: batch.epoch, seq: batch.seq };
      for (const one of [...batch.added, ...batch.changed])
        if (one.kind === 'sysv.sem') seen.set(one.id, one.endpoints ?? []);
      return (seen.get(id) ?? []).map(({ pid }) => pid);
    };
    await until(async () => (await waiting()).includes(child.pid ?? 0));
    child.kill('SIGSTOP');
    await until(async () => (await waiting()).length === 0);
    child.kill('SIGCONT');
    await until(async () => (await waiting()).includes(child.pid ?? 0));
    child.kill('SIGKILL');
    await until(async () => (await waiting()).length === 0);
  } finally {
    await helper.stop();
  }
});

test('a waiter of another ipc namespace is not ours', async (context) => {
  needsRoot(context, 'makes an ipc namespace');
  needs(context, 'unshare');
  const id = made.queue();
  const child = blockIn(
    `require('node:fs').writeFileSync('/proc/sys/kernel/msg_next_id', '${id}');
     const made = libc.func('int msgget(int, int)')(0, 0o1600);
     if (made !== ${id}) throw new Error('another id');
     msgrcv(made, buffer, 8192, 0, 0)`,
    ['unshare', '--ipc'],
  );
  const ours = blockIn(`msgrcv(${id}, buffer, 8192, 0, 0)`);
  await until(() => waitersOf('sysv.msg', id).length > 0);
  expect(child.exitCode).toBeNull();
  expect(waitersOf('sysv.msg', id).map(({ pid }) => pid)).toEqual([ours.pid]);
});

test('what may not be looked at is counted, not passed over', async (context) => {
  needsRoot(context, 'looks as another user');
  needs(context, 'setpriv');
  const id = made.queue(0, 0o666);
  const child = blockIn(`msgrcv(${id}, buffer, 8192, 0, 0)`);
  await until(() => waitersOf('sysv.msg', id).length === 1);
  const nobody = new TestHelper(AS_NOBODY);
  try {
    const { objects, blind } = await nobody.request('snapshot', {});
    const queue = objects.find((object) => object.kind === 'sysv.msg' && object.id === id);
    expect(queue?.endpoints).toEqual([]);
    const hidden = blind.find(({ kind, field }) => kind === 'sysv.msg' && field === 'endpoints');
    expect(hidden?.code).toBe('denied');
    expect(hidden?.count).toBeGreaterThan(0);
    expect(child.exitCode).toBeNull();
  } finally {
    await nobody.stop();
  }
});

test('exactly the processes of others are counted as hidden: kernel threads and the dead hold and wait for nothing', async (context) => {
  needsRoot(context, 'looks as another user');
  needs(context, 'setpriv');
  needs(context, 'perl', ['-e', '1']);
  const id = made.queue(0, 0o666);
  made.segment(4096);
  const nobody = new TestHelper(AS_NOBODY);
  try {
    /** The counts for queues and segments, and what they must be; looks again where processes come and go meanwhile. */
    const counted = () =>
      until(async () => {
        const before = others();
        const { blind } = await nobody.request('snapshot', {});
        if (before.join() !== others().join()) return undefined;
        const hidden = (kind: string) =>
          blind.find((one) => one.kind === kind && one.field === 'endpoints' && one.code === 'denied')?.count;
        return { is: [hidden('sysv.msg'), hidden('sysv.shm')], pids: before };
      });
    // Its child ends, and nobody buries it.
    const parent = spawn(
      'perl',
      ['-e', '$| = 1; my $child = fork // die; exit if !$child; print $child; sleep 60'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(parent);
    const dead = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    await until(() => stateOf(dead).dead);
    const without = await counted();
    expect(without.is).toEqual([without.pids.length, without.pids.length]);
    const child = blockIn(`msgrcv(${id}, buffer, 8192, 0, 0)`);
    await until(() => waitersOf('sysv.msg', id).length === 1);
    const after = await counted();
    expect(after.pids).toContain(child.pid);
    expect(after.is).toEqual([after.pids.length, after.pids.length]);
  } finally {
    await nobody.stop();
  }
});

/** The processes with a living thread that are not nobody's, but for those of the kernel; by their pid. */
function others(): number[] {
  return numbersIn('/proc').filter((pid) => {
    try {
      const living = numbersIn(`/proc/${pid}/task`).some((tid) => !stateOf(pid, tid).dead);
      return living && !stateOf(pid).kernelThread && statSync(`/proc/${pid}`).uid !== 65_534;
    } catch {
      return false;
    }
  });
}

const numbersIn = (folder: string) => readdirSync(folder).map(Number).filter(Boolean);

function stateOf(pid: number, tid = pid) {
  const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
  const [state = '', , , , , , flags] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const PF_KTHREAD = 0x200000;
  return { dead: 'ZX'.includes(state), kernelThread: (Number(flags) & PF_KTHREAD) !== 0 };
}
