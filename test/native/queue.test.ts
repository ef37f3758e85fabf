/** Acts on System V queues, on real ones. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { type Bytes, fromBytes, toBytes } from '../../src/protocol/bytes';
import type { ReceiveRule } from '../../src/protocol/kinds/sysvMsg';
import { type Ref, sysvRef } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { beside, ownIpc, setLimit } from '../support/namespaces';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { freeKey, Made, receive, removeQueue, send } from '../support/sysv';

const made = new Made();
let helper: TestHelper;
let namespace = '';
beforeAll(async () => {
  helper = new TestHelper();
  namespace = (await helper.request('snapshot', {})).host.ipcNamespace;
});
afterAll(() => helper.stop());
afterEach(() => made.clean());

const refOf = (id: number): Ref => sysvRef('sysv.msg', namespace, id);
const text = (content: Bytes) => Buffer.from(fromBytes(content)).toString('latin1');
const content = (data: string) => toBytes(Buffer.from(data));
const inspect = (id: number) => helper.act('sysv.msg', 'inspect', { ref: refOf(id) });

/** Takes a message, and says that it is stored. */
async function receiveText(ref: Ref, rule: ReceiveRule) {
  const message = await helper.act('sysv.msg', 'take', { ref, rule });
  await helper.act('sysv.msg', 'acknowledge', { token: message.token });
  return message;
}

/** What looking must leave as it is. */
function traces(id: number): string {
  const line = readFileSync('/proc/sysvipc/msg', 'utf8')
    .split('\n')
    .find((one) => Number(one.trim().split(/\s+/)[1]) === id);
  if (line === undefined) throw new Error(`no queue ${id}`);
  return line;
}

describe('create', () => {
  test('with a key, a mode, and only if it is new', async () => {
    const key = freeKey();
    const { ref, id } = await helper.act('sysv.msg', 'create', { key, mode: 0o640, exclusive: true });
    made.later(() => removeQueue(id));
    expect(ref).toBe(refOf(id));
    expect(await inspect(id)).toMatchObject({ key, mode: 0o640, messages: 0 });
    const again = helper.act('sysv.msg', 'create', { key, mode: 0o640, exclusive: true });
    expect(await helper.failure(again)).toEqual({
      code: 'errno',
      call: 'msgget',
      errno: 'EEXIST',
    });
    expect(await helper.act('sysv.msg', 'create', { key, mode: 0o640, exclusive: false })).toEqual({
      ref,
      id,
      existed: true,
    });
  });

  test('private', async () => {
    const { id } = await helper.act('sysv.msg', 'create', { key: 0, mode: 0o600, exclusive: true });
    made.later(() => removeQueue(id));
    expect(await inspect(id)).toMatchObject({ key: 0 });
  });
});

