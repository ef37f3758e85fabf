/** Who watches what, while nobody waits: what is told of a process and of an object is what fdinfo has, and lsfd where it is new enough. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import { factsOf } from '../../src/presentation/kinds';
import { factsOfProcess } from '../../src/presentation/processFacts';
import { findIn } from '../../src/presentation/values';
import type { IpcObject } from '../../src/protocol/kinds';
import { pipeRef, processRef, type Ref } from '../../src/protocol/ref';
import type { WatchedPart, Watcher, WatcherOf } from '../../src/protocol/watchers';
import { Stage } from '../support/diagnosis';
import { needs } from '../support/oracles';

await prepare();
const stage = new Stage();
afterEach(() => stage.clean());

const EPOLLIN = 1;
const EPOLLOUT = 4;
const EPOLLET = 2 ** 31;
const IN_CREATE = 0x100;

const info = (pid: number, fd: number) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1');
const inodeOf = (pid: number, fd: number) => /^ino:\t(\d+)$/m.exec(info(pid, fd))?.[1] ?? '';
const look = (...details: Ref[]) => runNow(new Census(makeMechanisms()).take({ ...EVERYTHING, details }));

function closely(pid: number) {
  const startTime = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19] ?? '';
  const found = look(processRef(pid, startTime));
  const process = found.processes.find((one) => one.pid === pid);
  if (!process?.details?.watchers) throw new Error('no details');
  const { watchers } = process.details;
  const facts = factsOfProcess(process, { process: findIn(found), user: String });
  const at = <Is extends Watcher['is']>(is: Is, fd: number) =>
    watchers.find((one): one is Extract<Watcher, WatcherOf<Is>> => one.is === is && one.fd === fd);
  return { found, process, at, facts };
}

/** An object as somebody sees it who looks closely, and what of it is said. */
function object(is: (one: IpcObject) => boolean) {
  const ref = look().objects.find(is)?.ref;
  if (ref === undefined) throw new Error('no object');
  const found = look(ref);
  const one = found.objects.find((other) => other.ref === ref) as IpcObject & WatchedPart;
  const said = factsOf(one, { host: found.host, process: findIn(found) });
  return { one, said: said.filter(({ key }) => key === 'watched').map(({ text }) => text) };
}

test('an epoll that nobody waits at: its targets, and at each of them who watches it', async (context) => {
  needs(context, 'python3');
  const [pid = 0, e = 0, r = 0, end = 0, gone = 0, counter = 0, kept = 0] = await stage
    .python(
      `
import select
e = select.epoll()
r, w = os.pipe(); e.register(r, select.EPOLLIN | select.EPOLLET)
a, b = socket.socketpair(); e.register(a.fileno(), select.EPOLLOUT)
c, d = os.pipe(); e.register(c, select.EPOLLIN); kept = os.dup(c); number = c
counter = libc.eventfd(3, 0); e.register(counter, select.EPOLLIN); os.close(c)
say(os.getpid(), e.fileno(), r, a.fileno(), number, counter, kept); rest()`,
    )
    .said();
  const { at, facts, found } = closely(pid);
  const targets = at('epoll', e)?.targets ?? [];
  const told = [...info(pid, e).matchAll(/^tfd: +(\d+) events: +([0-9a-f]+)/gm)];
  expect(targets.map(({ fd, events }) => [fd, events])).toEqual(
    told.map(([, fd, events = '']) => [Number(fd), parseInt(events, 16)]),
  );
  const of = (fd: number) => targets.find((one) => one.fd === fd);
  expect(of(r)).toMatchObject({ ref: pipeRef(inodeOf(pid, r)) });
  expect((of(r)?.events ?? 0) & EPOLLIN).toBe(EPOLLIN);
  expect((of(r)?.events ?? 0) >= EPOLLET).toBe(true);
  expect((of(end)?.events ?? 0) & EPOLLOUT).toBe(EPOLLOUT);
  expect(found.objects.find(({ ref }) => ref === of(end)?.ref)).toMatchObject({ kind: 'unix' });
  // Closed under its number, and kept under another.
  expect(of(gone)).toMatchObject({ moved: true, ref: pipeRef(inodeOf(pid, kept)) });
  expect(found.objects.find(({ ref }) => ref === of(counter)?.ref)).toMatchObject({
    kind: 'eventfd',
    value: 3,
  });
  const said = facts.filter(({ key, text }) => key === 'watches' && text.startsWith(`fd ${e}: `));
  expect(said[0]?.text).toContain('EPOLLIN EPOLLET');

  const by = { pid, epoll: e };
  const piped = object(({ ref }) => ref === pipeRef(inodeOf(pid, r)));
  expect(piped.one.watched).toMatchObject([{ ...by, fd: r }]);
  // Python has its pipes closed by exec.
  expect(piped.one.endpoints?.map(({ closeOnExec }) => closeOnExec)).toEqual([true, true]);
  expect(piped.said).toEqual([expect.stringContaining(`(${pid}), epoll fd ${e}`)]);
  const moved = object(({ ref }) => ref === pipeRef(inodeOf(pid, kept)));
  expect(moved.one.watched).toMatchObject([{ ...by, fd: gone }]);
  const socket = object((one) => one.kind === 'unix' && one.inode === inodeOf(pid, end));
  expect(socket.one.watched).toMatchObject([{ ...by, fd: end }]);
  expect(socket.one.endpoints).toMatchObject([{ closeOnExec: true, nonblocking: false }]);
  const event = object(
    (one) => one.kind === 'eventfd' && one.endpoints?.some((holder) => holder.pid === pid) === true,
  );
  expect(event.one.watched).toMatchObject([{ ...by, fd: counter }]);
  // Nothing is read for those that nobody looks at.
  expect(look().objects.some((one) => 'watched' in one)).toBe(false);
});

