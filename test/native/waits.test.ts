/** In which call each thread sleeps, and on what: really blocked there, stopped, continued, and with another object under its number. */
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Census, EVERYTHING, type Findings } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Endpoint } from '../../src/protocol/facts';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Snapshot } from '../../src/protocol/snapshot';
import { TestHelper } from '../support/helper';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { BEGIN, type Holder, Scene } from '../support/streams';
import { Made, send } from '../support/sysv';
import { until } from '../support/until';
import { type Said, said, saidOf } from '../support/waits';

const scene = new Scene();
const made = new Made();
let census: Census;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  census = new Census(makeMechanisms());
});
/** FIFOs in whose opening somebody waits who does not end with its parent. */
const waitedFor: string[] = [];
afterEach(async () => {
  for (const path of waitedFor.splice(0)) letGo(path);
  await scene.clean();
  made.clean();
});

function letGo(path: string): void {
  closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
}

/** The same census each time, since what it keeps from look to look must follow. */
const look = (): Findings => runNow(census.take(EVERYTHING));

const LIBC = `
import ctypes, mmap, os, select, signal, socket, struct
def child(act=lambda: None):
    pid = os.fork()
    if pid == 0:
        # It ends with its parent.
        libc.prctl(1, 9)
        act()
        time.sleep(600)
    return pid
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(200000)
def fill(fd):
    os.set_blocking(fd, False)
    try:
        while True: os.write(fd, b'x' * 4096)
    except BlockingIOError: os.set_blocking(fd, True)
${BEGIN}`;

/** Blocks a thread of a process of its own in a call, again and again if it is interrupted. Answers the thread. */
async function blocked(before: string, call: string): Promise<{ holder: Holder; tid: number }> {
  const holder = scene.holder();
  await holder.run(LIBC);
  await holder.run(before);
  return { holder, tid: (await holder.run(`begin(lambda: ${call})`)) as number };
}

const waitOf = (found: Findings | Snapshot, pid: number, tid: number): Said | undefined =>
  saidOf(found.processes.find((one) => one.pid === pid))?.find((wait) => wait.tid === tid);

/** The objects on which a thread waits, each with the end. */
function objectsOf(found: Findings | Snapshot, tid: number): [IpcObject, Endpoint][] {
  return [...found.objects.values()].flatMap((object) =>
    (object.endpoints ?? [])
      .filter(({ waits = [] }) => waits.some((wait) => wait.tid === tid))
      .map((end): [IpcObject, Endpoint] => [object, end]),
  );
}

interface Row {
  /** Python that runs before. */
  before?: string;
  /** The call, in Python. */
  call: string;
  /** The names that it may have: libraries choose. */
  shown: RegExp;
  arguments?: RegExp;
  /** The object: of what has descriptors the expression of one, or of a FIFO of its path; of System V which. */
  on?: { fd: string } | { path: string } | 'queue' | 'full' | 'set';
  /** Numbers of calls that only this architecture has. */
  x64?: true;
  /** That a path led there when a thread fell asleep is proved where the thread is younger: so it is another one than that which made it. */
  young?: 'absolute' | 'relative';
}