describe('alter', () => {
  const identity = { cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 };

  test('mode and byte limit, and nothing else', async () => {
    const id = made.queue();
    send(id, 3, 'stays');
    const before = await inspect(id);
    await helper.act('sysv.msg', 'alter', { ref: refOf(id), identity, mode: 0o620, maxBytes: 100 });
    expect(await inspect(id)).toEqual({
      ...before,
      mode: 0o620,
      maxBytes: 100,
      changedAt: expect.any(Number) as number,
    });
    // Nothing to alter is no error.
    await helper.act('sysv.msg', 'alter', { ref: refOf(id), identity });
    expect(await inspect(id)).toMatchObject({ mode: 0o620, maxBytes: 100, messages: 1 });
  });

  test('more than this machine gives needs a right, and the refusal says how much that is', async (context) => {
    needsRoot(context, 'makes a queue for somebody else');
    const id = made.queue();
    const limit = Number(readFileSync('/proc/sys/kernel/msgmnb', 'latin1'));
    await helper.act('sysv.msg', 'alter', { ref: refOf(id), identity, uid: 65_534, mode: 0o600 });
    const nobody = new TestHelper(AS_NOBODY);
    try {
      const act = nobody.act('sysv.msg', 'alter', { ref: refOf(id), identity, maxBytes: limit + 1 });
      expect(await nobody.failure(act)).toMatchObject({
        call: 'msgctl',
        errno: 'EPERM',
        detail: { bytes: limit + 1, limit },
      });
      await nobody.act('sysv.msg', 'alter', { ref: refOf(id), identity, maxBytes: limit });
      expect((await inspect(id)).maxBytes).toBe(limit);
    } finally {
      await nobody.stop();
    }
  });

  test('so does whatever is altered of a queue that has more already', async (context) => {
    needsRoot(context, 'makes a queue for somebody else in an ipc namespace of its own');
    needs(context, 'unshare');
    needs(context, 'nsenter');
    const root = new TestHelper(ownIpc({ msgmnb: 40_000 }));
    const { ref } = await root.act('sysv.msg', 'create', { key: 0, mode: 0o600, exclusive: true });
    await root.act('sysv.msg', 'alter', { ref, identity, uid: 65_534 });
    setLimit(root, 'msgmnb', 16_384);
    const nobody = new TestHelper([...beside(root), ...AS_NOBODY]);
    try {
      const act = nobody.act('sysv.msg', 'alter', { ref, identity, mode: 0o640 });
      expect(await nobody.failure(act)).toEqual({
        code: 'errno',
        call: 'msgctl',
        errno: 'EPERM',
        detail: { bytes: 40_000, limit: 16_384 },
      });
      expect(await root.act('sysv.msg', 'inspect', { ref })).toMatchObject({ mode: 0o600, maxBytes: 40_000 });
      await nobody.act('sysv.msg', 'alter', { ref, identity, mode: 0o640, maxBytes: 16_384 });
      expect(await root.act('sysv.msg', 'inspect', { ref })).toMatchObject({ mode: 0o640, maxBytes: 16_384 });
    } finally {
      await nobody.stop();
      await root.stop();
    }
  });

  test('another queue in its place is left alone', async () => {
    const id = made.queue();
    const act = helper.act('sysv.msg', 'alter', {
      ref: refOf(id),
      identity: { ...identity, cuid: identity.cuid + 1 },
      mode: 0o666,
    });
    expect((await helper.failure(act)).code).toBe('replaced');
    expect((await inspect(id)).mode).toBe(0o600);
  });
});

describe('send', () => {
  test('what arrives is what was sent: empty, binary, the largest type', async () => {
    const id = made.queue();
    const messages: [number | string, Buffer][] = [
      [1, Buffer.from('')],
      [2, Buffer.from([0, 255, 10, 27])],
      ['9223372036854775807', Buffer.from('largest')],
      [Number.MAX_SAFE_INTEGER, Buffer.alloc(8192, 'x')],
    ];
    for (const [type, data] of messages)
      await helper.act('sysv.msg', 'send', { ref: refOf(id), type, content: toBytes(data) });
    for (const [type, data] of messages) expect(receive(id)).toEqual({ type: BigInt(type), content: data });
  });

  test('to a full queue says how full it is', async () => {
    const id = made.queue();
    send(id, 1, Buffer.alloc(8192));
    send(id, 1, Buffer.alloc(8192));
    const act = helper.act('sysv.msg', 'send', { ref: refOf(id), type: 1, content: content('x') });
    expect(await helper.failure(act)).toEqual({
      code: 'errno',
      call: 'msgsnd',
      errno: 'EAGAIN',
      detail: { bytes: 1, queued: 16384, messages: 2, limit: 16384 },
    });
  });

  test('more than a message may hold says how much that is', async () => {
    const act = helper.act('sysv.msg', 'send', {
      ref: refOf(made.queue()),
      type: 1,
      content: toBytes(Buffer.alloc(8193)),
    });
    expect(await helper.failure(act)).toMatchObject({
      errno: 'EINVAL',
      detail: { bytes: 8193, limit: 8192 },
    });
  });

  test('to a queue that is gone says so', async () => {
    const id = made.queue();
    made.clean();
    const act = helper.act('sysv.msg', 'send', { ref: refOf(id), type: 1, content: content('x') });
    expect(await helper.failure(act)).toEqual({ code: 'gone' });
  });
});

