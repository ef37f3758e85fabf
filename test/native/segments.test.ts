/** Shared memory: who maps it, looking without a trace, and what can be done with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import type { IpcObject } from '../../src/protocol/kinds';
import type { SegmentObject } from '../../src/protocol/kinds/sysvShm';
import { ROWS, snapshot, TestHelper } from '../support/helper';
import { type InProcess, inProcess } from '../support/inProcess';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { ended } from '../support/processes';
import { attach, Made, readSegment, writeSegment } from '../support/sysv';
import { until } from '../support/until';

const PAGE = 4096;
const made = new Made();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await until(() => ended(child.pid ?? 0));
  }
  made.clean();
});
let here: InProcess;
beforeAll(async () => {
  here = await inProcess();
});

const me = () => ({ cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0, cpid: process.pid });
const isSegment =
  (id: number) =>
  (object: IpcObject): object is SegmentObject =>
    object.kind === 'sysv.shm' && object.id === id;
const find = (id: number) => snapshot().objects.find(isSegment(id));
const bytes = (content: string) => toBytes(Buffer.from(content));
const text = (content: Parameters<typeof fromBytes>[0]) => Buffer.from(fromBytes(content)).toString();

/** A process that attaches a segment and stays; `before`: a command that runs it as somebody else. */
async function holder(id: number, flags = 0, before: string[] = []): Promise<ChildProcess> {
  const script = `
    const koffi = require('koffi');
    const shmat = koffi.load(null).func('void *shmat(int, void *, int)');
    const address = shmat(${id}, null, ${flags});
    process.stdout.write(address === 0xffffffffffffffffn ? 'failed' : 'attached');
    setInterval(() => undefined, 1000);`;
  const [command, ...args] = [...before, process.execPath, '-e', script];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const said = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data) => resolve(String(data))),
  );
  expect(said).toBe('attached');
  return child;
}
const SHM_RDONLY = 0o10000;

test('each process that maps it stands there with address and rights', async () => {
  const id = made.segment(8 * PAGE);
  const [writer, reader] = [await holder(id), await holder(id, SHM_RDONLY)];
  const segment = find(id);
  expect(segment?.attachments).toBe(2);
  const seen = segment?.endpoints ?? [];
  expect(seen.map(({ pid, rights, role }) => [pid, rights, role]).sort()).toEqual(
    [
      [writer.pid, 'rw-s', 'attached'],
      [reader.pid, 'r--s', 'attached'],
    ].sort(),
  );
  for (const { address } of seen) {
    const [from = '', to = ''] = (address ?? '').split('-');
    expect(Number(BigInt(`0x${to}`) - BigInt(`0x${from}`))).toBe(8 * PAGE);
  }
});

test('a segment that nobody maps has nobody, and one that falls away is seen', async () => {
  const id = made.segment(PAGE);
  expect(find(id)?.endpoints).toEqual([]);
  const helper = new TestHelper();
  try {
    const child = await holder(id);
    const interest = ROWS;
    const first = await helper.request('changes', {
      epoch: null,
      seq: 0,
      interest,
      interval: 10,
    });
    let { epoch, seq } = first;
    expect(first.added.find(isSegment(id))?.endpoints?.map(({ pid }) => pid)).toEqual([child.pid]);
    child.kill('SIGKILL');
    let left: SegmentObject | undefined;
    await until(async () => {
      const batch = await helper.request('changes', { epoch, seq, interest, interval: 10 });
      ({ epoch, seq } = batch);
      left = batch.changed.find(isSegment(id)) ?? left;
      return left?.endpoints?.length === 0;
    });
    expect(left?.attachments).toBe(0);
  } finally {
    await helper.stop();
  }
});

test('a fork inherits the mapping and is seen; a split mapping is counted as the kernel counts', async (context) => {
  needs(context, 'python3');
  const id = made.segment(4 * PAGE);
  const script = `
import ctypes, os, sys, time
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
address = libc.shmat(${id}, None, 0)
libc.mprotect(ctypes.c_void_p(address + ${PAGE}), ${PAGE}, 1)
if os.fork() == 0:
    import ctypes as c
    c.CDLL(None).prctl(1, 9)
print('ready', flush=True)
time.sleep(60)`;
  const child = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let ready = 0;
  child.stdout.on('data', (data) => (ready += String(data).split('ready').length - 1));
  await until(() => ready === 2);
  const segment = find(id);
  expect(segment?.attachments).toBe(6);
  expect(segment?.endpoints?.length).toBe(6);
  expect(new Set(segment?.endpoints?.map(({ pid }) => pid)).size).toBe(2);
});

