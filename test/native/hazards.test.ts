/** What a machine may do to the helper: limits that bite, files and processes that pretend, hands that end things at a bad moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, type TestContext } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { type Bytes, fromBytes, toBytes } from '../../src/protocol/bytes';
import type { Endpoint } from '../../src/protocol/facts';
import { type Kind, KINDS, type Ref } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { random } from '../support/inProcess';
import { beside, ownIpc, setLimit } from '../support/namespaces';
import { AS_NOBODY, needs, needsRoot, output } from '../support/oracles';
import { actsOf, ended } from '../support/processes';
import { Made, operate, receive, send, valuesOf } from '../support/sysv';
import { until } from '../support/until';
import { said } from '../support/waits';

const PAGE = 4096;
const made = new Made();
const children: ChildProcess[] = [];
const helpers: TestHelper[] = [];
afterEach(async () => {
  for (const helper of helpers.splice(0)) await helper.stop();
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await until(() => ended(child.pid ?? 0));
  }
  made.clean();
});

async function start(prefix: string[] = []): Promise<TestHelper> {
  const helper = new TestHelper(prefix);
  helpers.push(helper);
  await helper.request('hello', {});
  return helper;
}

/** A program that says a line once it is where it should be, and stays. Resolves with the line. */
async function run(...[command = '', ...args]: string[]): Promise<{ pid: number; said: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`${command} gave ${String(code)}`)));
  });
  return { pid: child.pid ?? 0, said };
}

/** A process that attaches a segment and stays. */
const holder = (id: number, prefix: string[] = []) =>
  run(
    ...prefix,
    process.execPath,
    '-e',
    `const shmat = require('koffi').load(null).func('void *shmat(int, void *, int)');
     if (shmat(${id}, null, 0) === 0xffffffffffffffffn) process.exit(1);
     console.log('attached');
     setInterval(() => undefined, 1000);`,
  );