describe('peek', () => {
  test('shows every message and leaves no trace', async () => {
    const id = made.queue();
    send(id, 3, 'first');
    send(id, 7, '');
    send(id, 2n ** 62n, Buffer.from([0, 255]));
    receive(made.queue(), 0);
    const before = traces(id);
    const { messages, total, more, moved } = await helper.act('sysv.msg', 'peek', {
      ref: refOf(id),
      from: 0,
      count: 10,
    });
    expect(messages.map((one) => [one.index, one.type, text(one.content)])).toEqual([
      [0, 3, 'first'],
      [1, 7, ''],
      [2, '4611686018427387904', '\x00\xff'],
    ]);
    expect({ total, more, moved }).toEqual({ total: 3, more: false, moved: false });
    expect(traces(id)).toBe(before);
    expect(receive(id)?.content.toString()).toBe('first');
  });

  test('in portions', async () => {
    const id = made.queue();
    for (let at = 0; at < 1200; at++) send(id, 1, `${at}`);
    const seen: string[] = [];
    for (let from = 0, more = true; more;) {
      const part = await helper.act('sysv.msg', 'peek', { ref: refOf(id), from, count: 500 });
      seen.push(...part.messages.map((one) => text(one.content)));
      from += part.messages.length;
      more = part.more;
    }
    expect(seen).toEqual(Array.from({ length: 1200 }, (_, at) => `${at}`));
  });

  test('at an empty queue shows nothing', async () => {
    const act = await helper.act('sysv.msg', 'peek', { ref: refOf(made.queue()), from: 0, count: 1 });
    expect(act).toMatchObject({ messages: [], total: 0, more: false });
  });
});

describe('receive: copy, then take', () => {
  test('the oldest, and the oldest of one type', async () => {
    const id = made.queue();
    for (const [type, data] of [
      [3, 'a'],
      [7, 'b'],
      [3, 'c'],
      [7, 'd'],
    ] as const)
      send(id, type, data);
    const ref = refOf(id);
    const rule = { rule: 'type', type: 7 } as const;
    const before = traces(id);
    expect(await helper.act('sysv.msg', 'copy', { ref, rule })).toMatchObject({
      index: 1,
      type: 7,
      content: content('b'),
    });
    expect(traces(id)).toBe(before);
    expect(await receiveText(ref, rule)).toMatchObject({
      type: 7,
      content: content('b'),
    });
    expect(await receiveText(ref, { rule: 'oldest' })).toMatchObject({
      type: 3,
      content: content('a'),
    });
    expect([receive(id), receive(id), receive(id)].map((one) => one?.content.toString())).toEqual([
      'c',
      'd',
      undefined,
    ]);
  });

  test('where nothing matches says so', async () => {
    const id = made.queue();
    send(id, 1, 'x');
    for (const ability of ['copy', 'take'] as const) {
      const act = helper.act('sysv.msg', ability, { ref: refOf(id), rule: { rule: 'type', type: 2 } });
      expect(await helper.failure(act)).toEqual({ code: 'nothing' });
    }
    expect(receive(id)?.content.toString()).toBe('x');
  });

  test('a taken message that nobody acknowledged is written down when the caller is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
    made.later(() => rmSync(folder, { recursive: true }));
    const other = new TestHelper();
    const id = made.queue();
    send(id, 5, 'kept');
    send(id, 6, 'acknowledged');
    const ref = refOf(id);
    await other.act('sysv.msg', 'take', {
      ref,
      rule: { rule: 'type', type: 5 },
      recovery: { folder, entry: { ref, id: 'x' } },
    });
    const second = await other.act('sysv.msg', 'take', {
      ref,
      rule: { rule: 'type', type: 6 },
      recovery: { folder, entry: {} },
    });
    await other.act('sysv.msg', 'acknowledge', { token: second.token });
    await other.stop();
    const [file = '', ...more] = readdirSync(folder);
    expect(more).toEqual([]);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({
      ref,
      id: 'x',
      type: 5,
      content: content('kept'),
    });
  });
});

test('a long look is given up when its caller gives it up', async () => {
  const id = made.queue();
  // As many empty messages as the queue takes bytes; each copy walks from the head.
  for (let at = 0; at < 12_000; at++) send(id, 1, '');
  const source = new CancellationTokenSource();
  const parameters = { ref: refOf(id), rule: { rule: 'type', type: 2 } };
  const scan = helper.request('act', { kind: 'sysv.msg', ability: 'copy', parameters }, source.token);
  setTimeout(() => source.cancel(), 50);
  expect(await helper.failure(scan)).toEqual({ code: 'cancelled' });
});

