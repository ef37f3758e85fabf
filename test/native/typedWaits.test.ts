/** What a wait is on, typed: nothing in it is text of a language, and each value is what the program gave to its call. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { Census, EVERY_DETAIL, EVERYTHING, type Findings } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Ref } from '../../src/protocol/ref';
import { processSchema } from '../../src/protocol/snapshot';
import { type Wait, waitSchema } from '../../src/protocol/waits';
import { needs } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';
import { Made } from '../support/sysv';
import { until } from '../support/until';

const scene = new Scene();
const made = new Made();
let census: Census;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  census = new Census(makeMechanisms());
});
afterEach(async () => {
  await scene.clean();
  made.clean();
});

const look = (interest = EVERYTHING): Findings => runNow(census.take(interest));

const LIBC = `
import ctypes, os, select, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(200000)
span = struct.pack('qq', 600, 250000000)
pairs = [socket.socketpair(), socket.socketpair()]; endless, limited = pairs[0][0].fileno(), pairs[1][0]
for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO): limited.setsockopt(socket.SOL_SOCKET, option, struct.pack('qq', 700 + option, 500000))
limited = limited.fileno()
def begin(call):
    told = []
    def run():
        told.append(threading.get_native_id())
        while True: call()
    threading.Thread(target=run, daemon=True).start()
    while not told: time.sleep(0.001)
    return told[0]
`;

async function holding(...lines: string[]): Promise<Holder> {
  const holder = scene.holder();
  for (const line of [LIBC, ...lines]) {
    const failed = await holder.run(line);
    if (failed && typeof failed === 'object' && 'error' in failed) throw new Error(String(failed.error));
  }
  return holder;
}

/** What is said of a thread in a process, once it is seen to wait. */
async function waitOf({ pid }: Holder, tid: number): Promise<{ wait: Wait; found: Findings }> {
  return until(() => {
    const found = look();
    const wait = found.processes
      .find((one) => one.pid === pid)
      ?.threads?.find((one) => one.tid === tid)?.wait;
    return wait === undefined || wait === 'runs' ? undefined : { wait, found };
  });
}