test('a FIFO and a queue tell their epoll, and a counter whose number became another does not', async (context) => {
  needs(context, 'python3');
  const [pid = 0, e = 0, fifo = 0, queue = 0, other = 0] = await stage
    .python(
      `
import select, tempfile
e = select.epoll(); folder = tempfile.mkdtemp(); path = folder + '/fifo'; os.mkfifo(path)
f = os.open(path, os.O_RDWR); e.register(f, select.EPOLLIN); os.unlink(path); os.rmdir(folder)
name = b'/' + os.urandom(8).hex().encode()
q = libc.mq_open(name, os.O_CREAT | os.O_RDWR, 0o600, None); libc.mq_unlink(name); e.register(q, select.EPOLLIN)
c = libc.eventfd(1, 0); e.register(c, select.EPOLLIN); keep = os.dup(c); d = libc.eventfd(2, 0); os.dup2(d, c); os.close(d)
say(os.getpid(), e.fileno(), f, q, c); rest()`,
    )
    .said();
  const has = (one: IpcObject, fd: number) =>
    one.endpoints?.some((end) => end.pid === pid && end.fd === fd) === true;
  expect(object((one) => one.kind === 'fifo' && has(one, fifo)).one.watched).toMatchObject([
    { pid, epoll: e, fd: fifo },
  ]);
  const mq = object((one) => one.kind === 'posix.mq' && has(one, queue)).one;
  expect(mq.watched).toMatchObject([{ pid, epoll: e, fd: queue }]);
  // mq_open(3) has its descriptors closed by exec.
  expect(mq.endpoints).toMatchObject([{ closeOnExec: true, nonblocking: false }]);
  // kcmp(2) knows.
  expect(object((one) => one.kind === 'eventfd' && has(one, other)).one.watched).toBe(undefined);
});