const FULL = 'r, w = os.pipe(); fill(w)';
const EMPTY = 'r, w = os.pipe()';
const FIFO = 'os.mkfifo(path); time.sleep(.05)';
const OPENED = `${FIFO}; f = os.open(path, os.O_RDWR)`;
const PAIR = 'a, b = socket.socketpair()';
/** One struct mmsghdr of 64 bits with one byte. */
const MESSAGES = `vector = ctypes.create_string_buffer(struct.pack('QQ', ctypes.addressof(buffer), 1))
messages = ctypes.create_string_buffer(struct.pack('8Q', 0, 0, ctypes.addressof(vector), 1, 0, 0, 0, 0))`;
const ROWS: Record<string, Row> = {
  msgrcv: {
    call: 'libc.msgrcv(queue, buffer, 8192, ctypes.c_long(7), 0)',
    shown: /^msgrcv$/,
    on: 'queue',
    arguments: /^type 7$/,
  },
  msgsnd: {
    call: "libc.msgsnd(full, struct.pack('q', 3) + b'x' * 12, 12, 0)",
    shown: /^msgsnd$/,
    on: 'full',
    arguments: /^type 3,12 bytes$/,
  },
  'semop of libc': {
    call: "libc.semop(set, struct.pack('Hhh', 0, -1, 0), 1)",
    shown: /^sem(timed)?op$/,
    on: 'set',
    arguments: /^\[0\] -1$/,
  },
  'semop itself': {
    call: "libc.syscall(65, set, struct.pack('Hhh', 1, -2, 0), 1)",
    shown: /^semop$/,
    on: 'set',
    arguments: /^\[1\] -2$/,
    x64: true,
  },
  semtimedop: {
    call: "libc.semtimedop(set, struct.pack('Hhh', 0, -1, 4096), 1, struct.pack('qq', 600, 0))",
    shown: /^semtimedop$/,
    on: 'set',
    arguments: /undo$/,
  },
  sem_wait: {
    before:
      'sem = mmap.mmap(-1, 4096); s = ctypes.addressof(ctypes.c_char.from_buffer(sem)); libc.sem_init(ctypes.c_void_p(s), 1, 0)',
    call: 'libc.sem_wait(ctypes.c_void_p(s))',
    shown: /^futex/,
    arguments: /^0x[0-9a-f]+$/,
  },
  'read of a pipe': { before: EMPTY, call: 'libc.read(r, buffer, 1)', shown: /^read$/, on: { fd: 'r' } },
  'write to a pipe': { before: FULL, call: 'libc.write(w, buffer, 1)', shown: /^write$/, on: { fd: 'w' } },
  'readv of a pipe': {
    before: EMPTY,
    call: 'os.readv(r, [bytearray(1)])',
    shown: /^readv$/,
    on: { fd: 'r' },
  },
  'writev to a pipe': { before: FULL, call: "os.writev(w, [b'x'])", shown: /^writev$/, on: { fd: 'w' } },
  'preadv2 of a pipe': {
    before: EMPTY,
    call: "libc.preadv2(r, struct.pack('QQ', ctypes.addressof(buffer), 1), 1, ctypes.c_long(-1), 0)",
    shown: /^preadv2$/,
    on: { fd: 'r' },
  },
  'read of a FIFO': { before: OPENED, call: 'libc.read(f, buffer, 1)', shown: /^read$/, on: { fd: 'f' } },
  'write to a FIFO': {
    before: `${OPENED}; fill(f)`,
    call: 'libc.write(f, buffer, 1)',
    shown: /^write$/,
    on: { fd: 'f' },
  },
  'splice that waits for content': {
    before: `${EMPTY}; x, y = os.pipe()`,
    call: 'libc.splice(r, None, y, None, 100, 0)',
    shown: /^splice$/,
    on: { fd: 'r' },
  },
  'splice that waits for room': {
    before: `${FULL}; x, y = os.pipe(); os.write(y, b'x')`,
    call: 'libc.splice(x, None, w, None, 100, 0)',
    shown: /^splice$/,
    on: { fd: 'w' },
  },
  tee: {
    before: `${EMPTY}; x, y = os.pipe()`,
    call: 'libc.tee(r, y, 100, 0)',
    shown: /^tee$/,
    on: { fd: 'r' },
  },
  sendfile: {
    before: `${FULL}; z = os.open('/etc/passwd', os.O_RDONLY)`,
    call: 'os.sendfile(w, z, 0, 100)',
    shown: /^sendfile$/,
    on: { fd: 'w' },
  },
  'open of a FIFO to read': {
    before: FIFO,
    call: 'os.open(path, os.O_RDONLY)',
    shown: /^openat$/,
    on: { path: 'path' },
    arguments: /^to read$/,
    young: 'absolute',
  },
  'open of a FIFO to write': {
    before: FIFO,
    call: 'os.open(path, os.O_WRONLY)',
    shown: /^openat$/,
    on: { path: 'path' },
    arguments: /^to write$/,
    young: 'absolute',
  },
  'open of a FIFO by a relative path': {
    before: `${FIFO}; os.chdir(os.path.dirname(path))`,
    call: "os.open('fifo', os.O_RDONLY)",
    shown: /^openat$/,
    on: { path: 'path' },
    young: 'relative',
  },
  'open of a FIFO below an open directory': {
    before: `${FIFO}; d = os.open(os.path.dirname(path), os.O_RDONLY)`,
    call: "os.open('fifo', os.O_RDONLY, dir_fd=d)",
    shown: /^openat$/,
    on: { path: 'path' },
    young: 'relative',
  },
  'open itself': {
    before: FIFO,
    call: 'libc.syscall(2, path.encode(), 0)',
    shown: /^open$/,
    on: { path: 'path' },
    x64: true,
    young: 'absolute',
  },
  creat: {
    before: FIFO,
    call: 'libc.syscall(85, path.encode(), 0o600)',
    shown: /^creat$/,
    on: { path: 'path' },
    arguments: /^to write$/,
    x64: true,
    young: 'absolute',
  },
  poll: {
    before: EMPTY,
    call: "libc.poll(struct.pack('ihh', r, 1, 0), 1, -1)",
    shown: /^p?poll$/,
    on: { fd: 'r' },
  },
  'poll with a time': {
    before: EMPTY,
    call: "libc.poll(struct.pack('ihh', r, 1, 0), 1, 600000)",
    shown: /^p?poll$/,
    on: { fd: 'r' },
  },
  'poll to write': {
    before: FULL,
    call: "libc.poll(struct.pack('ihh', w, 4, 0), 1, -1)",
    shown: /^p?poll$/,
    on: { fd: 'w' },
  },
  ppoll: {
    before: EMPTY,
    call: "libc.ppoll(struct.pack('ihh', r, 1, 0), 1, None, None)",
    shown: /^ppoll$/,
    on: { fd: 'r' },
  },
  select: { before: EMPTY, call: 'select.select([r], [], [])', shown: /^(p?select6?)$/, on: { fd: 'r' } },
  'select itself': {
    before: EMPTY,
    call: "libc.syscall(23, r + 1, struct.pack('16Q', 1 << r, *[0] * 15), None, None, None)",
    shown: /^select$/,
    on: { fd: 'r' },
    x64: true,
  },
  pselect: {
    before: FULL,
    call: "libc.pselect(w + 1, None, struct.pack('16Q', 1 << w, *[0] * 15), None, None, None)",
    shown: /^pselect6$/,
    on: { fd: 'w' },
  },
  epoll_wait: {
    before: `${EMPTY}; e = select.epoll(); e.register(r, select.EPOLLIN)`,
    call: 'libc.epoll_wait(e.fileno(), buffer, 1, -1)',
    shown: /^epoll_p?wait$/,
    on: { fd: 'r' },
  },
  epoll_pwait: {
    before: `${FULL}; e = select.epoll(); e.register(w, select.EPOLLOUT)`,
    call: 'libc.epoll_pwait(e.fileno(), buffer, 1, -1, None)',
    shown: /^epoll_pwait$/,
    on: { fd: 'w' },
  },
  wait4: {
    before: 'one = child()',
    call: 'os.wait4(one, 0)',
    shown: /^wait4$/,
    arguments: /^pid \d+$/,
  },
  'wait4 for any': {
    before: 'one = child()',
    call: 'os.wait()',
    shown: /^wait4$/,
    arguments: /^any child$/,
  },
  waitid: {
    before: 'one = child()',
    call: 'os.waitid(os.P_PID, one, os.WEXITED)',
    shown: /^waitid$/,
    arguments: /^pid \d+$/,
  },
  sigwait: { call: 'signal.sigwait({signal.SIGUSR1})', shown: /^rt_sigtimedwait$/ },
  flock: {
    before: 'FILE; k = os.open(path, os.O_RDWR); fcntl.flock(k, 2); l = os.open(path, os.O_RDWR)',
    call: 'libc.flock(l, 2)',
    shown: /^flock$/,
    arguments: /^fd \d+,flock, exclusive$/,
    on: { path: 'path' },
  },
  'fcntl lock': {
    before:
      "FILE; k = os.open(path, os.O_RDWR); child(lambda: (fcntl.lockf(k, 2), os.write(k, b'held')))\nwhile os.stat(path).st_size == 0: time.sleep(0.001)",
    call: 'fcntl.lockf(k, 2)',
    shown: /^fcntl$/,
    arguments: /^fd \d+,POSIX, exclusive, all bytes$/,
    on: { path: 'path' },
  },
  nanosleep: {
    call: 'libc.usleep(600000000)', // Continued it shows as restart_syscall, and nothing tells what that is.
    shown: /^((clock_)?nanosleep|restart_syscall)$/,
  },
  'read of an eventfd': {
    before: 'v = libc.eventfd(0, 0)',
    call: 'libc.read(v, buffer, 8)',
    shown: /^read$/,
    on: { fd: 'v' },
  },
  accept: {
    before: 's = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()',
    call: 'libc.accept(s.fileno(), None, None)',
    shown: /^accept4?$/,
    on: { fd: 's.fileno()' },
  },
  connect: {
    before:
      's = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(0); c = socket.socket(socket.AF_UNIX); c.connect(path); d = socket.socket(socket.AF_UNIX)',
    call: "libc.connect(d.fileno(), struct.pack('H', 1) + path.encode() + b'\\0', len(path) + 3)",
    shown: /^connect$/,
    on: { fd: 'd.fileno()' },
  },
  recv: {
    before: PAIR,
    call: 'libc.recv(a.fileno(), buffer, 1, 0)',
    shown: /^recv(from)?$/,
    on: { fd: 'a.fileno()' },
  },
  recvmsg: { before: PAIR, call: 'a.recvmsg(1)', shown: /^recvmsg$/, on: { fd: 'a.fileno()' } },
  'read of a socket': {
    before: PAIR,
    call: 'libc.read(a.fileno(), buffer, 1)',
    shown: /^read$/,
    on: { fd: 'a.fileno()' },
  },
  'poll of a socket': {
    before: PAIR,
    call: "libc.poll(struct.pack('ihh', a.fileno(), 1, 0), 1, -1)",
    shown: /^p?poll$/,
    on: { fd: 'a.fileno()' },
  },
  'accept of TCP': {
    before: "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
    call: 'libc.accept(s.fileno(), None, None)',
    shown: /^accept4?$/,
    on: { fd: 's.fileno()' },
  },
  'read of TCP': {
    before:
      "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); a = socket.create_connection(s.getsockname())",
    call: 'libc.read(a.fileno(), buffer, 1)',
    shown: /^read$/,
    on: { fd: 'a.fileno()' },
  },
  send: {
    before: `${PAIR}; fill(a.fileno())`,
    call: 'libc.send(a.fileno(), buffer, 1, 0)',
    shown: /^send(to)?$/,
    on: { fd: 'a.fileno()' },
  },
  sendmmsg: {
    before: `${PAIR}; fill(a.fileno()); ${MESSAGES}`,
    call: 'libc.sendmmsg(a.fileno(), messages, 1, 0)',
    shown: /^sendmmsg$/,
    on: { fd: 'a.fileno()' },
  },
  recvmmsg: {
    before: `${PAIR}; ${MESSAGES}`,
    call: 'libc.recvmmsg(a.fileno(), messages, 1, 0, None)',
    shown: /^recvmmsg$/,
    on: { fd: 'a.fileno()' },
  },
  mq_receive: {
    before:
      "mq = libc.mq_open(b'/' + os.path.basename(os.path.dirname(path)).encode(), os.O_CREAT | os.O_RDWR, 0o600, None); libc.mq_unlink(b'/' + os.path.basename(os.path.dirname(path)).encode())",
    call: 'libc.mq_receive(mq, buffer, 8192, None)',
    shown: /^mq_timedreceive$/,
    on: { fd: 'mq' },
  },
  mq_send: {
    before:
      "mq = libc.mq_open(b'/' + os.path.basename(os.path.dirname(path)).encode(), os.O_CREAT | os.O_RDWR, 0o600, struct.pack('8q', 0, 1, 8, *[0] * 5)); libc.mq_unlink(b'/' + os.path.basename(os.path.dirname(path)).encode()); libc.mq_send(mq, buffer, 1, 0)",
    call: 'libc.mq_send(mq, buffer, 1, 0)',
    shown: /^mq_timedsend$/,
    on: { fd: 'mq' },
  },
  io_getevents: {
    before:
      "aio = ctypes.c_ulong()\nif libc.syscall(206, 1, ctypes.byref(aio)) < 0: raise OSError(ctypes.get_errno(), '')",
    call: 'libc.syscall(208, aio, ctypes.c_long(1), ctypes.c_long(1), buffer, None)',
    shown: /^io_getevents$/,
    x64: true,
  },
  io_uring_enter: {
    before:
      "ring = libc.syscall(425, 2, ctypes.create_string_buffer(120))\nif ring < 0: raise OSError(ctypes.get_errno(), '')",
    call: 'libc.syscall(426, ring, 0, 1, 1, None, 0)',
    shown: /^io_uring_enter$/,
  },
};