/** Where no other test makes files: what is made above a FIFO after its thread began leaves the way to it unproved. */
function quietFolder(): string {
  const folder = mkdtempSync('/var/tmp/ipc-inspector-test-');
  made.later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const refOf = (found: Findings, ofIt: (object: IpcObject) => boolean) => found.objects.find(ofIt)?.ref;

/** The call in Python, what it is on (`fds`: numbers of `r` and `w`), and its time. */
type Row = [call: string, on: (given: Given) => unknown, timeout?: Wait['timeout']];
interface Given {
  queue: number;
  r: number;
  w: number;
  child: number;
  path: string;
  refs: Record<'queue' | 'set' | 'pipe' | 'fifo', string | undefined>;
}

const read = ({ r, refs }: Given) => ({ fd: r, direction: 'read', ref: refs.pipe });
const socketRead = () => ({
  is: 'descriptors',
  of: [
    {
      fd: expect.any(Number) as number,
      direction: 'read',
      ref: expect.stringMatching(/^unix:/) as unknown as Ref,
    },
  ],
});
const ROWS: Record<string, Row> = {
  'any message': [
    'libc.msgrcv(queue, buffer, 8192, 0, 0)',
    ({ refs }) => ({ is: 'receive', type: { is: 'any' }, ref: refs.queue }),
    null,
  ],
  'a message of a type beyond 2^53': [
    'libc.msgrcv(queue, buffer, 8192, ctypes.c_long(2 ** 62), 0)',
    ({ refs }) => ({ is: 'receive', type: { is: 'type', type: String(2n ** 62n) }, ref: refs.queue }),
    null,
  ],
  'the lowest up to a type': [
    'libc.msgrcv(queue, buffer, 8192, ctypes.c_long(-9), 0)',
    ({ refs }) => ({ is: 'receive', type: { is: 'upTo', type: 9 }, ref: refs.queue }),
    null,
  ],
  'all but a type': [
    'libc.msgrcv(queue, buffer, 8192, ctypes.c_long(5), 0o20000)',
    ({ refs }) => ({ is: 'receive', type: { is: 'except', type: 5 }, ref: refs.queue }),
    null,
  ],
  operations: [
    "libc.semop(set, struct.pack('Hhh', 0, -1, 4096) + struct.pack('Hhh', 1, 2, 0), 2)",
    ({ refs }) => ({
      is: 'operations',
      of: [
        { number: 0, change: -1, undo: true },
        { number: 1, change: 2, undo: false },
      ],
      ref: refs.set,
    }),
    null,
  ],
  'operations with a time': [
    "libc.semtimedop(set, struct.pack('Hhh', 0, -1, 0), 1, span)",
    ({ refs }) => ({ is: 'operations', of: [{ number: 0, change: -1, undo: false }], ref: refs.set }),
    600_250,
  ],
  'read of a pipe': ['libc.read(r, buffer, 1)', (given) => ({ is: 'descriptors', of: [read(given)] }), null],
  'receive of a socket': ['libc.recv(endless, buffer, 1, 0)', socketRead, null],
  'receive of a socket with a limit of time': ['libc.recv(limited, buffer, 1, 0)', socketRead, 720_500],
  'poll of a socket with a limit of time': [
    "libc.poll(struct.pack('ihh', limited, 1, 0), 1, -1)",
    socketRead,
    // It is of receives alone (socket(7)).
    null,
  ],
  'poll with a time': [
    "libc.poll(struct.pack('ihh', r, 1, 0), 1, 612345)",
    (given) => ({ is: 'descriptors', of: [read(given)] }),
    // Libraries may give it as a struct; rounded as they do.
    612_345,
  ],
  'ppoll with a time': [
    "libc.ppoll(struct.pack('ihh', r, 1, 0), 1, span, None)",
    (given) => ({ is: 'descriptors', of: [read(given)] }),
    600_250,
  ],
  'select without a time': [
    'select.select([r], [], [])',
    (given) => ({ is: 'descriptors', of: [read(given)] }),
    null,
  ],
  epoll: [
    'libc.epoll_wait(e, buffer, 1, 654321)',
    (given) => ({ is: 'descriptors', of: [read(given)], through: { epoll: expect.any(Number) as number } }),
    654_321,
  ],
  'an event counter': [
    "libc.poll(struct.pack('ihh', v, 1, 0), 1, -1)",
    () => ({
      is: 'descriptors',
      of: [
        {
          fd: expect.any(Number) as number,
          direction: 'read',
          ref: expect.stringMatching(/^eventfd:\d+$/) as unknown as Ref,
        },
      ],
    }),
    null,
  ],
  'open of a FIFO': [
    'os.open(path, os.O_WRONLY)',
    ({ path, refs }) => ({ is: 'path', path, direction: 'write', ref: refs.fifo }),
    null,
  ],
  'a child': ['os.waitpid(child, 0)', ({ child }) => ({ is: 'children', who: 'pid', number: child }), null],
  'any child': ['os.waitid(os.P_ALL, 0, os.WEXITED)', () => ({ is: 'children', who: 'any' }), null],
  'a private word': [
    'libc.syscall(202 if os.uname().machine == "x86_64" else 98, word, 128, 0, span, None, 0)',
    () => ({ is: 'word', address: expect.stringMatching(/^0x[0-9a-f]+$/) as string, shared: false }),
    true,
  ],
  'a lock': [
    'fcntl.flock(l, 2)',
    () => ({
      ...{ is: 'lock', fd: expect.any(Number) as number, type: 'flock', mode: 'exclusive', start: 0 },
      ref: expect.stringMatching(/^lock:\d+:\d+$/) as unknown as Ref,
    }),
    null,
  ],
  'a signal': ['signal.sigwait({signal.SIGUSR1})', () => ({ is: 'signals', signals: [10] }), null],
  'the clock': ['libc.nanosleep(span, None)', () => ({ is: 'time' }), true],
};

describe('a wait, typed', () => {
  for (const [name, [call, on, timeout]] of Object.entries(ROWS))
    test(name, async () => {
      const [queue, set] = [made.queue(), made.set(2)];
      const path = join(quietFolder(), 'fifo');
      const holder = await holding(
        `import fcntl; queue = ${queue}; set = ${set}; path = ${JSON.stringify(path)}; os.mkfifo(path)`,
        'r, w = os.pipe(); v = libc.eventfd(0, 0); e = libc.epoll_create1(0)',
        "libc.epoll_ctl(e, 1, r, struct.pack('<Iq' if os.uname().machine == 'x86_64' else '<Iiq', *([1, r] if os.uname().machine == 'x86_64' else [1, 0, r])))",
        'word = (ctypes.c_int * 1)()',
        // The folder must be older than the thread that opens.
        "k = os.open(path + '.lock', os.O_RDWR | os.O_CREAT); fcntl.flock(k, 2); l = os.open(path + '.lock', os.O_RDWR); time.sleep(.05)",
        `child = os.fork()
if child == 0:
    libc.prctl(1, 9)
    os.execvp('sleep', ['sleep', '600'])`,
      );
      const [r, w, child, inode] = (await holder.run('[r, w, child, os.fstat(r).st_ino]')) as number[];
      // That a path led there is proved where it is older than the thread.
      const opens = call.startsWith('os.open');
      const tid = opens ? ((await holder.run(`begin(lambda: ${call})`)) as number) : holder.block(call);
      const { wait, found } = await waitOf(holder, tid);
      const refs = {
        queue: refOf(found, (one) => one.kind === 'sysv.msg' && one.id === queue),
        set: refOf(found, (one) => one.kind === 'sysv.sem' && one.id === set),
        pipe: refOf(found, (one) => one.kind === 'pipe' && one.inode === String(inode)),
        fifo: refOf(found, (one) => one.kind === 'fifo' && one.path === path),
      };
      expect(wait.on).toEqual(on({ queue, r: r ?? 0, w: w ?? 0, child: child ?? 0, path, refs }));
      expect(wait).toMatchObject({ tid, certain: true });
      expect(wait.timeout).toBe(timeout);
      expect(wait.by).toBeUndefined();
    });
});

test('no value in the waits of a snapshot is text of a language', async () => {
  const [queue, set] = [made.queue(), made.set(2)];
  const path = join(quietFolder(), 'a file name that is English');
  const holder = await holding(
    `queue = ${queue}; set = ${set}; path = ${JSON.stringify(path)}; os.mkfifo(path); time.sleep(.05)`,
    'r, w = os.pipe(); word = (ctypes.c_int * 1)()',
  );
  const calls = Object.values(ROWS).map(([call]) => call);
  const tids: number[] = [];
  for (const call of calls.filter((one) => !/child|waitid|flock|epoll|poll.*\bv,/.test(one)))
    tids.push((await holder.run(`begin(lambda: ${call})`)) as number);
  await until(() => {
    const threads = look().processes.find(({ pid }) => pid === holder.pid)?.threads ?? [];
    return tids.every((tid) => typeof threads.find((one) => one.tid === tid)?.wait === 'object');
  });
  const found = look(EVERY_DETAIL);
  const isOurs = ({ pid }: { pid: number }) => pid === holder.pid;
  const waits = [
    ...found.processes
      .filter(isOurs)
      .flatMap(({ threads = [] }) => threads.flatMap(({ wait }) => wait ?? [])),
    ...found.objects.flatMap(({ endpoints = [] }) =>
      endpoints.filter(isOurs).flatMap((end) => end.waits ?? []),
    ),
  ].filter((wait) => wait !== 'runs');
  expect(waits.length).toBeGreaterThan(tids.length);
  for (const wait of waits) {
    expect(v.is(waitSchema, wait)).toBe(true);
    for (const [key, text] of textsIn(wait))
      if (key === 'path') expect(text).toMatch(/^[./]|^[^ ]+$/);
      // Names of calls, of variants and of types; refs; numbers. None has a space, or is a word that is not of the contract.
      else
        expect(text).toMatch(
          key === 'call'
            ? /^[a-z][a-z0-9_]*$/
            : /^[a-zA-Z]+$|^-?\d+$|^0x[0-9a-f]+$|^[a-z.]+(:opener)?:[\d:]+$/,
        );
  }
});

function* textsIn(value: unknown, key = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [key, value];
  if (value && typeof value === 'object')
    for (const [name, inner] of Object.entries(value))
      yield* textsIn(inner, Array.isArray(value) ? key : name);
}

describe('since when', () => {
  test('a thread waits is what its program noted, also for who looks for the first time later', async () => {
    const holder = await holding('r, w = os.pipe(); noted = []');
    const before = Date.now();
    const tid = (await holder.run(
      'begin(lambda: (noted.append(time.time()), libc.read(r, buffer, 1)))',
    )) as number;
    await until(() => readFileSync(`/proc/${holder.pid}/task/${tid}/wchan`, 'latin1').includes('pipe'));
    const asleep = Date.now();
    const [since] = ((await holder.run('noted')) as number[]).map((seconds) => seconds * 1000);
    // It slept by then, and no look has been taken yet: who says the time of its look is found out.
    await until(() => Date.now() > asleep + 300);
    const { wait } = await waitOf(holder, tid);
    expect(before).toBeLessThanOrEqual(since ?? 0);
    expect(wait.since).toBeGreaterThanOrEqual((since ?? 0) - 50);
    expect(wait.since).toBeLessThanOrEqual(asleep + 50);
    // It stays what it is for as long as the wait goes on.
    const again = await waitOf(holder, tid);
    expect(again.wait.since).toBe(wait.since);
    const closely = runNow(
      census.take({ levels: {}, details: [objectOf(again.found, tid).ref], processes: false }),
    );
    const [end] = closely.objects.flatMap(({ endpoints = [] }) =>
      endpoints.filter(({ waits = [] }) => waits.some((one) => one.tid === tid)),
    );
    expect(end?.waits?.find((one) => one.tid === tid)?.since).toBe(wait.since);
    // And no row reads it.
    const rows = runNow(census.take({ levels: { pipe: 'rows' }, details: [] }));
    expect(objectOf(rows, tid).endpoints?.flatMap((one) => one.waits ?? [])).not.toContainEqual(
      expect.objectContaining({ since: expect.any(Number) as number }),
    );
  });
});

function objectOf({ objects }: Findings, tid: number): IpcObject {
  const object = objects.find(({ endpoints = [] }) =>
    endpoints.some(({ waits = [] }) => waits.some((one) => one.tid === tid)),
  );
  if (!object) throw new Error('nothing shows the wait');
  return object;
}

describe('of a process', () => {
  test('parent, group, session, terminal, tracer, and its threads', async () => {
    const holder = await holding(
      'import pty, threading',
      `m, s = pty.openpty(); device = os.fstat(s).st_rdev; child = os.fork()
if child == 0:
    libc.prctl(1, 9); os.setsid()
    import fcntl, termios
    fcntl.ioctl(s, termios.TIOCSCTTY, 0); os.tcsetpgrp(s, os.getpgrp())
    r, w = os.pipe(); threading.Thread(target=lambda: os.read(r, 1), name='reader').start()
    os.read(r, 1)`,
    );
    const [child, device] = (await holder.run('[child, device]')) as [number, number];
    const process = await until(() => {
      const one = look().processes.find(({ pid }) => pid === child);
      return one?.threads?.length === 2 && one.threads.every(({ wait }) => typeof wait === 'object') && one;
    });
    expect(v.is(processSchema, process)).toBe(true);
    expect(process).toMatchObject({
      parent: holder.pid,
      group: child,
      session: child,
      tracer: null,
      frozen: false,
      terminal: { device: String(device), foregroundGroup: child },
      threadCount: 2,
    });
    expect(process.threads?.map(({ state }) => state)).toEqual(['S', 'S']);
    const without = look().processes.find(({ pid }) => pid === holder.pid);
    expect(without).toMatchObject({ session: expect.any(Number) as number });
  });

  test('one that runs, and one that is stopped', async () => {
    const holder = await holding('r, w = os.pipe(); more = True');
    const busy = (await holder.run('begin(lambda: [None for _ in iter(lambda: more, False)])')) as number;
    const waiter = (await holder.run('begin(lambda: libc.read(r, buffer, 1))')) as number;
    const threadsNow = () => {
      const { threads = [] } = look().processes.find(({ pid }) => pid === holder.pid) ?? {};
      return new Map(threads.map((one) => [one.tid, one]));
    };
    await until(() => threadsNow().get(busy)?.wait === 'runs');
    await until(() => typeof threadsNow().get(waiter)?.wait === 'object');
    holder.child.kill('SIGSTOP');
    const stopped = await until(() => {
      const now = threadsNow();
      return [...now.values()].every(({ state }) => state === 'T') && now;
    });
    for (const { wait } of stopped.values()) expect(wait).toBeUndefined();
    holder.child.kill('SIGCONT');
    await until(() => typeof threadsNow().get(waiter)?.wait === 'object');
  });

  test('a parent in vfork, and who is traced', async () => {
    const path = join(scene.folder(), 'fifo');
    const holder = await holding(
      `path = ${JSON.stringify(path)}; os.mkfifo(path); time.sleep(.05)`,
      `actions = ctypes.create_string_buffer(256); libc.posix_spawn_file_actions_init(actions)
libc.posix_spawn_file_actions_addopen(actions, 9, path.encode(), os.O_RDONLY, 0)
words = (ctypes.c_char_p * 2)(b'true', None)`,
      `traced = os.fork()
if traced == 0:
    libc.prctl(1, 9); libc.ptrace(0, 0, None, None); time.sleep(600)`,
    );
    const tid = (await holder.run(
      "begin(lambda: (libc.posix_spawn(buffer, b'/bin/true', actions, None, words, None), time.sleep(600)))",
    )) as number;
    const traced = (await holder.run('traced')) as number;
    try {
      const { wait } = await waitOf(holder, tid);
      expect(wait).toMatchObject({ on: { is: 'vfork' }, timeout: null, certain: true });
      const child = await until(() => look().processes.find(({ pid, tracer }) => pid === traced && tracer));
      expect(child.tracer).toBe(holder.pid);
    } finally {
      await holder.run('os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))');
    }
  });
});
