/** FIFOs that are only files: found in named folders, bounded, and acted on though nobody has them open. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { FifoFiles } from '../../src/native/census/streams/fifoFiles';
import { prepare } from '../../src/native/libc/load';
import { createFifo } from '../../src/native/mechanisms/stream/fifoFile';
import { runNow } from '../../src/native/slices';
import { toBytes } from '../../src/protocol/bytes';
import type { Batch } from '../../src/protocol/calls';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { Ref } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { needs, needsRoot, output } from '../support/oracles';
import { Scene } from '../support/streams';
import { until } from '../support/until';

type Fifo = ObjectOf<'fifo'>;

const scene = new Scene();
let helper: TestHelper;
let folder: string;

beforeAll(prepare);
beforeEach(() => {
  helper = new TestHelper();
  folder = scene.folder();
});
afterEach(async () => {
  await helper.stop();
  await scene.clean();
});

/** One fresh look at these folders, by a caller that knows nothing. */
const look = (folders = [folder], details: Ref[] = []): Promise<Batch> =>
  helper.request('changes', {
    ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
    interest: { levels: { fifo: 'rows' }, details, folders },
  });
const under = ({ added }: Batch) =>
  added.filter((one): one is Fifo => one.kind === 'fifo' && one.path.startsWith(folder));
const paths = (batch: Batch) =>
  under(batch)
    .map(({ path }) => path.slice(folder.length + 1))
    .sort();
/** Until a look is worth a walk again. */
const lookUntil = (wanted: (batch: Batch) => boolean) =>
  until(async () => {
    const batch = await look();
    return wanted(batch) ? batch : undefined;
  });
const only = async (): Promise<Fifo> => {
  const [found] = under(await look());
  if (!found) throw new Error('no FIFO was found');
  return found;
};

test('one that nobody has open is an object, and says nothing of readers or writers that it does not know', async () => {
  createFifo(join(folder, 'lone'), 0o640);
  const found = await only();
  expect(found).toMatchObject({ path: join(folder, 'lone'), mode: 0o640, endpoints: [] });
  expect(found.flags).toContain('fileOnly');
  expect(found.flags).not.toContain('noReader');
  expect(found.flags).not.toContain('noWriter');
  const { counts } = await helper.request('changes', {
    ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
    interest: { levels: { fifo: 'count' }, details: [], folders: [folder] },
  });
  expect(counts.fifo).toBeGreaterThan(0);
});

