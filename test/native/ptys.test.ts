/** Pseudo-terminals: both sides with heirs, who is in front, what waits to be read and who waits to write, against fdinfo, stat and lsfd. Looking takes nothing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { fieldOf } from '../../src/native/proc/fields';
import { takeSnapshot } from '../../src/native/snapshot';
import type { ObjectOf } from '../../src/protocol/kinds';
import { ptyRef } from '../../src/protocol/ref';
import { lookTwice, Stage } from '../support/diagnosis';
import { TestHelper } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';
import { until } from '../support/until';
import { saidOf } from '../support/waits';

await prepare();
const stage = new Stage();
const helper = new TestHelper();
afterEach(() => stage.clean());
afterAll(() => helper.stop());

const PYTHON = `
import pty, termios, tty
def sid(): return os.getsid(0)
def controls(fd):
    os.setsid(); fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
`;
const python = (code: string) => stage.python(`${PYTHON}\n${code}`);

async function look() {
  const snapshot = await takeSnapshot(new Census(makeMechanisms()), { details: true });
  const all = snapshot.objects.filter((one): one is ObjectOf<'pty'> => one.kind === 'pty');
  const of = (pid: number, fd: number) =>
    all.find(({ endpoints = [] }) => endpoints.some((end) => end.pid === pid && end.fd === fd));
  return { snapshot, all, of };
}

const lookFor = (pid: number, fd: number, fits: (one: ObjectOf<'pty'>) => boolean) =>
  until(async () => {
    const found = (await look()).of(pid, fd);
    return found && fits(found) ? found : undefined;
  });

function masterIndex(pid: number, fd: number): number {
  return Number(fieldOf(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'), 'tty-index'));
}

const ends = (object: ObjectOf<'pty'> | undefined) =>
  object?.endpoints?.map(({ pid, fd, role }) => `${pid} ${fd} ${role}`).sort();

test('both sides, heirs too, are those of fdinfo and the links, and nothing is taken', async (context) => {
  needs(context, 'python3');
  const [master = 0, slave = 0, parent = 0, child = 0] = await python(
    `
m, s = pty.openpty()
fcntl.ioctl(s, termios.TIOCSWINSZ, struct.pack('HHHH', 33, 101, 0, 0))
tty.setraw(s)
os.write(m, b'typed'); os.write(s, b'shown by nobody')
def heir(): os.close(m)
pid = child(heir)
time.sleep(0.2)
say(m, s, os.getpid(), pid)
signal.signal(signal.SIGUSR1, lambda *x: say(len(os.read(m, 100)), len(os.read(s, 100))))
rest()`,
  ).said();
  const device = String(statSync(`/proc/${parent}/fd/${slave}`).dev);
  const index = masterIndex(parent, master);
  const found = await lookFor(parent, slave, (one) => one.endpoints?.length === 3);
  expect(found).toMatchObject({ ref: ptyRef(device, index), device, index, flags: [] });
  expect(ends(found)).toEqual(
    [`${parent} ${master} master`, `${parent} ${slave} slave`, `${child} ${slave} slave`].sort(),
  );
  expect(readlinkSync(`/proc/${child}/fd/${slave}`)).toBe(`/dev/pts/${index}`);
  // Nobody made it the terminal of a session.
  expect(found).toMatchObject({ session: null, foreground: null, size: { rows: 33, columns: 101 } });
  expect(found).toMatchObject({ byLine: false, output: { bytes: 15 }, input: { bytes: 5 } });
  expect(found?.owner?.uid).toBe(statSync(`/proc/${parent}/fd/${slave}`).uid);
  const inspected = await helper.act('pty', 'inspect', { ref: ptyRef(device, index) });
  expect(inspected).toMatchObject({ size: { rows: 33, columns: 101 }, output: { bytes: 15 } });
});

test('what was looked at is still there to be read', async (context) => {
  needs(context, 'python3');
  const play = python(
    `
m, s = pty.openpty(); tty.setraw(s)
os.write(m, b'typed'); os.write(s, b'shown by nobody')
def read(*x): say(len(os.read(m, 100)), len(os.read(s, 100)))
signal.signal(signal.SIGUSR1, read)
say(m, os.getpid()); rest()`,
  );
  const [master = 0, pid = 0] = await play.said();
  await lookFor(pid, master, ({ input }) => input?.bytes === 5);
  process.kill(pid, 'SIGUSR1');
  expect(await play.said()).toEqual([15, 5]);
});

test('the session, the group in front, and the controlling terminal behind /dev/tty', async (context) => {
  needs(context, 'python3');
  const [master = 0, parent = 0, leader = 0, front = 0, tty = 0] = await python(
    `
m, s = pty.openpty()
r, w = os.pipe()
def shell():
    os.close(m); controls(s)
    def less():
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN); os.tcsetpgrp(s, os.getpid())
        t = os.open('/dev/tty', os.O_RDWR); os.close(s)
        os.write(w, struct.pack('ii', os.getpid(), t))
    child(less)
pid = child(shell)
less, t = struct.unpack('ii', os.read(r, 8))
os.close(s)
say(m, os.getpid(), pid, less, t); rest()`,
  ).said();
  const found = await lookFor(parent, master, ({ foreground }) => foreground?.group === front);
  expect(found).toMatchObject({ session: leader, foreground: { group: front, pids: [front] } });
  expect(ends(found)).toContain(`${front} ${tty} slave`);
  expect(readlinkSync(`/proc/${front}/fd/${tty}`)).toBe('/dev/tty');
  const [, , group, session, device] = statFields(front);
  expect([group, session]).toEqual([String(front), String(leader)]);
  expect(Number(device)).toBe(0x8800 + (found.index & 0xff) + ((found.index & ~0xff) << 12));
});

function statFields(pid: number): string[] {
  const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}

test('a full one names who waits to write, and whom he waits for', async (context) => {
  needs(context, 'python3');
  const [master = 0, parent = 0, writer = 0] = await python(
    `
m, s = pty.openpty()
def writes():
    os.close(m)
    while True: os.write(s, b'x' * 1000)
pid = child(writes)
os.close(s)
say(m, os.getpid(), pid)
os.waitpid(pid, 0)`,
  ).said();
  const found = await lookFor(parent, master, ({ flags }) => flags.includes('outputFull'));
  expect(found.output).toEqual({ bytes: 4095, atLeast: true });
  const { snapshot } = await look();
  expect(saidOf(snapshot.processes.find(({ pid }) => pid === writer))).toMatchObject([
    { call: 'write', ref: found.ref, certain: true },
  ]);
  // Only its parent could read, and waits for it to end.
  const seen = await lookTwice();
  const finding = seen.one('deadlock', parent, writer);
  expect(finding.parts.members.map(({ pid }) => pid).sort()).toEqual([parent, writer].sort());
  expect(finding.proof).toBe(seen.hidden ? 'likely' : 'proven');
});

test('what Ctrl+S holds is held, not full, and nobody is in trouble', async (context) => {
  needs(context, 'python3');
  const [master = 0, parent = 0, writer = 0] = await python(
    `
m, s = pty.openpty()
termios.tcflow(s, termios.TCOOFF)
pid = child(lambda: os.write(s, b'hello'))
say(m, os.getpid(), pid); rest()`,
  ).said();
  const found = await lookFor(parent, master, ({ flags }) => flags.includes('outputHeld'));
  expect(found.flags).toEqual(['outputHeld']);
  expect((await lookTwice()).about([parent, writer, found.ref])).toEqual([]);
});

test('input that nobody reads is full', async (context) => {
  needs(context, 'python3');
  const [master = 0, parent = 0] = await python(
    `
import select
m, s = pty.openpty(); tty.setraw(s)
room = select.poll(); room.register(m, select.POLLOUT)
# The kernel hands on what it has a moment later, and then there is room again.
while room.poll(100): fill(m); time.sleep(0.1)
say(m, os.getpid()); rest()`,
  ).said();
  const found = await lookFor(parent, master, ({ flags }) => flags.includes('inputFull'));
  expect(found.input).toMatchObject({ atLeast: true });
});

test('one whose master is gone is hung up', async (context) => {
  needs(context, 'python3');
  const [slave = 0, pid = 0] = await python(
    `
m, s = pty.openpty(); os.close(m)
say(s, os.getpid()); rest()`,
  ).said();
  const { of } = await look();
  expect(of(pid, slave)).toMatchObject({ flags: ['hungUp'], endpoints: [{ pid, role: 'slave' }] });
});

describe('waits that are none of trouble, and one that is', () => {
  test('a shell at its prompt, shown by script(1), is idle', async (context) => {
    needs(context, 'script');
    needs(context, 'python3');
    // script(1) has a terminal of its own, as when a person starts it.
    const [outer = 0, pid = 0] = await python(
      `
pid, m = pty.fork()
if pid == 0: os.execvp('script', ['script', '-q', '-c', 'sh -i', '/dev/null'])
say(m, pid)
while True: os.read(m, 1000)`,
    ).said();
    expect(outer).toBeGreaterThan(0);
    const shell = await until(async () => {
      const { snapshot, all } = await look();
      const inner = all.find(({ endpoints = [] }) =>
        endpoints.some((end) => end.pid === pid && end.role === 'master'),
      );
      const reader = inner?.endpoints?.find(({ role, waits = [] }) => role === 'slave' && waits.length > 0);
      return reader && { inner, reader, snapshot };
    });
    expect(saidOf(shell.snapshot.processes.find((one) => one.pid === shell.reader.pid))).toMatchObject([
      { ref: shell.inner?.ref },
    ]);
    const seen = await lookTwice();
    expect(seen.why(shell.reader.pid).state).toBe('idle');
    expect(seen.about([pid, shell.reader.pid])).toEqual([]);
  });

  test('who reads a page waits for a person, and so does who fills the pipe to the pager', async (context) => {
    needs(context, 'less');
    needs(context, 'python3');
    const [shell = 0] = await python(
      `
import select
pid, m = pty.fork()
if pid == 0: os.execvp('sh', ['sh', '-c', 'yes | less'])
# Who shows a terminal has something by which a person comes in.
keys = socket.socket(); keys.bind(('127.0.0.1', 0)); keys.listen()
say(pid)
while True:
    if m in select.select([m, keys], [], [])[0]: os.read(m, 1000)`,
    ).said();
    const seen = await until(async () => {
      const { snapshot } = await look();
      const family = snapshot.processes.filter(({ parent }) => parent === shell);
      const pager = family.find(({ name }) => name === 'less');
      const waits = saidOf(pager) ?? [];
      return waits.some(({ ref }) => ref?.startsWith('pty:')) ? { pager, family } : undefined;
    });
    const pids = seen.family.map(({ pid }) => pid);
    const found = await lookTwice();
    expect(found.about(pids)).toEqual([]);
    expect(found.why(seen.pager?.pid ?? 0).state).toBe('idle');
  });

  test('a script that waits for a prompt, of a program that waits for an answer', async (context) => {
    needs(context, 'python3');
    const [master = 0, parent = 0, program = 0] = await python(
      `
m, s = pty.openpty()
def asks(): os.close(m); os.read(s, 1)
pid = child(asks)
os.close(s)
say(m, os.getpid(), pid)
os.read(m, 1)`,
    ).said();
    await lookFor(
      parent,
      master,
      ({ endpoints = [] }) => endpoints.filter(({ waits = [] }) => waits.length > 0).length === 2,
    );
    // Whoever may open the terminal could write there.
    expect((await lookTwice()).one('deadlock', parent, program).proof).toBe('likely');
  });
});

test('who wanted the terminal in the background is told so', async (context) => {
  needs(context, 'python3');
  const [shell = 0] = await python(
    `
m, s = pty.openpty()
def shell():
    os.close(m); controls(s)
    def reads(): os.setpgid(0, 0); os.read(s, 1)
    child(reads)
pid = child(shell)
os.close(s)
say(pid); rest()`,
  ).said();
  const stopped = await until(async () => {
    const { snapshot } = await look();
    return snapshot.processes.find(({ parent, state }) => parent === shell && state === 'T');
  });
  const told = Number(statFields(stopped.pid)[49]);
  // Older kernels do not tell.
  if (told > 0) expect(stopped.stoppedBy).toBe(21);
});

test('a devpts of a container is another, also with the same numbers', async (context) => {
  needs(context, 'python3');
  needs(context, 'unshare');
  needsRoot(context, 'mounts a devpts');
  const play = stage.play(
    'unshare',
    '-m',
    'sh',
    '-c',
    'mount -t devpts -o newinstance,ptmxmode=0666,mode=600 devpts /dev/pts && exec "$@"',
    'sh',
    'python3',
    '-c',
    `
import json, os, time
m = os.open('/dev/pts/ptmx', os.O_RDWR | os.O_NOCTTY)
import fcntl, struct
fcntl.ioctl(m, 0x40045431, struct.pack('i', 0))
s = os.open('/dev/pts/0', os.O_RDWR | os.O_NOCTTY)
print(json.dumps([m, s, os.getpid()]), flush=True)
time.sleep(1000)`,
  );
  const [master = 0, slave = 0, pid = 0] = await play.said();
  const device = statSync(`/proc/${pid}/fd/${slave}`).dev;
  expect(device).not.toBe(statSync('/dev/pts').dev);
  const { of } = await look();
  expect(of(pid, master)).toMatchObject({ ref: ptyRef(String(device), 0), elsewhere: true });
  expect(of(pid, slave)?.ref).toBe(of(pid, master)?.ref);
});

const lsfdSchema = v.object({
  lsfd: v.array(v.object({ pid: v.number(), assoc: v.string(), 'ptmx.tty-index': v.nullable(v.number()) })),
});

/** lsfd(1) tells the numbers of masters from util-linux 2.40 on. */
test('masters are those that lsfd(1) lists', async (context) => {
  needs(context, 'lsfd');
  needs(context, 'python3');
  const columns = execFileSync('lsfd', ['--help'], { encoding: 'latin1' });
  if (!columns.includes('PTMX.TTY-INDEX')) {
    const version = spawnSync('lsfd', ['--version'], { encoding: 'latin1' }).stdout;
    context.skip(`does not tell of terminals: ${version.trim()}`);
  }
  await python('all = [pty.openpty() for _ in range(3)]; say(1); rest()').said();
  const { all } = await look();
  const told = v.parse(
    lsfdSchema,
    JSON.parse(execFileSync('lsfd', ['-J', '-o', 'PID,ASSOC,PTMX.TTY-INDEX'], { encoding: 'latin1' })),
  );
  const theirs = told.lsfd.flatMap(({ pid, assoc, 'ptmx.tty-index': index }) =>
    index === null ? [] : [`${pid} ${assoc} ${index}`],
  );
  const ours = all.flatMap(({ index, endpoints = [] }) =>
    endpoints.flatMap(({ role, pid, fd }) => (role === 'master' ? [`${pid} ${fd} ${index}`] : [])),
  );
  expect(ours.sort()).toEqual(theirs.sort());
});