describe('a thread blocked in', () => {
  for (const [name, row] of Object.entries(ROWS))
    test(name, async (context) => {
      if (row.x64 && process.arch !== 'x64') context.skip('a call of x86_64');
      const path = join(scene.folder(), 'fifo');
      const ids = { queue: made.queue(), full: made.queue(), set: made.set(2) };
      if (row.on === 'full') for (let at = 0; at < 2; at++) send(ids.full, 1, 'x'.repeat(8192));
      const told = Object.entries({ path, ...ids }).map(
        ([key, value]) => `${key} = ${JSON.stringify(value)}`,
      );
      const before = (row.before ?? 'pass').replace('FILE', "open(path, 'w').close()");
      const holder = scene.holder();
      await holder.run(LIBC);
      await holder.run(told.join('\n'));
      const failed = await holder.run(before);
      if (failed && typeof failed === 'object' && 'error' in failed)
        context.skip(`this kernel does not let us: ${String(failed.error)}`);
      const { on } = row;
      const inode =
        typeof on === 'object'
          ? String(await holder.run('fd' in on ? `os.fstat(${on.fd}).st_ino` : `os.stat(${on.path}).st_ino`))
          : undefined;
      const fd = typeof on === 'object' && 'fd' in on ? await holder.run(on.fd) : undefined;
      const tid = row.young
        ? ((await holder.run(`begin(lambda: ${row.call})`)) as number)
        : holder.block(row.call);
      // Another thread may have replaced the folder in which a path begins.
      const certain = row.young !== 'relative';

      const expectBlocked = () =>
        until(() => {
          const found = look();
          const wait = waitOf(found, holder.pid, tid);
          return wait && row.shown.test(wait.call) && (!on || objectsOf(found, tid).length > 0)
            ? { found, wait }
            : undefined;
        });
      const check = ({ found, wait }: Awaited<ReturnType<typeof expectBlocked>>) => {
        expect(wait.certain).toBe(certain);
        if (row.arguments) expect(wait.arguments.join()).toMatch(row.arguments);
        const objects = objectsOf(found, tid);
        expect(objects.length).toBe(on ? 1 : 0);
        for (const [object, end] of objects) {
          expect(end.pid).toBe(holder.pid);
          expect(end.waits?.map(said)).toEqual([
            { tid, call: wait.call, arguments: wait.arguments, certain },
          ]);
          if ('inode' in object) {
            expect([object.inode, end.fd]).toEqual([inode, fd]);
            if (object.kind === 'fifo') expect(object.path).toBe(path);
          } else if ('key' in object) expect(object.id).toBe(ids[on as keyof typeof ids]);
          if (end.fd !== undefined) expect(wait.ref).toBe(object.ref);
        }
      };
      check(await expectBlocked());

      holder.child.kill('SIGSTOP');
      await until(() => {
        const found = look();
        const state = found.processes.find(({ pid }) => pid === holder.pid)?.state;
        return (state === undefined || state === 'T') && !waitOf(found, holder.pid, tid);
      });
      expect(objectsOf(look(), tid)).toEqual([]);
      holder.child.kill('SIGCONT');
      check(await expectBlocked());
    });
});

