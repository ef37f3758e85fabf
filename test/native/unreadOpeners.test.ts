/** Who waits to open a FIFO by a path in a page of a file, as a literal of a program is: read where it is in memory, else counted, and no FIFO is said to have nobody then. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { prepare } from '../../src/native/libc/load';
import { createFifo } from '../../src/native/mechanisms/stream/fifoFile';
import type { Level } from '../../src/protocol/calls';
import type { ObjectOf } from '../../src/protocol/kinds';
import { TestHelper } from '../support/helper';
import { PosixScene } from '../support/posix';
import { sleeps } from '../support/streams';
import { until } from '../support/until';

const scene = new PosixScene();
let helper: TestHelper;
let folder: string;

beforeAll(prepare);
beforeEach(() => {
  folder = scene.folder();
});
afterEach(async () => {
  await helper.stop();
  await scene.clean();
});

const look = (level: Level, folders: string[] = [folder]) =>
  helper.request('changes', {
    ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
    interest: { levels: { fifo: level }, details: [], folders },
  });

/** Threads that wait to open the FIFO. The page in which its path stands is one of a file; where it is not `resident`, it is in no table of their process any more. */
async function openers(path: string, count: number, resident: boolean): Promise<void> {
  const text = join(folder, 'text');
  writeFileSync(text, `${path}\0`);
  const holder = await scene.posix();
  await holder.run(`
m = mmap.mmap(os.open(${JSON.stringify(text)}, os.O_RDONLY), 0, mmap.MAP_PRIVATE)
at = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(m)))
for one in range(${count}): background(lambda: libc.open(at, os.O_RDONLY))
`);
  await until(() => sleeps(holder.pid, /wait_for_partner|fifo_open/));
  // MADV_DONTNEED
  if (!resident) await holder.run('libc.madvise(at, 4096, 4)');
}

test.each([
  ['', 'may be read'],
  ['1', 'are hidden by Yama'],
])('they are counted, and of no FIFO it is said that nobody has it (%s: calls %s)', async (yama) => {
  process.env.IPC_INSPECTOR_PRETEND_YAMA = yama;
  try {
    helper = new TestHelper();
  } finally {
    delete process.env.IPC_INSPECTOR_PRETEND_YAMA;
  }
  const path = join(folder, 'awaited');
  createFifo(path, 0o600);
  await openers(path, 3, false);
  const unplaced = (count: number) => ({ kind: 'fifo', field: 'openers', code: 'failed', count });
  const batch = await until(async () => {
    const now = await look('rows');
    return now.blind.some(({ field, count }) => field === 'openers' && count === 3) ? now : undefined;
  });
  const found = batch.added.find((one): one is ObjectOf<'fifo'> => one.kind === 'fifo' && one.path === path);
  expect(found?.flags).toEqual(['fileOnly', 'noReaderSeen', 'noWriterSeen']);
  expect((await look('count')).blind).toContainEqual(unplaced(3));
  // Also where no file of one is known.
  expect((await look('rows', [])).blind).toContainEqual(unplaced(3));
  expect((await look('count', [])).blind).toContainEqual(unplaced(3));
});

test('where the page is in memory it is read, and they stand at their FIFO', async () => {
  helper = new TestHelper();
  const path = join(folder, 'awaited');
  createFifo(path, 0o600);
  await openers(path, 3, true);
  const found = await until(async () => {
    const { added } = await look('rows');
    const one = added.find(
      (object): object is ObjectOf<'fifo'> => object.kind === 'fifo' && object.path === path,
    );
    return one && (one.endpoints ?? []).flatMap(({ waits = [] }) => waits).length === 3 && one;
  });
  for (const { waits = [] } of found.endpoints ?? [])
    for (const { on } of waits) expect(on).toMatchObject({ is: 'path', path, direction: 'read' });
});