function needsIpcNamespace(context: TestContext): void {
  needsRoot(context, 'makes an ipc namespace');
  needs(context, 'unshare');
  needs(context, 'nsenter');
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const bytes = (content: string | Buffer) => toBytes(Buffer.from(content));
const text = (content: Bytes) => Buffer.from(fromBytes(content)).toString('latin1');
const me = () => ({ cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 });
const asNew = { key: 0, mode: 0o600, exclusive: true } as const;

async function refOf(helper: TestHelper, kind: Kind, id: number): Promise<Ref> {
  const { objects } = await helper.request('snapshot', {});
  const found = objects.find((object) => object.kind === kind && 'id' in object && object.id === id);
  if (!found) throw new Error(`no ${kind} ${id}`);
  return found.ref;
}

/** The helper's own acts on an object that the kernel shows blocked. */
async function blocked(helper: TestHelper, ref: Ref): Promise<Endpoint[]> {
  const { objects } = await helper.request('snapshot', {});
  const endpoints = objects.find((object) => object.ref === ref)?.endpoints ?? [];
  return endpoints.filter((one) => one.own && one.waits);
}

test('where the last detach destroys, attaching for a moment is refused', async (context) => {
  needsIpcNamespace(context);
  const helper = await start(ownIpc({ shm_rmid_forced: 1 }));
  const { ref, id } = await helper.act('sysv.shm', 'create', { ...asNew, bytes: 4 * PAGE });
  const identity = { ...me(), cpid: helper.child.pid ?? 0 };
  const read = () => helper.act('sysv.shm', 'read', { ref, offset: 0, length: 10, attach: true });
  const write = () => helper.act('sysv.shm', 'write', { ref, identity, offset: 0, content: bytes('x') });
  const refused = { code: 'lastDetach' };
  expect(await helper.failure(read())).toEqual(refused);
  expect(await helper.failure(write())).toEqual(refused);
  expect(await helper.act('sysv.shm', 'inspect', { ref })).toMatchObject({ attachments: 0, resident: 0 });
  // Where somebody else has it attached, ours is not the last detach.
  await holder(id, beside(helper));
  await write();
  expect(text((await read()).content).slice(0, 2)).toBe('x\0');
  expect(await helper.act('sysv.shm', 'inspect', { ref })).toMatchObject({ attachments: 1 });
});

test('a wait for which there is no process fails, and what is held stays held', async (context) => {
  needsRoot(context, 'alters the limits of another process');
  needs(context, 'prlimit');
  needs(context, 'setpriv');
  for (const [limit, errno, prefix] of [
    ['nofile', 'EMFILE', []],
    // The number of processes binds no root.
    ['nproc', 'EAGAIN', AS_NOBODY],
  ] as const) {
    const helper = await start([...prefix]);
    const queue = made.queue(0, 0o666);
    const set = made.set(1, 0o666);
    operate(set, 0, 2);
    const refs = { msg: await refOf(helper, 'sysv.msg', queue), sem: await refOf(helper, 'sysv.sem', set) };
    const operations = [{ number: 0, change: -1 }];
    const { act } = await helper.act('sysv.sem', 'hold', { ref: refs.sem, operations });
    const pid = helper.child.pid ?? 0;
    const altered = (soft: string | number) =>
      output(...command(prefix, `--pid=${pid}`, `--${limit}=${soft}:`));
    const before = limitOf(pid, limit);
    const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
    const free = Array.from({ length: open.size + 1 }, (_, at) => at).find((at) => !open.has(at)) ?? 0;
    const wait = () =>
      helper.act('sysv.msg', 'take', { ref: refs.msg, rule: { rule: 'oldest' }, wait: true });
    // Not one more; and of files some, but not enough for all pipes.
    for (const soft of limit === 'nofile' ? [free, free + 3] : [1]) {
      altered(soft);
      for (const one of [wait(), wait(), helper.act('sysv.sem', 'hold', { ref: refs.sem, operations })])
        expect(await helper.failure(one), limit).toMatchObject({ code: 'errno', call: 'fork', errno });
    }
    expect(await helper.request('hello', {})).toMatchObject({ pid });
    expect(valuesOf(set, 1)).toEqual([1]);
    altered(before);
    send(queue, 1, 'after');
    const received = await wait();
    expect(text(received.content)).toBe('after');
    await helper.act('sysv.msg', 'acknowledge', { token: received.token });
    await helper.request('endAct', { act });
    await until(() => valuesOf(set, 1)[0] === 2);
  }
});

/** prlimit as the one whose process it is: a sandbox may keep root from others' limits. */
function command(prefix: readonly string[], ...args: string[]): [string, ...string[]] {
  const [program = 'prlimit', ...rest] = [...prefix, 'prlimit', ...args];
  return [program, ...rest];
}

/** The soft limit of a process, by its name for prlimit. */
function limitOf(pid: number, name: 'nofile' | 'nproc'): string {
  const line = name === 'nofile' ? 'Max open files' : 'Max processes';
  const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
  return new RegExp(`^${line} +(\\S+)`, 'm').exec(limits)?.[1] ?? '';
}

test('a page that cannot be had is an error of the act, not the end of the helper', async (context) => {
  needsRoot(context, 'makes a segment of huge pages');
  const free = /^HugePages_Free: +(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1];
  if (free !== '0') context.skip(`needs a machine with huge pages of which none is free, found ${free}`);
  const [SHM_HUGETLB, SHM_NORESERVE] = [0o4000, 0o10000];
  const id = made.segment(2 << 20, 0o600 | SHM_HUGETLB | SHM_NORESERVE);
  const helper = await start();
  const ref = await refOf(helper, 'sysv.shm', id);
  const write = { ref, identity: { ...me(), cpid: process.pid }, offset: 0, content: bytes('AAAA') };
  expect(await helper.failure(helper.act('sysv.shm', 'write', write))).toEqual({
    code: 'noPage',
    errno: 'EIO',
  });
  const read = await helper.act('sysv.shm', 'read', { ref, offset: 0, length: 10, attach: true });
  expect(read.pieces).toEqual([{ from: 0, to: 10, state: 'untouched' }]);
  expect(await helper.act('sysv.shm', 'inspect', { ref })).toMatchObject({ attachments: 0, resident: 0 });
  expect(await helper.request('hello', {})).toMatchObject({ pid: helper.child.pid });
});

test('a message is cut where it was asked to be, whatever msgmax is by now', async (context) => {
  needsIpcNamespace(context);
  const helper = await start(ownIpc({ msgmax: 65_536, msgmnb: 400_000 }));
  const { ref } = await helper.act('sysv.msg', 'create', asNew);
  const put = (type: number, length: number) =>
    helper.act('sysv.msg', 'send', { ref, type, content: bytes('x'.repeat(length)) });
  const lengths = [20_000, 20_001, 20_002, 60_000];
  for (const [at, length] of lengths.entries()) await put(at + 1, length);
  setLimit(helper, 'msgmax', 8192);
  const take = async (truncate?: number, wait = false) => {
    const rule = { rule: 'oldest', truncate } as const;
    const { token, content } = await helper.act('sysv.msg', 'take', { ref, rule, wait });
    await helper.act('sysv.msg', 'acknowledge', { token });
    return fromBytes(content).length;
  };
  expect(await take()).toBe(20_000);
  expect(await take(30_000)).toBe(20_001);
  expect(await take(5000)).toBe(5000);
  expect(await take(30_000, true)).toBe(30_000);
  // And msgmax that is raised while we wait.
  for (const [truncate, length, got] of [
    [30_000, 15_000, 15_000],
    [undefined, 60_000, 60_000],
    [100_000, 150_000, 100_000],
  ] as const) {
    setLimit(helper, 'msgmax', 8192);
    const waiting = take(truncate, true);
    await until(async () => (await blocked(helper, ref)).length === 1);
    setLimit(helper, 'msgmax', 200_000);
    await put(1, length);
    expect(await waiting).toBe(got);
  }
  expect(await helper.act('sysv.msg', 'inspect', { ref })).toMatchObject({ messages: 0 });
});

/** Maps a deleted file /SYSV00001234 of a file system of its own, says its inode, and stays. */
const FAKE = `
import ctypes, mmap, os, platform, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def checked(result):
    if result < 0: raise OSError(ctypes.get_errno(), 'failed')
checked(libc.unshare(0x20000))
checked(libc.mount(b'none', b'/', None, 0x44000, None))
checked(libc.mount(b'tmpfs', sys.argv[1].encode(), b'tmpfs', 0, None))
os.chdir(sys.argv[1])
os.mkdir('old')
checked(libc.syscall(41 if platform.machine() == 'aarch64' else 155, b'.', b'old'))
checked(libc.umount2(b'/old', 2))
os.chdir('/')
fd = os.open('/SYSV00001234', os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 8192)
os.pwrite(fd, b'FORGED CONTENT', 0)
memory = mmap.mmap(fd, 8192, mmap.MAP_SHARED)
os.unlink('/SYSV00001234')
print(os.fstat(fd).st_ino, flush=True)
time.sleep(60)`;

test('a file with the name of a segment is none, and its content is never shown', async (context) => {
  needsIpcNamespace(context);
  needs(context, 'python3');
  const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  made.later(() => rmSync(folder, { recursive: true }));
  const helper = await start(ownIpc());
  const fake = await run(...beside(helper), 'python3', '-c', FAKE, folder);
  expect(readFileSync(`/proc/${fake.pid}/maps`, 'latin1')).toContain(` ${fake.said} `);
  expect(readFileSync(`/proc/${fake.pid}/maps`, 'latin1')).toContain('/SYSV00001234 (deleted)\n');
  setLimit(helper, 'shm_next_id', Number(fake.said));
  const { ref, id } = await helper.act('sysv.shm', 'create', { ...asNew, key: 0x1234, bytes: 8192 });
  expect(id).toBe(Number(fake.said));
  const identity = { ...me(), cpid: helper.child.pid ?? 0 };
  await helper.act('sysv.shm', 'write', { ref, identity, offset: 0, content: bytes('TRUE CONTENT..') });
  const range = { ref, offset: 0, length: 14, attach: false };
  expect(await helper.act('sysv.shm', 'inspect', { ref })).toMatchObject({ attachments: 0, endpoints: [] });
  expect(await helper.failure(helper.act('sysv.shm', 'read', range))).toMatchObject({ code: 'disturbs' });
  const real = await holder(id, beside(helper));
  const { endpoints } = await helper.act('sysv.shm', 'inspect', { ref });
  expect(endpoints?.map(({ pid }) => pid)).toEqual([real.pid]);
  const read = await helper.act('sysv.shm', 'read', range);
  expect([read.way, text(read.content)]).toEqual(['mapFiles', 'TRUE CONTENT..']);
});

test('a process whose first thread has exited still holds, and still waits', async (context) => {
  needs(context, 'python3');
  const [segment, queue] = [made.segment(PAGE), made.queue()];
  const { pid } = await run(
    'python3',
    '-c',
    `
import ctypes, platform, threading, time
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
libc.shmat(${segment}, None, 0)
def others():
    leader = '/proc/self/task/%d/stat' % threading.main_thread().native_id
    while open(leader).read().rsplit(')', 1)[1].split()[0] != 'Z': time.sleep(0.01)
    print('gone', flush=True)
    libc.msgrcv(${queue}, ctypes.create_string_buffer(100), 50, ctypes.c_long(7), 0)
threading.Thread(target=others).start()
libc.syscall(93 if platform.machine() == 'aarch64' else 60, 0)`,
  );
  expect(readFileSync(`/proc/${pid}/maps`, 'latin1')).toBe('');
  const helper = await start();
  const seen = async (kind: Kind, id: number) => {
    const { objects } = await helper.request('snapshot', {});
    return objects
      .find((object) => object.kind === kind && 'id' in object && object.id === id)
      ?.endpoints?.map((one) => [
        one.pid,
        one.role,
        one.rights,
        one.waits?.map((wait) => said(wait).arguments),
      ]);
  };
  expect(await seen('sysv.shm', segment)).toEqual([[pid, 'attached', 'rw-s', undefined]]);
  await until(async () => (await seen('sysv.msg', queue))?.length === 1);
  expect(await seen('sysv.msg', queue)).toEqual([[pid, 'waiter', undefined, [['type 7']]]]);
});

test('what is left of a first thread that has exited hides nothing from a plain user', async () => {
  // The directory of such a thread is root's, whoever the process is (fs/proc/base.c, task_dump_owner).
  const prefix = process.getuid?.() === 0 ? AS_NOBODY : [];
  const { pid, said } = await run(
    ...prefix,
    process.execPath,
    '-e',
    `const libc = require('koffi').load(null);
     const ends = Buffer.alloc(8);
     libc.func('int pipe(void *)')(ends);
     const { closeSync, openSync, unlinkSync } = require('fs');
     const path = '/dev/shm/ipc-inspector-test-leader-' + process.pid;
     const memory = openSync(path, 'wx+');
     libc.func('void *mmap(void *, size_t, int, int, int, long)')(null, 4096, 3, 1, memory, 0);
     closeSync(memory);
     unlinkSync(path);
     new (require('worker_threads').Worker)(\`
       const { fstatSync, readFileSync, writeSync } = require('fs');
       const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
       while (!readFileSync('/proc/self/task/\${process.pid}/stat', 'latin1').includes(') Z')) pause();
       writeSync(1, String(fstatSync(\${ends.readInt32LE(0)}).ino));
       for (;;) pause();
     \`, { eval: true }).once('online', () =>
       libc.func('long syscall(long, int)')(process.arch === 'arm64' ? 93 : 60, 0));`,
  );
  const helper = await start(prefix);
  const { objects } = await helper.request('snapshot', {});
  const pipe = objects.find((object) => object.kind === 'pipe' && object.inode === said);
  expect(pipe?.endpoints?.map((one) => [one.pid, one.role])).toEqual([
    [pid, 'reader'],
    [pid, 'writer'],
  ]);
  const memory = objects.find(
    (object) => object.kind === 'posix.shm' && object.name?.endsWith(`leader-${pid}`),
  );
  expect(memory?.endpoints?.map((one) => [one.pid, one.role])).toEqual([[pid, 'mapped']]);
});

test('peek says that positions moved, also where each second leaves all numbers as they were', async () => {
  const id = made.queue();
  const SHOWN = 300;
  // All of one length: as many messages and as many bytes after each turn.
  const content = (number: number) => String(number).padStart(8, '0');
  for (let at = 0; at < SHOWN; at++) send(id, 1, content(at));
  await run(
    process.execPath,
    '-e',
    `const libc = require('koffi').load(null);
     const msgrcv = libc.func('long msgrcv(int, void *, size_t, long, int)');
     const msgsnd = libc.func('int msgsnd(int, void *, size_t, int)');
     const buffer = Buffer.alloc(16);
     for (let next = ${SHOWN}; msgrcv(${id}, buffer, 8, 0, 0) === 8; next++) {
       buffer.write(String(next).padStart(8, '0'), 8);
       msgsnd(${id}, buffer, 8, 0);
       // From now on who sent and who received is the same process each time.
       if (next === ${SHOWN * 2}) console.log('turns');
     }`,
  );
  const helper = await start();
  const ref = await refOf(helper, 'sysv.msg', id);
  let moved = 0;
  for (let look = 0; look < 30; look++) {
    const peeked = await helper.act('sysv.msg', 'peek', { ref, from: 0, count: SHOWN });
    const shown = peeked.messages.map((message) => Number(text(message.content)));
    const gaps = shown.some((number, at) => at > 0 && number !== (shown[at - 1] ?? 0) + 1);
    if (gaps) expect(peeked.moved).toBe(true);
    if (peeked.moved) moved++;
  }
  expect(moved).toBeGreaterThan(0);
});

test('a stopped child is ended at once', async () => {
  const helper = await start();
  const id = made.set(1);
  const ref = await refOf(helper, 'sysv.sem', id);
  const operations = [{ number: 0, change: -1 }];
  for (const ability of ['operate', 'hold'] as const) {
    const waiting = helper.failure(helper.act('sysv.sem', ability, { ref, operations, wait: true }));
    const [endpoint] = await until(async () => {
      const found = await blocked(helper, ref);
      return found.length === 1 && found;
    });
    process.kill(endpoint?.pid ?? -1, 'SIGSTOP');
    const asked = Date.now();
    await helper.request('endAct', { act: endpoint?.act?.id ?? 0 });
    expect((await waiting).code).toBe('cancelled');
    expect(Date.now() - asked).toBeLessThan(1000);
    await until(() => ended(endpoint?.pid ?? 0));
  }
  // One that holds, too.
  operate(id, 0, 1);
  const { act } = await helper.act('sysv.sem', 'hold', { ref, operations });
  const { objects } = await helper.request('snapshot', {});
  const held = objects.find((object) => object.ref === ref)?.endpoints?.[0];
  process.kill(held?.pid ?? -1, 'SIGSTOP');
  await helper.request('endAct', { act });
  await until(() => valuesOf(id, 1)[0] === 1);
});

test('a hold that is cancelled at whatever moment is not held', async () => {
  const helper = await start();
  const id = made.set(1);
  operate(id, 0, 5);
  const ref = await refOf(helper, 'sysv.sem', id);
  const parameters = { ref, operations: [{ number: 0, change: -1 }] };
  const began = Date.now();
  const first = await helper.act('sysv.sem', 'hold', parameters);
  const usual = Date.now() - began;
  await helper.request('endAct', { act: first.act });
  await until(() => valuesOf(id, 1)[0] === 5);
  const pick = random(Date.now());
  for (let round = 0; round < 20; round++) {
    const source = new CancellationTokenSource();
    const holding = helper
      .request('act', { kind: 'sysv.sem', ability: 'hold', parameters }, source.token)
      .then(
        (result) => (result as { act: number }).act,
        (error: unknown) => (error as { data: { code: string } }).data.code,
      );
    // At any moment; and when it holds already, and its answer is on the way.
    if (round % 2) await pause(pick(usual));
    else while (valuesOf(id, 1)[0] === 5) await new Promise((resolve) => setImmediate(resolve));
    source.cancel();
    const answer = await holding;
    if (typeof answer === 'number') {
      // It was under way before the helper heard of the cancel: then it is true, and stays true until the hold is ended.
      await pause(50);
      expect(valuesOf(id, 1)).toEqual([4]);
      await helper.request('endAct', { act: answer });
    } else expect(answer).toBe('cancelled');
    await until(() => valuesOf(id, 1)[0] === 5);
  }
  const { objects } = await helper.request('snapshot', {});
  await until(() => actsOf(helper.child.pid).length === 0);
  expect(objects.find((object) => object.ref === ref)).toMatchObject({ values: [5] });
});

test('a hold that comes when it was cancelled already is given back, and not answered as held', async () => {
  const helper = await start();
  const id = made.set(1);
  const ref = await refOf(helper, 'sysv.sem', id);
  const parameters = { ref, operations: [{ number: 0, change: -1 }], wait: true };
  for (let ms = 1; ms <= 6; ms++) {
    const source = new CancellationTokenSource();
    const holding = helper.failure(
      helper.request('act', { kind: 'sysv.sem', ability: 'hold', parameters }, source.token),
    );
    await until(async () => (await blocked(helper, ref)).length === 1);
    source.cancel();
    // Its answer says that it has heard of the cancel: before its child is woken out of its call, the kernel does what that waits for.
    await helper.request('hello', {});
    await pause(ms);
    operate(id, 0, 1);
    expect((await holding).code).toBe('cancelled');
    await until(() => valuesOf(id, 1)[0] === 1);
    operate(id, 0, -1);
  }
});

const unseen = async (helper: TestHelper) => {
  const { blind } = await helper.request('snapshot', {});
  return blind
    .filter(({ field, code }) => field === 'endpoints' && code !== 'denied')
    .map(({ kind, code }) => `${String(kind)} ${code}`)
    .sort();
};

test('processes that proc does not show are named as unseen: hidepid, and another pid namespace', async (context) => {
  needsRoot(context, 'mounts proc');
  needs(context, 'unshare');
  needs(context, 'setpriv');
  made.queue();
  made.set(1);
  made.segment(PAGE);
  const plain = await start(AS_NOBODY);
  expect(await unseen(plain)).toEqual([]);
  const mount = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"';
  const hidden = await start(['unshare', '--mount', 'sh', '-c', mount, 'sh', ...AS_NOBODY]);
  expect(await unseen(hidden)).toEqual(KINDS.map((kind) => `${kind} hidepid`).sort());
  const inside = await start(['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']);
  expect(await unseen(inside)).toEqual(KINDS.map((kind) => `${kind} pidNamespace`).sort());
});

test('numbers that would wrap in the kernel are refused, and nothing is done', async () => {
  const helper = await start();
  const invalid = async (kind: Kind, ability: string, parameters: unknown) => {
    const failure = await helper.failure(helper.request('act', { kind, ability, parameters }));
    expect([ability, failure.code]).toEqual([ability, 'invalid']);
  };
  const queue = made.queue();
  const ref = await refOf(helper, 'sysv.msg', queue);
  const inspect = () => helper.act('sysv.msg', 'inspect', { ref });
  const before = await inspect();
  const segments = () =>
    readFileSync('/proc/sysvipc/shm', 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/ +/))
      .filter(([, , , , creator]) => creator === String(helper.child.pid))
      .map(([, id]) => Number(id));
  made.later(() => segments().forEach((id) => made.removeSegment(id)));
  for (const size of ['18446744073709555712', '9223372036854775808', 1e22, 2 ** 64, -1, 1.5, '4096'])
    await invalid('sysv.shm', 'create', { ...asNew, bytes: size });
  expect(segments()).toEqual([]);
  for (const maxBytes of [1e22, 2 ** 64, -1, 0])
    await invalid('sysv.msg', 'alter', { ref, identity: me(), maxBytes });
  const wrapped = ref.replace(/\d+$/, String(queue + 2 ** 32));
  expect(wrapped).not.toBe(ref);
  const above = ref.replace(/\d+$/, String(queue + 2 ** 31));
  for (const other of [wrapped, above, ref.replace(/\d+$/, '99999999999')]) {
    await invalid('sysv.msg', 'send', { ref: other, type: 1, content: '' });
    await invalid('sysv.msg', 'inspect', { ref: other });
    await invalid('sysv.msg', 'destroy', { ref: other, identity: me() });
  }
  expect(await inspect()).toEqual(before);
});