test('a parent waits until the program that it starts has opened a FIFO', async () => {
  const path = join(scene.folder(), 'fifo');
  const { holder, tid } = await blocked(
    `path = ${JSON.stringify(path)}; os.mkfifo(path)
actions = ctypes.create_string_buffer(256); libc.posix_spawn_file_actions_init(actions)
libc.posix_spawn_file_actions_addopen(actions, 9, path.encode(), os.O_RDONLY, 0)
words = (ctypes.c_char_p * 2)(b'true', None)`,
    // Once: what waits in opening it must be let go before its parent ends.
    "(libc.posix_spawn(buffer, b'/bin/true', actions, None, words, None), time.sleep(600))",
  );
  waitedFor.push(path);
  const wait = await until(() => {
    const found = waitOf(look(), holder.pid, tid);
    return found && /^(vfork|clone3?)$/.test(found.call) ? found : undefined;
  });
  expect(wait).toMatchObject({ arguments: [], certain: true });
});

test('a wait with a time that was stopped and continued goes on in what it was in', async () => {
  const { holder, tid } = await blocked(
    "import multiprocessing; s = multiprocessing.get_context('fork').Semaphore(0)",
    's.acquire(timeout=1000)',
  );
  const expectBlocked = async (ran: boolean) => {
    const { found, wait } = await until(() => {
      const now = look();
      const one = waitOf(now, holder.pid, tid);
      const line = readFileSync(`/proc/${holder.pid}/task/${tid}/syscall`, 'latin1');
      const restarted = line.startsWith(process.arch === 'x64' ? '219 ' : '128 ');
      return one?.call === 'futex' && restarted === ran ? { found: now, wait: one } : undefined;
    });
    const [[object, end] = [], ...others] = objectsOf(found, tid);
    expect([object?.kind, end?.pid, others]).toEqual(['posix.sem', holder.pid, []]);
    expect(wait).toMatchObject({ ref: object?.ref, certain: true });
    return wait;
  };
  const before = await expectBlocked(false);
  holder.child.kill('SIGSTOP');
  await until(() => !waitOf(look(), holder.pid, tid));
  holder.child.kill('SIGCONT');
  expect(await expectBlocked(true)).toEqual(before);
});