test('a process of another ipc namespace with a segment of the same id is not taken for a holder', async (context) => {
  needsRoot(context, 'makes an ipc namespace');
  needs(context, 'unshare');
  const id = made.segment(PAGE);
  // Ids start over there: make segments until one has our id.
  const script = `
    const koffi = require('koffi');
    const libc = koffi.load(null);
    require('node:fs').writeFileSync('/proc/sys/kernel/shm_next_id', '${id}');
    const made = libc.func('int shmget(int, size_t, int)')(0, 4096, 0o1600);
    libc.func('void *shmat(int, void *, int)')(made, null, 0);
    process.stdout.write(String(made));
    setInterval(() => undefined, 1000);`;
  const child = spawn('unshare', ['--ipc', process.execPath, '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const other = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data))),
  );
  expect(other).toBe(String(id));
  expect(find(id)?.endpoints).toEqual([]);
});

test('a range is read without a trace, and untouched pages stay untouched', async (context) => {
  needsRoot(context, 'reads through map_files');
  const id = made.segment(64 * PAGE);
  await holder(id, SHM_RDONLY);
  writeSegment(id, 3 * PAGE + 10, 'hello');
  const before = find(id);
  const read = await here.act('sysv.shm', 'read', {
    ref: here.ref('sysv.shm', id),
    offset: 2 * PAGE,
    length: 4 * PAGE,
    attach: false,
  });
  expect(read.way).toBe('mapFiles');
  expect(read.pieces).toEqual([
    { from: 2 * PAGE, to: 3 * PAGE, state: 'untouched' },
    { from: 3 * PAGE, to: 4 * PAGE, state: 'data' },
    { from: 4 * PAGE, to: 6 * PAGE, state: 'untouched' },
  ]);
  expect(text(read.content).slice(PAGE + 10, PAGE + 15)).toBe('hello');
  expect(find(id)).toEqual(before);
  expect(before?.resident).toBe(PAGE);
});

test('where nothing was ever touched, anybody may look', async () => {
  const id = made.segment(16 * PAGE);
  const read = await here.act('sysv.shm', 'read', {
    ref: here.ref('sysv.shm', id),
    offset: PAGE - 1,
    length: 65_536,
    attach: false,
  });
  expect(read.way).toBe('untouched');
  expect(read.pieces).toEqual([{ from: PAGE - 1, to: 16 * PAGE, state: 'untouched' }]);
  expect(find(id)).toMatchObject({ resident: 0, lastUse: null, attachedAt: null });
});

test('where the kernel leaves no way, it says so; attaching reads, and allocates no page', async () => {
  const id = made.segment(16 * PAGE);
  writeSegment(id, 5 * PAGE, 'hello');
  const asked = { ref: here.ref('sysv.shm', id), offset: 4 * PAGE + 1, length: 3 * PAGE };
  const failure = await here.failure('sysv.shm', 'read', { ...asked, attach: false });
  expect(failure).toMatchObject({ code: 'disturbs', detail: { why: 'unattached' } });
  const read = await here.act('sysv.shm', 'read', { ...asked, attach: true });
  expect(read.way).toBe('attach');
  expect(read.pieces).toEqual([
    { from: 4 * PAGE + 1, to: 5 * PAGE, state: 'untouched' },
    { from: 5 * PAGE, to: 6 * PAGE, state: 'data' },
    { from: 6 * PAGE, to: 7 * PAGE + 1, state: 'untouched' },
  ]);
  expect(text(read.content).slice(PAGE - 1, PAGE + 4)).toBe('hello');
  expect(find(id)).toMatchObject({ resident: PAGE, attachments: 0 });
});

test('a segment of more than 4 GiB works by ranges', async () => {
  const GIB = 2 ** 30;
  const { id, ref } = await here.act('sysv.shm', 'create', {
    key: 0,
    mode: 0o600,
    exclusive: true,
    bytes: 5 * GIB,
  });
  made.later(() => made.removeSegment(id));
  const offset = 4 * GIB + 12_345;
  const written = await here.act('sysv.shm', 'write', { ref, identity: me(), offset, content: bytes('far') });
  expect(written.bytes).toBe(3);
  expect([...fromBytes(written.before)]).toEqual([0, 0, 0]);
  expect(readSegment(id, offset, 3).toString()).toBe('far');
  const read = await here.act('sysv.shm', 'read', { ref, offset: offset - 5, length: 10, attach: true });
  expect(text(read.content)).toBe('\0\0\0\0\0far\0\0');
  // Beyond the end, and over it.
  const behind = await here.failure('sysv.shm', 'read', { ref, offset: 5 * GIB, length: 1, attach: true });
  expect(behind).toMatchObject({ code: 'outside', detail: { offset: 5 * GIB } });
  const over = { ref, identity: me(), offset: 5 * GIB - 1, content: bytes('ab') };
  expect((await here.failure('sysv.shm', 'write', over)).code).toBe('outside');
  const cut = await here.act('sysv.shm', 'read', { ref, offset: 5 * GIB - 2, length: 99, attach: true });
  expect(fromBytes(cut.content).length).toBe(2);
});

test('what a write replaced comes back with its answer', async () => {
  const id = made.segment(PAGE);
  writeSegment(id, 100, 'before it');
  const ref = here.ref('sysv.shm', id);
  const written = await here.act('sysv.shm', 'write', {
    ref,
    identity: me(),
    offset: 100,
    content: bytes('after'),
  });
  expect(text(written.before)).toBe('befor');
  expect(readSegment(id, 100, 9).toString()).toBe('aftere it');
  await here.act('sysv.shm', 'write', { ref, identity: me(), offset: 100, content: written.before });
  expect(readSegment(id, 100, 9).toString()).toBe('before it');
});

test('lock and unlock, alter, and a destroyed one that is still attached is marked', async () => {
  const id = made.segment(PAGE, 0o600);
  const ref = here.ref('sysv.shm', id);
  await here.act('sysv.shm', 'lock', { ref, identity: me() });
  expect(find(id)?.flags).toEqual(['locked']);
  await here.act('sysv.shm', 'unlock', { ref, identity: me() });
  expect(find(id)?.flags).toEqual([]);
  await here.act('sysv.shm', 'alter', { ref, identity: me(), mode: 0o640 });
  expect(find(id)?.mode).toBe(0o640);
  const stranger = { ...me(), cpid: process.pid + 1 };
  for (const ability of ['lock', 'destroy', 'alter'] as const)
    expect((await here.failure('sysv.shm', ability, { ref, identity: stranger })).code).toBe('replaced');
  const detach = attach(id);
  made.later(detach);
  await here.act('sysv.shm', 'destroy', { ref, identity: me() });
  expect(find(id)).toMatchObject({ flags: ['marked'], key: 0, attachments: 1 });
  detach();
  expect(find(id)).toBeUndefined();
});

test('an unprivileged look leaves no trace, however often; what is not allowed is refused with its reason', async (context) => {
  needsRoot(context, 'looks as another user');
  needs(context, 'setpriv');
  const id = made.segment(16 * PAGE, 0o600);
  const open = made.segment(16 * PAGE, 0o644);
  for (const one of [id, open]) writeSegment(one, 0, 'x');
  await holder(id);
  await holder(open);
  const before = [find(id), find(open)];
  const nobody = new TestHelper(AS_NOBODY);
  try {
    const refs = [here.ref('sysv.shm', id), here.ref('sysv.shm', open)];
    let { epoch, seq } = await nobody.request('changes', {
      epoch: null,
      seq: 0,
      interest: { ...ROWS, details: refs },
      interval: 10,
    });
    for (let look = 0; look < 50; look++) {
      const asked = { epoch, seq, interest: { ...ROWS, details: refs }, interval: 10, fresh: true };
      const batch = await nobody.request('changes', asked);
      ({ epoch, seq } = batch);
      expect(
        batch.blind.find(({ kind, field }) => kind === 'sysv.shm' && field === 'endpoints'),
      ).toMatchObject({
        code: 'denied',
      });
      for (const ref of refs) {
        const range = { ref, offset: 0, length: PAGE, attach: false };
        const failure = await nobody.failure(nobody.act('sysv.shm', 'read', range));
        expect(failure).toMatchObject({ code: 'disturbs', detail: { why: 'denied' } });
        expect(await nobody.act('sysv.shm', 'inspect', { ref })).toMatchObject({ ref, attachments: 1 });
      }
    }
    expect([find(id), find(open)]).toEqual(before);
    const [ref] = refs as [(typeof refs)[0]];
    const identity = me();
    const refused = await Promise.all(
      [
        nobody.act('sysv.shm', 'read', { ref, offset: 0, length: 1, attach: true }),
        nobody.act('sysv.shm', 'write', { ref, identity, offset: 0, content: bytes('x') }),
        nobody.act('sysv.shm', 'lock', { ref, identity }),
        nobody.act('sysv.shm', 'alter', { ref, identity, mode: 0o666 }),
        nobody.act('sysv.shm', 'destroy', { ref, identity }),
      ].map((act) => nobody.failure(act)),
    );
    expect(
      refused.map(({ call, errno, detail }) => [call, errno, detail?.command ?? []].flat().join(' ')),
    ).toEqual(['shmat EACCES', 'shmat EACCES', 'shmctl EPERM SHM_LOCK', 'shmctl EPERM', 'shmctl EPERM']);
  } finally {
    await nobody.stop();
  }
});
