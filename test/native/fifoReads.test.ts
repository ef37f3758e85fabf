/** Reading a FIFO as the extension does: copy, store, take, acknowledge. At every moment the bytes are in the FIFO, with us, or on disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fromBytes } from '../../src/protocol/bytes';
import { fifoRef, type Ref } from '../../src/protocol/ref';
import { prepare } from '../../src/native/libc/load';
import { createFifo } from '../../src/native/mechanisms/stream/fifoFile';
import { TestHelper } from '../support/helper';
import { type Holder, Scene } from '../support/streams';

const scene = new Scene();
let helper: TestHelper;
let holder: Holder;
let ref: Ref;
/** Where the helper puts what nobody stored. */
let folder: string;

beforeAll(prepare);
beforeEach(async () => {
  helper = new TestHelper();
  holder = scene.holder();
  const path = join(scene.folder(), 'fifo');
  folder = join(path, '..', 'kept');
  const { device, inode, birth } = createFifo(path, 0o600);
  ref = fifoRef(device, inode, birth);
  await holder.run(`both = os.open(${JSON.stringify(path)}, os.O_RDWR)`);
});
afterEach(async () => {
  await helper.stop();
  await scene.clean();
});

const textOf = (content: Parameters<typeof fromBytes>[0]) => Buffer.from(fromBytes(content)).toString();
const recovery = () => ({ folder, entry: { id: 'one', name: 'a FIFO' } });
const write = (text: string) => holder.run(`os.write(both, ${JSON.stringify(text)}.encode())`);
const leave = () => holder.run('os.close(both)');
const saved = () =>
  readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);

test('a copy takes nothing; the read takes what is there then, and says what is left', async () => {
  await write('first, ');
  const { copied, content } = await helper.act('fifo', 'copy', { ref, length: 10, recovery: recovery() });
  expect(textOf(content)).toBe('first, ');
  expect(await holder.run('unread(both)')).toBe(7);
  await write('second');
  const received = await helper.act('fifo', 'read', { ref, length: 10, copied, recovery: recovery() });
  expect(received).toMatchObject({ end: false, unread: 3, token: expect.any(Number) as number });
  expect(textOf(received.content)).toBe('first, sec');
  await helper.act('fifo', 'acknowledge', { token: received.token ?? 0 });
  await helper.stop();
  expect(() => saved()).toThrow('ENOENT');
  expect(await holder.run('os.read(both, 99)')).toBe('ond');
});

test('what was copied is still there for the read when everybody else has left', async () => {
  await write('the last words');
  const { copied } = await helper.act('fifo', 'copy', { ref, length: 5, recovery: recovery() });
  await leave();
  const received = await helper.act('fifo', 'read', { ref, length: 5, copied, recovery: recovery() });
  // Nobody else would ever get the rest.
  expect(textOf(received.content)).toBe('the last words');
  expect(received).toMatchObject({ end: true, unread: 0 });
});

test('what was read and not acknowledged is on disk when the caller is gone', async () => {
  await write('precious');
  const received = await helper.act('fifo', 'read', { ref, length: 99, recovery: recovery() });
  expect(textOf(received.content)).toBe('precious');
  await helper.stop();
  expect(saved()).toEqual([{ ...recovery().entry, content: received.content, takenAt: received.takenAt }]);
});

test('what was copied and would die with us is on disk when the caller is gone', async () => {
  await write('precious');
  const { content } = await helper.act('fifo', 'copy', { ref, length: 99, recovery: recovery() });
  await leave();
  await helper.stop();
  expect(saved()).toMatchObject([{ ...recovery().entry, content }]);
});

test('a copy that is given up leaves everything to others', async () => {
  await write('precious');
  const { copied } = await helper.act('fifo', 'copy', { ref, length: 99, recovery: recovery() });
  await helper.act('fifo', 'release', { copied });
  expect(await helper.failure(helper.act('fifo', 'release', { copied }))).toMatchObject({ code: 'gone' });
  expect(await holder.run('os.read(both, 99)')).toBe('precious');
});

test('of an empty one there is no copy, and the read says that there is nothing yet', async () => {
  const { copied, content } = await helper.act('fifo', 'copy', { ref, length: 99, recovery: recovery() });
  expect(textOf(content)).toBe('');
  const failure = await helper.failure(helper.act('fifo', 'read', { ref, length: 99, copied }));
  expect(failure).toMatchObject({ call: 'read', errno: 'EAGAIN' });
});

test('what a waiting read took is kept until it is acknowledged', async () => {
  const reading = helper.act('fifo', 'read', { ref, length: 99, wait: true, recovery: recovery() });
  await write('late');
  const received = await reading;
  expect(textOf(received.content)).toBe('late');
  await helper.stop();
  expect(saved()).toMatchObject([{ ...recovery().entry, content: received.content }]);
});