describe('another object under the number of a sleeping thread', () => {
  const REPLACEMENTS: Record<string, [over: string, is: string]> = {
    'another pipe': ['x, y = os.pipe(); os.dup2(x, r)', 'pipe'],
    'a FIFO': ['os.mkfifo(path); z = os.open(path, os.O_RDWR); os.dup2(z, r)', 'fifo'],
    'the end of a socket': ['a, b = socket.socketpair(); os.dup2(a.fileno(), r)', ''],
    nothing: ['os.close(r)', ''],
  };
  for (const [name, [over]] of Object.entries(REPLACEMENTS))
    test(`${name}: it sleeps in the first`, async () => {
      const { holder, tid } = await blocked(EMPTY, 'libc.read(r, buffer, 1)');
      await holder.run(`path = ${JSON.stringify(join(scene.folder(), 'fifo'))}`);
      const inode = String(await holder.run('os.fstat(r).st_ino'));
      await until(() => objectsOf(look(), tid).length > 0);
      await holder.run(`k = os.dup(r); ${over}`);
      for (let round = 0; round < 3; round++) {
        // The first has no end any more under that number, and the other none that sleeps there.
        expect(objectsOf(look(), tid)).toEqual([]);
        expect(waitOf(look(), holder.pid, tid)).toMatchObject({ call: 'read' });
        expect(waitOf(look(), holder.pid, tid)?.ref).toBeUndefined();
      }
      // And back.
      await holder.run('os.dup2(k, r)');
      const [[object] = []] = await until(() => objectsOf(look(), tid));
      expect(object).toMatchObject({ kind: 'pipe', inode });
    });

  test('what is no pipe shows nobody who waits in a pipe, and a pipe nobody who waits in a socket', async () => {
    const { holder, tid } = await blocked(EMPTY, 'libc.read(r, buffer, 1)');
    const other = await blocked(`${PAIR}; n = a.fileno()`, 'libc.read(n, buffer, 1)');
    await until(() => waitOf(look(), holder.pid, tid) && waitOf(look(), other.holder.pid, other.tid));
    await other.holder.run('x, y = os.pipe(); os.dup2(x, n)');
    await holder.run("os.dup2(os.open('/dev/null', os.O_RDWR), r)");
    // Also who looks for the first time.
    census = new Census(makeMechanisms());
    const found = look();
    expect([...objectsOf(found, tid), ...objectsOf(found, other.tid)]).toEqual([]);
    expect(waitOf(found, other.holder.pid, other.tid)).toMatchObject({ call: 'read' });
  });

  test('a socket shows nobody who waits in another socket, whose number it took', async () => {
    const { holder, tid } = await blocked(`${PAIR}; n = a.fileno()`, 'libc.read(n, buffer, 8)');
    const before = await until(() => {
      const found = look();
      return objectsOf(found, tid).length > 0 && found;
    });
    expect(objectsOf(before, tid)).toHaveLength(1);
    await holder.run('c, d = socket.socketpair(); os.dup2(c.fileno(), n)');
    const found = look();
    expect(objectsOf(found, tid)).toEqual([]);
    expect(waitOf(found, holder.pid, tid)).toMatchObject({ call: 'read' });
  });

  test('a socket shows nobody who waits in an eventfd or in a queue, whose number it took', async () => {
    const { holder, tid } = await blocked('n = libc.eventfd(0, 0)', 'libc.read(n, buffer, 8)');
    const name = "b'/' + os.urandom(8).hex().encode()";
    const other = await blocked(
      `name = ${name}; n = libc.mq_open(name, os.O_CREAT | os.O_RDWR, 0o600, None); libc.mq_unlink(name)`,
      'libc.mq_receive(n, buffer, 8192, None)',
    );
    await until(() => waitOf(look(), holder.pid, tid) && waitOf(look(), other.holder.pid, other.tid));
    for (const one of [holder, other.holder]) await one.run(`${PAIR}; os.dup2(a.fileno(), n)`);
    const found = look();
    const inode = String(await holder.run('os.fstat(n).st_ino'));
    const row = [...found.objects.values()].find((one) => 'inode' in one && one.inode === inode);
    expect(row).toMatchObject({ kind: 'unix', flags: expect.arrayContaining(['pair']) as string[] });
    expect([...objectsOf(found, tid), ...objectsOf(found, other.tid)]).toEqual([]);
    expect(waitOf(found, holder.pid, tid)).toMatchObject({ call: 'read' });
  });

  test('a thread with a table of its own waits on what it has there, not on what the others have', async () => {
    const holder = scene.holder();
    await holder.run(LIBC);
    await holder.run('r, w = os.pipe(); told = []');
    await holder.run(
      [
        'def apart():',
        '    libc.unshare(0x400)',
        '    x, y = os.pipe(); os.dup2(x, r)',
        '    told.append((threading.get_native_id(), os.fstat(r).st_ino))',
        '    libc.read(r, buffer, 1)',
        'threading.Thread(target=apart, daemon=True).start()',
        'while not told: time.sleep(0.001)',
      ].join('\n'),
    );
    const [tid, inode] = (await holder.run('told[0]')) as [number, number];
    const objects = await until(() => {
      const found = objectsOf(look(), tid);
      return found.length > 0 && found;
    });
    expect(objects.map(([object, end]) => ['inode' in object && object.inode, end.tid])).toEqual([
      [String(inode), tid],
    ]);
  });
});