test('timers, inotify with its use, pidfds and rings are those of fdinfo', async (context) => {
  needs(context, 'python3');
  const play = stage.python(`
t = libc.timerfd_create(1, 0)
libc.timerfd_settime(t, 0, struct.pack('qqqq', 1, 500000000, 600, 0), None)
off = libc.timerfd_create(0, 0)
i = libc.inotify_init1(0); libc.inotify_add_watch(i, b'/etc', 0x100)
pid = child(lambda: None); p = os.pidfd_open(pid)
dead = os.fork()
if dead == 0: os._exit(0)
q = os.pidfd_open(dead); os.waitpid(dead, 0)
ring = libc.syscall(425, 8, ctypes.create_string_buffer(120))
say(os.getpid(), t, off, i, p, pid, q, ring); rest()`);
  const [pid = 0, timer = 0, off = 0, inotify = 0, alive = 0, child = 0, ended = 0, ring = -1] =
    await play.said();
  const before = Date.now();
  const { at, process, facts } = closely(pid);
  const [, seconds = '0'] = /it_value: \((\d+),/.exec(info(pid, timer)) ?? [];
  const { expires, ...rest } = at('timerfd', timer) ?? { expires: null };
  expect(rest).toEqual({ is: 'timerfd', fd: timer, clock: 1, interval: 1500 });
  expect(((expires ?? 0) - before) / 1000).toBeGreaterThan(Number(seconds) - 1);
  expect(((expires ?? 0) - Date.now()) / 1000).toBeLessThan(Number(seconds) + 2);
  expect(at('timerfd', off)).toMatchObject({ expires: null, clock: 0 });
  const [, wd = '', ino = '', sdev = ''] =
    /inotify wd:(\w+) ino:(\w+) sdev:(\w+)/.exec(info(pid, inotify)) ?? [];
  const device = parseInt(sdev, 16);
  expect(at('inotify', inotify)?.watches).toEqual([
    {
      wd: parseInt(wd, 16),
      inode: String(parseInt(ino, 16)),
      device: `${device >>> 20}:${device & 0xfffff}`,
      events: IN_CREATE,
      // Only the file system itself could tell whom nothing else leads there.
      ...(at('inotify', inotify)?.watches[0]?.path !== undefined && { path: '/etc' }),
    },
  ]);
  const { instances, watches } = process.details?.inotify ?? {};
  expect(instances?.use).toBeGreaterThanOrEqual(1);
  expect(watches?.use).toBeGreaterThanOrEqual(1);
  expect(watches?.limit).toBe(Number(readFileSync('/proc/sys/fs/inotify/max_user_watches', 'utf8')));
  expect(at('pidfd', alive)?.pid).toBe(child);
  expect(at('pidfd', ended)?.pid).toBe(null);
  const said = facts.filter(({ key }) => key === 'watches').map(({ text }) => text);
  expect(said.find((text) => text.startsWith(`fd ${alive}: `))).toContain(`(${child})`);
  expect(said.find((text) => text.startsWith(`fd ${inotify}: `))).toContain('IN_CREATE');
  // A sandbox may refuse rings.
  if (ring >= 0)
    expect(at('ioUring', ring)).toMatchObject({ submissions: 8, completions: 16, files: 0, buffers: 0 });
});

/** Watches a folder, one of its folders and a file there, and says the events that it hears of them when it is asked. */
const WATCHING = `
import tempfile
# Not in /tmp, whose folders are searched for sockets and FIFOs.
d = tempfile.mkdtemp(dir=os.path.expanduser('~')); os.mkdir(d + '/sub'); open(d + '/sub/file', 'w').close(); os.chdir(d)
i = libc.inotify_init1(os.O_NONBLOCK)
for p in (d, d + '/sub', d + '/sub/file'): libc.inotify_add_watch(i, p.encode(), 0xfff)
def told(*x):
    try: heard = len(os.read(i, 4096))
    except BlockingIOError: heard = 0
    say(heard)
signal.signal(signal.SIGUSR1, told)
def end(*x):
    os.unlink(d + '/sub/file'); os.rmdir(d + '/sub'); os.rmdir(d); os._exit(0)
signal.signal(signal.SIGTERM, end)
`;

test('an inotify tells the folder where its process is, and as root every path, and hears nothing of that', async (context) => {
  needs(context, 'python3');
  const play = stage.python(`${WATCHING}
say(os.getpid(), i); rest()`);
  const [pid = 0, fd = 0] = await play.said();
  const folder = readlinkSync(`/proc/${pid}/cwd`);
  const { at, facts } = closely(pid);
  const paths = at('inotify', fd)?.watches.map(({ path }) => path);
  expect(paths?.at(-1)).toBe(folder);
  // Where the file system has names of its own, and root may use them.
  const named = info(pid, fd).includes(' f_handle:') && process.geteuid?.() === 0;
  if (named && mayUseHandles()) expect(paths).toEqual([`${folder}/sub/file`, `${folder}/sub`, folder]);
  expect(facts.find(({ key, text }) => key === 'watches' && text.includes(`${folder}: `))).toBeDefined();
  process.kill(pid, 'SIGUSR1');
  expect(await play.said()).toEqual([0]);
  await play.close();
});

/** CAP_DAC_READ_SEARCH. */
function mayUseHandles(): boolean {
  const [, mask = '0'] = /^CapEff:\t(\w+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return (BigInt(`0x${mask}`) & 4n) !== 0n;
}

test('what lsfd tells of timers, pidfds and inotify', async (context) => {
  needs(context, 'python3');
  needs(context, 'lsfd');
  const version = /(\d+)\.(\d+)/.exec(execFileSync('lsfd', ['--version'], { encoding: 'utf8' })) ?? [];
  if (Number(version[1]) * 100 + Number(version[2]) < 240) context.skip('lsfd is older than 2.40');
  const [pid = 0, timer = 0, p = 0] = await stage
    .python(
      `
t = libc.timerfd_create(1, 0); libc.timerfd_settime(t, 0, struct.pack('qqqq', 2, 0, 600, 0), None)
say(os.getpid(), t, os.pidfd_open(os.getpid())); rest()`,
    )
    .said();
  const { at } = closely(pid);
  const names = execFileSync('lsfd', ['-p', String(pid), '-n', '-r', '-o', 'FD,NAME'], { encoding: 'utf8' });
  const of = (fd: number) => names.split('\n').find((line) => line.trim().startsWith(`${fd} `)) ?? '';
  expect(of(timer)).toContain(`interval=${(at('timerfd', timer)?.interval ?? 0) / 1000}`);
  expect(of(p)).toContain(`pid=${at('pidfd', p)?.pid}`);
});