test('folders within are searched, links and the folders of packages are not', async () => {
  const elsewhere = scene.folder();
  createFifo(join(elsewhere, 'behind a link'), 0o600);
  for (const name of ['deep/er', 'node_modules/x', '.git'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['top', 'deep/er/low', 'node_modules/x/no', '.git/no'])
    createFifo(join(folder, name), 0o600);
  symlinkSync(elsewhere, join(folder, 'linked'));
  symlinkSync(join(elsewhere, 'behind a link'), join(folder, 'link'));
  expect(paths(await look())).toEqual(['deep/er/low', 'top']);
});

test('a named folder may itself be a link', async () => {
  createFifo(join(folder, 'lone'), 0o600);
  const link = join(scene.folder(), 'link');
  symlinkSync(folder, link);
  expect(paths(await look([link]))).toEqual(['lone']);
});

test('what is too deep is cut, and that is said', async () => {
  const deep = join(folder, ...Array.from({ length: 20 }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  createFifo(join(deep, 'unseen'), 0o600);
  createFifo(join(folder, 'seen'), 0o600);
  const batch = await look();
  expect(paths(batch)).toEqual(['seen']);
  expect(batch.blind).toContainEqual({ kind: 'fifo', field: 'folders', code: 'cut' });
});

/** Walks to the end, and says how often it paused. */
function walked(files: FifoFiles, named = folder): number {
  let pauses = 0;
  for (const _pause of files.walk([named], true)) pauses++;
  return pauses;
}

test('folders are counted as what is in them, be they empty or refused', () => {
  for (let at = 0; at < 1000; at++) mkdirSync(join(folder, String(at)), { mode: at % 2 === 0 ? 0o755 : 0 });
  const cut = { kind: 'fifo', field: 'folders', code: 'cut' };
  // The named one, a thousand entries, and each of them as a folder.
  const bounds = { depth: 16, entries: 2001, cpuTime: 60_000, time: 60_000 };
  const [enough, little] = [new FifoFiles(bounds), new FifoFiles({ ...bounds, entries: 2000 })];
  expect(walked(enough)).toBe(Math.floor(2001 / 256));
  expect(enough.blind).not.toContainEqual(cut);
  walked(little);
  expect(little.blind).toContainEqual(cut);
  // The clocks are looked at there too, by one that has no time from the start.
  for (const none of [{ cpuTime: 0 }, { time: 0 }]) {
    const late = new FifoFiles({ ...bounds, ...none });
    expect(walked(late)).toBeLessThan(2);
    expect(late.blind).toContainEqual(cut);
  }
});

test('what is below the root is searched as below any other folder', () => {
  // Two levels, since the whole machine is too much.
  const near = realpathSync(mkdtempSync('/tmp/ipc-inspector-root-'));
  const path = `${near}-fifo`;
  try {
    createFifo(path, 0o600);
    const files = new FifoFiles({ depth: 1, entries: 1e6, cpuTime: 60_000, time: 60_000 });
    walked(files, '/');
    expect(runNow(files.now()).map((one) => one.path.toString())).toContain(path);
  } finally {
    rmSync(path, { force: true });
    rmdirSync(near);
  }
});

test('a link that took the place of a folder is not followed, and that is said', () => {
  for (let at = 0; at < 300; at++) mkdirSync(join(folder, String(at)));
  const elsewhere = scene.folder();
  createFifo(join(elsewhere, 'behind a link'), 0o600);
  const files = new FifoFiles();
  let pauses = 0;
  for (const _pause of files.walk([folder], true)) {
    if (++pauses > 1) continue;
    // It has listed 256 of them, and looked into none.
    rmdirSync(join(folder, '7'));
    symlinkSync(elsewhere, join(folder, '7'));
  }
  expect(runNow(files.now())).toEqual([]);
  expect(files.blind).toEqual([{ kind: 'fifo', field: 'folders', code: 'unsettled', count: 1 }]);
});

test('one that goes is gone at the next look, long before the next walk', async () => {
  createFifo(join(folder, 'lone'), 0o600);
  const { ref } = await only();
  rmSync(join(folder, 'lone'));
  expect(under(await look()).map((one) => one.ref)).not.toContain(ref);
});

test('one that is renamed has its new name at the next walk, and another in its place is another', async () => {
  createFifo(join(folder, 'old'), 0o600);
  const before = await only();
  renameSync(join(folder, 'old'), join(folder, 'new'));
  createFifo(join(folder, 'old'), 0o600);
  const batch = await lookUntil((one) => paths(one).length === 2);
  const found = new Map(under(batch).map(({ ref, path }) => [path, ref]));
  expect(found.get(join(folder, 'new'))).toBe(before.ref);
  expect(found.get(join(folder, 'old'))).not.toBe(before.ref);
});

test('it is the same object while somebody has it open and afterwards', async () => {
  const path = join(folder, 'lone');
  createFifo(path, 0o600);
  const { ref } = await only();
  const holder = scene.holder();
  await holder.run(`both = os.open(${JSON.stringify(path)}, os.O_RDWR)`);
  const open = await only();
  expect(open.ref).toBe(ref);
  expect(open.flags).not.toContain('fileOnly');
  expect(open.endpoints).toMatchObject([{ pid: holder.pid, role: 'both' }]);
  await holder.run('os.close(both)');
  expect(await only()).toMatchObject({ ref, flags: expect.arrayContaining(['fileOnly']) as string[] });
});

test('one that a panel shows stays an object in whatever folder it lies', async () => {
  const path = join(folder, 'lone');
  createFifo(path, 0o600);
  const holder = scene.holder();
  await holder.run(`both = os.open(${JSON.stringify(path)}, os.O_RDWR)`);
  const [open] = under(await look([]));
  await look([], [open?.ref as Ref]);
  await holder.run('os.close(both)');
  expect(under(await look([], [open?.ref as Ref]))).toMatchObject([
    { flags: expect.arrayContaining(['fileOnly']) as string[] },
  ]);
});

test('one that we made is shown wherever it lies', async () => {
  const { ref } = await helper.act('fifo', 'create', { path: join(folder, 'made'), mode: 0o600 });
  expect(under(await look([]))).toMatchObject([
    { ref, flags: expect.arrayContaining(['fileOnly']) as string[] },
  ]);
});

test('a write waits for its reader, and a read at once finds that nobody writes', async () => {
  const path = join(folder, 'lone');
  createFifo(path, 0o600);
  const { ref } = await only();
  const content = toBytes(Buffer.from('hello'));
  expect(await helper.failure(helper.act('fifo', 'write', { ref, content }))).toMatchObject({
    errno: 'ENXIO',
  });
  expect(await helper.act('fifo', 'read', { ref, length: 9 })).toMatchObject({ content: '', end: true });
  expect((await only()).flags).toContain('fileOnly');
  const writing = helper.act('fifo', 'write', { ref, content, wait: true });
  await until(async () => (await only()).endpoints?.some(({ own, waits }) => own && waits));
  const holder = scene.holder();
  expect(await holder.run(`os.read(os.open(${JSON.stringify(path)}, os.O_RDONLY), 99)`)).toBe('hello');
  expect(await writing).toEqual({ bytes: 5 });
});

test('a writer that waits in its open proves that nobody reads, and a reader that nobody writes', async () => {
  for (const [mode, flag] of [
    ['O_WRONLY', 'noReader'],
    ['O_RDONLY', 'noWriter'],
  ] as const) {
    const path = join(folder, mode);
    createFifo(path, 0o600);
    const holder = scene.holder();
    await holder.run(
      `threading.Thread(target=lambda: os.open(${JSON.stringify(path)}, os.${mode}), daemon=True).start()`,
    );
    const found = await until(async () =>
      under(await look()).find((one) => one.path === path && one.endpoints?.some(({ waits }) => waits)),
    );
    expect(found.flags).toContain(flag);
    expect(found.flags).not.toContain('fileOnly');
  }
});

test('it is destroyed by its identity', async () => {
  const path = join(folder, 'lone');
  const identity = createFifo(path, 0o600);
  const { ref } = await only();
  await helper.act('fifo', 'destroy', { ref, identity });
  expect(existsSync(path)).toBe(false);
  expect(await helper.failure(helper.act('fifo', 'inspect', { ref }))).toMatchObject({ code: 'gone' });
});

test('a file system that tells no types of entries is walked as any other', async (context) => {
  needsRoot(context, 'mounts');
  needs(context, 'mkfs.ext4', ['-V']);
  const image = join(scene.folder(), 'image');
  writeFileSync(image, '');
  truncateSync(image, 8 << 20);
  output('mkfs.ext4', '-q', '-O', '^filetype', image);
  const script = `mount -o loop ${image} ${folder} && { [ -p ${folder}/untold ] || mkfifo ${folder}/untold; } && exec "$@"`;
  const prefix = ['unshare', '-m', 'sh', '-c', script, 'sh'];
  if (spawnSync('unshare', [...prefix.slice(1), 'true']).status !== 0) context.skip('no loop mounts here');
  await helper.stop();
  helper = new TestHelper(prefix);
  const batch = await look();
  expect(paths(batch)).toEqual(['untold']);
  expect(batch.blind.filter(({ field }) => field === 'folders')).toEqual([]);
});