test('a set that its owner may only read is made with its values', async (context) => {
  needsRoot(context, 'makes a set as another user');
  needs(context, 'setpriv');
  const nobody = await start(AS_NOBODY);
  for (const mode of [0o400, 0o000, 0o444]) {
    const asked = { ...asNew, mode, semaphores: 3, values: [1, 0, 32_767] };
    const { id, ref } = await nobody.act('sysv.sem', 'create', asked);
    made.later(() => made.removeSet(id));
    expect(valuesOf(id, 3)).toEqual([1, 0, 32_767]);
    expect(await nobody.act('sysv.sem', 'inspect', { ref })).toMatchObject({ mode, owner: { uid: 65_534 } });
  }
});

test('whatever ends a waiting receive at whatever moment, no message is lost and none comes twice', async () => {
  const seed = Date.now() % 1_000_000;
  const ENDS = ['cancel', 'SIGKILL', 'SIGTERM', 'children'] as const;
  await Promise.all(ENDS.map((end, at) => mixed(end, random(seed + at), `${end} ${seed + at}`)));
});

/** Some receives wait, messages come, and all is ended in between. What was sent is then stored, saved, or in the queue: each once. */
async function mixed(
  how: 'cancel' | 'SIGKILL' | 'SIGTERM' | 'children',
  pick: (most: number) => number,
  name: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  made.later(() => rmSync(folder, { recursive: true }));
  const recovery = { folder: join(folder, 'not', 'yet there'), entry: {} };
  const helper = await start();
  const id = made.queue();
  const ref = await refOf(helper, 'sysv.msg', id);
  const parameters = { ref, rule: { rule: 'oldest' }, wait: true, recovery };
  const source = new CancellationTokenSource();
  /** What was answered, and that it was acknowledged. */
  const stored: string[] = [];
  const ending = how === 'SIGKILL' || how === 'SIGTERM';
  const takes = Array.from({ length: 3 }, () =>
    helper.request('act', { kind: 'sysv.msg', ability: 'take', parameters }, source.token).then(
      async (result) => {
        const { token, content } = result as { token: number; content: Bytes };
        // Of a helper that dies nobody knows whether it still heard it.
        if (ending) return;
        await helper.act('sysv.msg', 'acknowledge', { token });
        stored.push(text(content));
      },
      (error: unknown) => {
        // A connection that ends has no failure to tell.
        const code = (error as { data?: { code: string } }).data?.code;
        expect([name, code ?? 'cancelled']).toEqual([name, 'cancelled']);
      },
    ),
  );
  const waiting = pick(4);
  await until(async () => (await blocked(helper, ref)).length >= waiting);
  const pids = actsOf(helper.child.pid);
  const sending = (async () => {
    for (let at = 0; at < 4; at++) {
      send(id, 1, `m${at}`);
      await pause(pick(6));
    }
  })();
  await pause(pick(15));
  if (how === 'cancel') source.cancel();
  else if (ending) helper.child.kill(how);
  else for (const pid of pids) if (!ended(pid)) process.kill(pid, 'SIGTERM');
  await sending;
  await (ending ? helper.exited : Promise.all(takes));
  await until(() => [...pids, ...actsOf(helper.child.pid)].every(ended));
  const left: string[] = [];
  for (let message = receive(id); message; message = receive(id)) left.push(message.content.toString());
  const saved = readFolder(recovery.folder).map((one) =>
    text((JSON.parse(one) as { content: Bytes }).content),
  );
  expect([name, ...[...stored, ...left, ...saved].sort()]).toEqual([name, 'm0', 'm1', 'm2', 'm3']);
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  } catch {
    return [];
  }
}