describe('destroy', () => {
  const identity = { cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 };

  test('removes the queue', async () => {
    const id = made.queue();
    const { changedAt } = await inspect(id);
    expect(await helper.act('sysv.msg', 'destroy', { ref: refOf(id), identity })).toEqual({ changedAt });
    expect(await helper.failure(inspect(id))).toEqual({ code: 'gone' });
  });

  test('refuses where another queue stands in its place', async () => {
    const id = made.queue();
    const act = helper.act('sysv.msg', 'destroy', { ref: refOf(id), identity: { ...identity, cuid: 4242 } });
    expect(await helper.failure(act)).toEqual({
      code: 'replaced',
      detail: { field: 'cuid', asked: 4242, found: identity.cuid },
    });
    expect(await inspect(id)).toMatchObject({ id });
  });

  test('of sets and segments compares size and creator', async () => {
    const [set, segment] = [made.set(3), made.segment(4096)];
    const [setRef, segmentRef] = [
      sysvRef('sysv.sem', namespace, set),
      sysvRef('sysv.shm', namespace, segment),
    ];
    const wrongSet = helper.act('sysv.sem', 'destroy', {
      ref: setRef,
      identity: { ...identity, semaphores: 4 },
    });
    expect(await helper.failure(wrongSet)).toMatchObject({
      code: 'replaced',
      detail: { field: 'semaphores' },
    });
    const wrongSegment = helper.act('sysv.shm', 'destroy', {
      ref: segmentRef,
      identity: { ...identity, cpid: 1 },
    });
    expect(await helper.failure(wrongSegment)).toMatchObject({ code: 'replaced', detail: { field: 'cpid' } });
    await helper.act('sysv.sem', 'destroy', { ref: setRef, identity: { ...identity, semaphores: 3 } });
    await helper.act('sysv.shm', 'destroy', {
      ref: segmentRef,
      identity: { ...identity, cpid: process.pid },
    });
    const { objects } = await helper.request('snapshot', {});
    expect(objects.filter(({ ref }) => ref === setRef || ref === segmentRef)).toEqual([]);
  });

  test('of another namespace is refused', async () => {
    const ref = sysvRef('sysv.msg', '1', made.queue());
    const act = helper.act('sysv.msg', 'destroy', { ref, identity });
    expect(await helper.failure(act)).toEqual({
      code: 'gone',
      detail: { why: 'namespace' },
    });
  });
});

describe('a plain user before an object of root', () => {
  test('gets the error of each act, and sees the facts', async (context) => {
    needsRoot(context, 'acts as another user');
    const id = made.queue(0, 0o600);
    send(id, 1, 'secret');
    const nobody = new TestHelper(AS_NOBODY);
    try {
      const ref = refOf(id);
      const errno = async (act: Promise<unknown>) => (await nobody.failure(act)).errno;
      expect(await nobody.act('sysv.msg', 'inspect', { ref })).toMatchObject({ id, messages: 1 });
      expect(await errno(nobody.act('sysv.msg', 'peek', { ref, from: 0, count: 1 }))).toBe('EACCES');
      expect(await errno(nobody.act('sysv.msg', 'send', { ref, type: 1, content: content('x') }))).toBe(
        'EACCES',
      );
      expect(await errno(nobody.act('sysv.msg', 'copy', { ref, rule: { rule: 'oldest' } }))).toBe('EACCES');
      expect(await errno(nobody.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' } }))).toBe('EACCES');
      const destroy = nobody.act('sysv.msg', 'destroy', { ref, identity: { cuid: 0, cgid: 0 } });
      expect(await errno(destroy)).toBe('EPERM');
    } finally {
      await nobody.stop();
    }
    expect(receive(id)?.content.toString()).toBe('secret');
  });
});

test('what breaks the schema is refused with the name of the field, and the helper lives', async () => {
  const ask = (ability: string, parameters: unknown) =>
    helper.failure(helper.request('act', { kind: 'sysv.msg', ability, parameters }));
  const ref = refOf(1);
  expect(await ask('send', { ref, type: 0, content: '' })).toMatchObject({
    code: 'invalid',
    detail: { field: 'type' },
  });
  expect(await ask('send', { ref, type: 1, content: 'no base64!' })).toMatchObject({
    detail: { field: 'content' },
  });
  expect(await ask('peek', { ref, from: -1, count: 1 })).toMatchObject({ detail: { field: 'from' } });
  expect(await ask('peek', { ref, from: 0, count: 1e9 })).toMatchObject({ detail: { field: 'count' } });
  expect(await ask('inspect', { ref: 'nonsense' })).toMatchObject({ code: 'invalid' });
  expect(await ask('toString', {})).toMatchObject({ code: 'invalid' });
  expect(await ask('__proto__', {})).toMatchObject({ code: 'invalid' });
  expect(await helper.request('hello', {})).toMatchObject({ pid: helper.child.pid });
});