/** What a helper says that may look less closely than we. */
async function seenBy(prefix: string[]): Promise<Snapshot & { by: number | undefined }> {
  const helper = new TestHelper(prefix);
  try {
    return { ...(await helper.request('snapshot', {})), by: helper.child.pid };
  } finally {
    await helper.stop();
  }
}

describe('where the kernel does not tell the call', () => {
  const YAMA = ['env', 'IPC_INSPECTOR_PRETEND_YAMA=1'];

  test('under Yama a read of the one pipe is probable, and said to be no more', async () => {
    const { holder, tid } = await blocked(EMPTY, 'libc.read(r, buffer, 1)');
    const writer = await blocked(FULL, 'libc.write(w, buffer, 1)');
    const [inode, full] = [
      String(await holder.run('os.fstat(r).st_ino')),
      String(await writer.holder.run('os.fstat(w).st_ino')),
    ];
    await until(() => waitOf(look(), holder.pid, tid) && waitOf(look(), writer.holder.pid, writer.tid));
    const found = await seenBy(YAMA);
    for (const [one, who, call] of [
      [inode, tid, 'read'],
      [full, writer.tid, 'write'],
    ] as const) {
      const objects = objectsOf(found, who);
      const [object, end] = objects.find(([each]) => 'inode' in each && each.inode === one) ?? [];
      // Its standard error may be a pipe too.
      const only = objects.length === 1;
      const told = only ? [`fd ${end?.fd}`] : [];
      expect(end?.waits?.map(said)).toEqual([{ tid: who, call, arguments: told, certain: false }]);
      expect(end?.waits?.map(({ by }) => by)).toEqual([only ? 'elimination' : undefined]);
      if (only)
        expect(waitOf(found, who === tid ? holder.pid : writer.holder.pid, who)?.ref).toBe(object?.ref);
      // What only the call would prove is not said.
      expect(object?.flags).toEqual([]);
      for (const [, other] of objects)
        expect([other.role, other.waits?.[0]?.certain]).toEqual([
          call === 'read' ? 'reader' : 'writer',
          false,
        ]);
    }
  });

  test('under Yama who has many pipes open is said to read, and of which is not said', async () => {
    const { holder, tid } = await blocked(
      `${EMPTY}; more = [os.pipe() for n in range(10)]`,
      'libc.read(r, buffer, 1)',
    );
    await until(() => waitOf(look(), holder.pid, tid));
    const found = await seenBy(YAMA);
    expect(objectsOf(found, tid)).toEqual([]);
    expect(waitOf(found, holder.pid, tid)).toEqual({ tid, call: 'read', arguments: [], certain: false });
  });

  test('under Yama each wait of the machine is uncertain, and they are counted', async () => {
    const { holder, tid } = await blocked(EMPTY, 'libc.read(r, buffer, 1)');
    const queue = made.queue();
    await until(() => waitOf(look(), holder.pid, tid));
    const { processes, objects, blind, by } = await seenBy(YAMA);
    // A process may always look at itself.
    const others = processes.filter(({ pid }) => pid !== by);
    expect(others.flatMap((one) => saidOf(one) ?? []).filter(({ certain }) => certain)).toEqual([]);
    expect(objects.some((object) => object.kind === 'sysv.msg' && object.id === queue)).toBe(true);
    const hidden = blind.find(({ kind, code }) => kind === 'sysv.msg' && code === 'yama');
    expect(hidden?.count).toBeGreaterThan(0);
  });

  test("another user's processes are counted, for each kind", async (context) => {
    needsRoot(context, 'looks as another user');
    needs(context, 'setpriv');
    const { holder, tid } = await blocked(EMPTY, 'libc.read(r, buffer, 1)');
    const inode = await holder.run('os.fstat(r).st_ino');
    made.queue(0, 0o666);
    await until(() => waitOf(look(), holder.pid, tid));
    const found = await seenBy(AS_NOBODY);
    expect(found.objects.some((object) => 'inode' in object && object.inode === String(inode))).toBe(false);
    expect(found.processes.some(({ pid }) => pid === holder.pid)).toBe(false);
    for (const kind of ['pipe', 'fifo', 'sysv.msg'])
      expect(found.blind.find((one) => one.kind === kind && one.code === 'denied')?.count).toBeGreaterThan(0);
  });
});
