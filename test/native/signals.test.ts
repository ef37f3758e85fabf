/** Signals of processes that say themselves what they do with them, and what they get when they are sent some. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { effectOf, signalsOf } from '../../src/protocol/signals';
import { processRef, type Ref } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';
import { ended } from '../support/processes';
import { until } from '../support/until';

const [HUP, USR1, KILL, USR2, TERM, CONT, STOP] = [1, 10, 9, 12, 15, 18, 19];
const children: ChildProcess[] = [];
let running: TestHelper | undefined;
let folder: string | undefined;
const helper = () => (running ??= new TestHelper());
afterEach(async () => {
  for (const child of children.splice(0)) endAll(child);
  await running?.stop();
  running = undefined;
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

/** Ends a program with all that it has started. */
function endAll(child: ChildProcess | undefined): void {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** A program that says `ready` once it has said what it does with its signals, and a line for each that it gets. */
class Program {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;

  /** In a session of its own, so that what it starts ends with it. */
  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    children.push(this.child);
    let rest = '';
    this.child.stdout?.on('data', (part: Buffer) => {
      const parts = (rest + part.toString()).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ref(): Ref {
    return refOf(this.pid);
  }

  async ready(): Promise<this> {
    await until(() => this.lines.includes('ready'));
    return this;
  }
}

function refOf(pid: number): Ref {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return processRef(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
}

const masks = (pid: number) =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'latin1')
      .split('\n')
      .map((line) => line.split(':\t') as [string, string])
      .filter(([name]) => /^(Sig|Shd)/.test(name)),
  );
const bits = (hex = '0') => BigInt(`0x${hex}`);

/** Catches USR1, ignores HUP, blocks TERM, and leaves USR2 as it was. */
const PYTHON = `
import signal, sys, time
signal.signal(signal.SIGUSR1, lambda *a: print('caught', a[0], flush=True))
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print('ready', flush=True)
while True: time.sleep(60)
`;
const PERL = `
use POSIX; $| = 1;
$SIG{USR1} = sub { print "caught 10\\n" }; $SIG{HUP} = 'IGNORE';
POSIX::sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM));
print "ready\\n"; sleep 60 while 1;
`;
const C = `
#include <signal.h>
#include <unistd.h>
static void on(int n) { (void)n; if (write(1, "caught 10\\n", 10)) {} }
int main(void) {
  sigset_t set; sigemptyset(&set); sigaddset(&set, SIGTERM);
  signal(SIGUSR1, on); signal(SIGHUP, SIG_IGN); sigprocmask(SIG_BLOCK, &set, 0);
  if (write(1, "ready\\n", 6)) {}
  for (;;) pause();
}
`;
const COMPILER = 'cc';
const SHELL = `trap 'echo caught 10' USR1; trap '' HUP; echo ready; while :; do sleep 60 & wait $!; done`;

function compiled(): string {
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-signals-'));
  writeFileSync(join(folder, 'x.c'), C);
  spawnSync(COMPILER, ['-o', join(folder, 'x'), join(folder, 'x.c')]);
  return join(folder, 'x');
}

describe('what a process does with its signals', () => {
  const programs = [
    ['Python', 'python3', undefined, () => ['python3', '-ISE', '-c', PYTHON], true],
    ['Perl', 'perl', undefined, () => ['perl', '-e', PERL], true],
    ['C', COMPILER, undefined, () => [compiled()], true],
    // A shell cannot block.
    ['a shell', 'sh', ['-c', ':'], () => ['sh', '-c', SHELL], false],
  ] as const;
  for (const [name, needed, probe, command, blocks] of programs)
    test(name, async (context) => {
      needs(context, needed, probe && [...probe]);
      const [program = '', ...args] = command();
      const { pid, ref, lines } = await new Program(program, args).ready();
      const seen = await helper().act('process', 'inspect', { ref });
      const status = masks(pid);
      expect(bits(seen.signals?.blocked)).toBe(bits(status.SigBlk));
      expect(bits(seen.signals?.ignored)).toBe(bits(status.SigIgn));
      expect(bits(seen.signals?.caught)).toBe(bits(status.SigCgt));
      expect(bits(seen.details?.pending)).toBe(bits(status.ShdPnd));
      expect(seen.details?.threads).toMatchObject([{ tid: pid }]);
      expect(signalsOf(seen.signals?.caught ?? '')).toContain(USR1);
      expect(signalsOf(seen.signals?.ignored ?? '')).toContain(HUP);
      const would = (signal: number) => effectOf(seen, signal).is;
      expect([USR1, HUP, USR2, KILL, STOP, CONT].map(would)).toEqual([
        ...['caught', 'ignored', 'ends', 'ends', 'stops', 'continues'],
      ]);
      expect(would(TERM)).toBe(blocks ? 'held' : 'ends');

      // And what is foretold happens.
      await helper().act('process', 'signal', { ref, signal: HUP });
      if (blocks) {
        expect(await helper().act('process', 'signal', { ref, signal: TERM })).toEqual({ merged: false });
        expect(await helper().act('process', 'signal', { ref, signal: TERM })).toEqual({ merged: true });
        const pending = await helper().act('process', 'inspect', { ref });
        expect(signalsOf(pending.details?.pending ?? '')).toEqual([TERM]);
        expect(effectOf(pending, TERM)).toMatchObject({ is: 'held', merges: true });
      }
      await helper().act('process', 'signal', { ref, signal: USR1 });
      await until(() => lines.includes('caught 10'));
      await helper().act('process', 'signal', { ref, signal: STOP });
      await until(() => readFileSync(`/proc/${pid}/status`, 'latin1').includes('State:\tT'));
      expect((await helper().act('process', 'inspect', { ref })).state).toBe('T');
      await helper().act('process', 'signal', { ref, signal: CONT });
      await until(() => !readFileSync(`/proc/${pid}/status`, 'latin1').includes('State:\tT'));
      await helper().act('process', 'signal', { ref, signal: USR2 });
      await until(() => ended(pid));
      expect(await helper().failure(helper().act('process', 'signal', { ref, signal: USR1 }))).toEqual({
        code: 'gone',
      });
    });

  /** Waits for USR2 and SIGRTMIN+2, blocked before; a thread of its own blocks USR1; a signalfd is there for HUP. */
  const WAITING = `
import ctypes, signal, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP, signal.SIGUSR2, 34, 36])
mask = ctypes.create_string_buffer(128); mask[0] = 1
fd = libc.signalfd(-1, mask, 0)
def own():
  signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
  print('thread', threading.get_native_id(), fd, flush=True)
  time.sleep(1000)
threading.Thread(target=own, daemon=True).start()
time.sleep(0.2)
print('ready', flush=True)
while True:
  got = signal.sigwaitinfo([36, signal.SIGUSR2])
  print('got', got.si_signo, got.si_code, got.si_pid, flush=True)
`;

  test('what it waits for by name, what a signalfd tells of, and what one thread blocks', async () => {
    const program = await new Program('python3', ['-ISE', '-c', WAITING]).ready();
    const { ref, pid, lines } = program;
    const [, tid, fd] = (lines.find((line) => line.startsWith('thread')) ?? '').split(' ').map(Number);
    const seen = await until(async () => {
      const one = await helper().act('process', 'inspect', { ref });
      const wait = one.threads?.find((thread) => thread.tid === pid)?.wait;
      return typeof wait === 'object' && wait.call === 'rt_sigtimedwait' && one;
    });
    expect(seen.threads?.find((thread) => thread.tid === pid)?.wait).toMatchObject({
      on: { is: 'signals', signals: [USR2, 36] },
    });
    expect(seen.details?.signalfds).toEqual([{ fd, signals: '1' }]);
    expect(effectOf(seen, HUP)).toEqual({ is: 'held', signalfd: fd });
    expect(effectOf(seen, USR2)).toMatchObject({ is: 'waitedFor' });
    expect(effectOf(seen, 36)).toMatchObject({ is: 'waitedFor' });
    expect(effectOf(seen, 34)).toMatchObject({ is: 'held' });
    expect(effectOf(seen, USR1, tid)).toMatchObject({ is: 'held' });
    expect(effectOf(seen, USR1).is).toBe('ends');

    // To one thread alone: it stays pending there, and nowhere else.
    await helper().act('process', 'signal', { ref, signal: USR1, tid: tid ?? 0 });
    const { details } = await helper().act('process', 'inspect', { ref });
    expect(signalsOf(details?.threads.find((one) => one.tid === tid)?.pending ?? '')).toEqual([USR1]);
    expect(signalsOf(details?.pending ?? '')).toEqual([]);
  });

  test('a value arrives as it was sent, and of real-time ones each', async () => {
    const VALUES = `
$| = 1; use POSIX;
my $set = POSIX::SigSet->new(36); POSIX::sigprocmask(SIG_BLOCK, $set);
POSIX::sigaction(36, POSIX::SigAction->new(sub { print "value $_[1]->{value} code $_[1]->{code}\\n" }, $set, SA_SIGINFO));
print "ready\\n"; select(undef, undef, undef, 0.2) until -e $ARGV[0];
POSIX::sigprocmask(SIG_UNBLOCK, $set); sleep 1; print "end\\n";
`;
    folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-signals-'));
    const go = join(folder, 'go');
    const program = await new Program('perl', ['-e', VALUES, go]).ready();
    const { ref, lines } = program;
    for (const value of [7, -1, 2_147_483_647])
      expect(await helper().act('process', 'signal', { ref, signal: 36, value })).toEqual({ merged: false });
    // Of all that its user has.
    const seen = await helper().act('process', 'inspect', { ref });
    expect(seen.signals?.queued.count).toBeGreaterThanOrEqual(3);
    writeFileSync(go, '');
    await until(() => lines.includes('end'));
    const got = lines.filter((line) => line.startsWith('value'));
    expect(got).toHaveLength(3);
    for (const line of got) expect(line).toContain('code -1');
  });

  test('what is inherited is told with the living ancestor that has it too', async () => {
    const script = `trap '' HUP; sh -c 'echo ready; trap : TERM; while :; do sleep 60 & wait $!; done'; :`;
    const program = await new Program('sh', ['-c', script]).ready();
    const [inner] = await until(() => {
      const all = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'latin1')
        .trim()
        .split(' ');
      return all[0] !== '' && all.map(Number);
    });
    const seen = await helper().act('process', 'inspect', { ref: refOf(inner as number) });
    const ignored = seen.details?.inherited.filter(
      ({ is, signals }) => is === 'ignored' && signalsOf(signals).includes(HUP),
    );
    expect(ignored).toMatchObject([{ from: program.pid }]);
    expect(seen.parent).toBe(program.pid);
    expect(seen.details?.members).toContain(program.pid);
    expect(seen.details?.relatives.map(({ pid }) => pid)).toContain(program.pid);
    const parent = await helper().act('process', 'inspect', { ref: program.ref });
    expect(parent.details?.children).toContain(inner);
  });
});

test('whoever looks at it closely has its details with the changes, whether it has any IPC or not', async () => {
  const program = await new Program('python3', ['-ISE', '-c', PYTHON]).ready();
  const { pid, ref } = program;
  const interest = { levels: {}, details: [ref], processes: true };
  const one = helper();
  let batch = await one.request('changes', { epoch: null, seq: 0, interest, interval: 50 });
  // A look that had to be cut short on a busy machine lacks some processes; the next has them.
  const found = await until(async () => {
    const told = batch.processes?.find((process) => process.pid === pid && process.details !== undefined);
    if (told) return told;
    const { epoch, seq } = batch;
    batch = await one.request('changes', { epoch, seq, interest, interval: 50 });
    return undefined;
  });
  expect(found.details?.threads.map(({ tid }) => tid)).toEqual([pid]);
  expect(found.details?.limits?.map(({ limit }) => limit)).toContain('files');
  expect(batch.processes?.filter(({ details }) => details !== undefined)).toHaveLength(1);
  // What changes is told: one more that is pending.
  await one.act('process', 'signal', { ref, signal: TERM });
  await until(async () => {
    const { epoch, seq } = batch;
    batch = await one.request('changes', { epoch, seq, interest, interval: 50 });
    const now = batch.processes?.find((process) => process.pid === pid);
    return signalsOf(now?.details?.pending ?? '').includes(TERM);
  });
  await one.act('process', 'signal', { ref, signal: KILL });
  await until(() => ended(pid));
  const last = await one.request('changes', { epoch: null, seq: 0, interest, interval: 50 });
  expect(last.processes?.some(({ pid: each, state }) => each === pid && state !== 'Z')).toBe(false);
});

describe('who gets it', () => {
  test('a group: each member that was opened, and nobody else', async () => {
    const script = `sh -c 'trap "echo got 1" USR1; echo one; while :; do sleep 60 & wait $!; done' &
      sh -c 'trap "echo got 2" USR1; echo two; while :; do sleep 60 & wait $!; done' &
      trap 'echo got 0' USR1; echo ready; while :; do wait; done`;
    const program = await new Program('bash', ['-c', script]).ready();
    const { ref, lines, pid } = program;
    await until(() => lines.includes('one') && lines.includes('two'));
    const pinned = await helper().act('process', 'pin', { ref, group: true });
    expect(pinned.members?.map((one) => one.pid)).toContain(pid);
    expect(pinned).toMatchObject({ allowed: true, mayContinue: true });
    const later = spawnSync('true').pid;
    expect(pinned.members?.map((one) => one.pid)).not.toContain(later);
    const sent = await helper().act('process', 'signalGroup', { ref, signal: CONT, pinned: pinned.pinned });
    expect(sent).toMatchObject({ sent: pinned.members?.length, refused: 0 });
    const again = helper().act('process', 'signalGroup', { ref, signal: CONT, pinned: pinned.pinned });
    expect(await helper().failure(again)).toEqual({ code: 'gone', detail: { why: 'unpinned' } });
    const killing = await helper().act('process', 'signalGroup', { ref, signal: KILL });
    expect(killing.sent).toBeGreaterThanOrEqual(3);
    await until(() => ended(pid));
  });

  test('nobody by 0 or a negative number, and nobody by a start time that is not his', async () => {
    const program = await new Program('python3', ['-ISE', '-c', PYTHON]).ready();
    for (const ref of ['process:0:1', 'process:-1:1', `process:-${program.pid}:1`, 'process:1'])
      expect(
        await helper().failure(helper().act('process', 'signal', { ref: ref as Ref, signal: KILL })),
      ).toMatchObject({ code: 'invalid' });
    const other = processRef(program.pid, '1');
    for (const signal of [KILL, USR1])
      expect(await helper().failure(helper().act('process', 'signal', { ref: other, signal }))).toEqual({
        code: 'gone',
      });
    expect(ended(program.pid)).toBe(false);
    expect(program.lines).toEqual(['ready']);
  });

  test('not who has its number by then', async (context) => {
    needsRoot(context, 'to have a pid given again');
    const first = new Program('sleep', ['60']);
    const { pid, ref } = first;
    const pinned = await helper().act('process', 'pin', { ref });
    await helper().act('process', 'signal', { ref, signal: KILL });
    await until(() => ended(pid));
    let second: Program | undefined;
    for (let at = 0; at < 500 && second === undefined; at++) {
      writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
      const one = new Program('python3', ['-ISE', '-c', PYTHON]);
      if (one.pid === pid) second = one;
      else endAll(children.pop());
    }
    if (!second) return context.skip('the pid was not given again in 500 tries');
    await second.ready();
    expect(second.pid).toBe(pid);
    expect(second.ref).not.toBe(ref);
    const sent = helper().act('process', 'signal', { ref, signal: USR1, pinned: pinned.pinned });
    expect(await helper().failure(sent)).toEqual({ code: 'gone' });
    expect(await helper().failure(helper().act('process', 'signal', { ref, signal: USR1 }))).toEqual({
      code: 'gone',
    });
    expect(second.lines).toEqual(['ready']);
  });

  test('nothing of what the kernel refuses, and that is known before', async (context) => {
    needsRoot(context, 'another user');
    const program = await new Program('python3', ['-ISE', '-c', PYTHON]).ready();
    const plain = new TestHelper(['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']);
    try {
      const { ref } = program;
      const pinned = await plain.act('process', 'pin', { ref });
      expect(pinned.allowed).toBe(false);
      expect(pinned.process.signals).toBeDefined();
      const sent = plain.act('process', 'signal', { ref, signal: USR1, pinned: pinned.pinned });
      expect(await plain.failure(sent)).toMatchObject({ code: 'errno', errno: 'EPERM' });
      expect(program.lines).toEqual(['ready']);
    } finally {
      await plain.stop();
    }
  });
});
