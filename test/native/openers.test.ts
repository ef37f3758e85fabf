/** Who waits in opening a FIFO has only a path: which file that is, wherever the path leads by now, and from whichever root. */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { act } from '../../src/native/act';
import { Census, EVERYTHING, type Findings } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { createFifo } from '../../src/native/mechanisms/stream/fifoFile';
import type { Ref } from '../../src/protocol/ref';
import { runNow } from '../../src/native/slices';
import { toBytes } from '../../src/protocol/bytes';
import { asFailure, type Failure, IpcFailure } from '../../src/protocol/errors';
import type { ObjectOf } from '../../src/protocol/kinds';
import { needs, needsRoot } from '../support/oracles';
import { type Holder, identityByNode, Scene, sleeps } from '../support/streams';
import { until } from '../support/until';
import { saidOf } from '../support/waits';

type Fifo = ObjectOf<'fifo'>;

const scene = new Scene();
let census: Census;
let folder: string;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  census = new Census(makeMechanisms());
  folder = scene.folder();
});
afterEach(() => scene.clean());

/** The same census each time. `folders`: where FIFOs are searched. */
const look = (folders?: string[]): Findings =>
  runNow(census.take({ ...EVERYTHING, ...(folders && { folders }) }));

/** FIFOs that a process has, or waits to open. */
const fifosOf = (found: Findings, { pid }: Holder): Fifo[] =>
  [...found.objects.values()].filter(
    (one): one is Fifo => one.kind === 'fifo' && (one.endpoints ?? []).some((end) => end.pid === pid),
  );

const fifosIn = (found: Findings): unknown[] => found.objects.filter(({ kind }) => kind === 'fifo');

/** Blocks a process in opening a path. `told`: what Python does before. */
async function opener(
  path: string,
  { told = 'pass', prefix = [] as string[], how = '' } = {},
): Promise<Holder> {
  const holder = scene.holder(prefix);
  await holder.run(told);
  void holder.run(`os.open(${JSON.stringify(path)}, os.O_RDONLY${how})`);
  await until(() => sleeps(holder.pid, /wait_for_partner/));
  return holder;
}

/** The one FIFO on which it waits; its process says the same. */
function waitedBy(found: Findings, holder: Holder): Fifo {
  const fifos = fifosOf(found, holder);
  expect(fifos.map(({ endpoints }) => endpoints?.map(({ role }) => role))).toEqual([['waiter']]);
  const [fifo] = fifos as [Fifo];
  const process = found.processes.find(({ pid }) => pid === holder.pid);
  expect(saidOf(process)?.map(({ ref }) => ref)).toEqual([fifo.ref]);
  return fifo;
}

/** Writes a byte, as the helper does that has taken these looks. */
async function write(ref: Ref): Promise<unknown> {
  return await act(
    census,
    'fifo',
    'write',
    { ref, content: toBytes(Buffer.from('x')), wait: false },
    {
      cancelled: () => false,
      wait: () => Promise.reject(new IpcFailure({ code: 'unsupported' })),
    },
  );
}
const failure = (ref: Ref): Promise<Failure> =>
  write(ref).then(() => Promise.reject(new Error('no failure')), asFailure);
const NO_PATH = { code: 'unsupported', detail: { why: 'noPath' } };

async function end(holder: Holder): Promise<void> {
  holder.child.kill('SIGKILL');
  await holder.exited;
}

const inodeOf = (path: string): string => identityByNode(path).inode;
/** Threads of the whole machine whose FIFO is not found. */
const hidden = ({ blind }: Findings): number =>
  blind.find(({ kind, field, code }) => kind === 'fifo' && field === 'openers' && code === 'failed')?.count ??
  0;

describe('the FIFO on which a blocked opener sleeps', () => {
  test('stays the same when another takes its path, and is found under its new one', async () => {
    const [path, moved] = [join(folder, 'fifo'), join(folder, 'moved')];
    createFifo(path, 0o600);
    const inode = inodeOf(path);
    const holder = await opener(path);
    expect(waitedBy(look(), holder)).toMatchObject({ path, inode });
    renameSync(path, moved);
    createFifo(path, 0o600);
    for (let round = 0; round < 3; round++) {
      const fifo = waitedBy(look(), holder);
      // Nobody tells where it is by now, and it is not the one that has its path.
      expect(fifo).toMatchObject({ path, flags: ['deletedOrReplaced', 'noReaderSeen', 'noWriter'] });
      expect(fifo.ref).toBe(`fifo:opener:${holder.pid}:${holder.startTime}:${holder.pid}`);
      expect(fifo).not.toHaveProperty('inode');
      expect(await failure(fifo.ref)).toMatchObject({ code: 'invalid' });
    }
    expect(sleeps(holder.pid, /wait_for_partner/)).toBe(true);
    const known = look([folder]);
    expect(waitedBy(known, holder)).toMatchObject({ path: moved, inode });
    renameSync(moved, join(folder, 'again'));
    rmSync(path);
    renameSync(join(folder, 'again'), path);
    const back = waitedBy(look(), holder);
    expect(back).toMatchObject({ path, inode });
    expect(await write(back.ref)).toEqual({ bytes: 1 });
  });

  test('is named as the kernel names it, and can be acted on, however its opener wrote the path', async () => {
    mkdirSync(join(folder, 'fo'));
    mkdirSync(join(folder, 'sub'));
    const path = join(folder, 'fo/a');
    createFifo(path, 0o600);
    symlinkSync('fo/a', join(folder, 'lnk'));
    const ways = [
      ['.././fo//../lnk', { told: `os.chdir(${JSON.stringify(join(folder, 'sub'))})` }],
      ['a', { told: `d = os.open(${JSON.stringify(join(folder, 'fo'))}, os.O_RDONLY)`, how: ', dir_fd=d' }],
      [`${folder}//sub/../lnk`, {}],
    ] as const;
    for (const [written, how] of ways) {
      const holder = await opener(written, how);
      const { ref, ...fifo } = waitedBy(look(), holder);
      expect(fifo).toMatchObject({ path, inode: inodeOf(path) });
      expect(await write(ref)).toEqual({ bytes: 1 });
      await end(holder);
    }
  });

  test.each([
    ['gone', ''],
    ['another now, which somebody reads', 'os.mkfifo(path); f = os.open(path, os.O_RDWR)'],
    ['no FIFO now', "open(path, 'w').close()"],
  ])('is none that anybody finds where what its path led to is %s', async (_what, then) => {
    const path = join(folder, 'fifo');
    createFifo(path, 0o600);
    const holder = await opener(path);
    const before = hidden(look());
    rmSync(path);
    const other = scene.holder();
    if (then) await other.run(`path = ${JSON.stringify(path)}; ${then}`);
    // Whoever looks for the first time knows no more.
    for (const census2 of [census, new Census(makeMechanisms())]) {
      census = census2;
      const found = look();
      const fifo = waitedBy(found, holder);
      expect(fifo).toMatchObject({
        ref: `fifo:opener:${holder.pid}:${holder.startTime}:${holder.pid}`,
        path,
        flags: ['deletedOrReplaced', 'noReaderSeen', 'noWriter'],
      });
      expect(fifo.endpoints?.[0]?.waits).toMatchObject([
        { on: { is: 'path', direction: 'read' }, certain: true },
      ]);
      expect(hidden(found)).toBe(before);
      // Nobody waits for the one that has its path by now.
      for (const one of fifosOf(found, other))
        expect(one.endpoints?.map(({ pid }) => pid)).toEqual([other.pid]);
    }
  });

  test('is uncertain where nothing proves that its path led there when it went to sleep', async () => {
    const path = join(folder, 'fifo');
    createFifo(path, 0o600);
    await setTimeout(50);
    const holder = await opener(path);
    const waits = () => waitedBy(look(), holder).endpoints?.[0]?.waits;
    expect(waits()).toMatchObject([{ on: { is: 'path', direction: 'read' }, certain: true }]);
    expect(waitedBy(look(), holder).flags).toContain('noWriter');
    // Another stands there, which might be the one for all that anybody can see.
    rmSync(path);
    createFifo(path, 0o600);
    census = new Census(makeMechanisms());
    const found = look();
    const uncertain = { on: { is: 'path', direction: 'read' }, certain: false, by: 'path' };
    expect(waitedBy(found, holder).endpoints?.[0]?.waits).toMatchObject([uncertain]);
    expect(waitedBy(found, holder).flags).not.toContain('noWriter');
    const threads = found.processes.find(({ pid }) => pid === holder.pid)?.threads ?? [];
    expect(threads.map(({ wait }) => wait)).toMatchObject([uncertain]);
  });

  for (const prefix of [[], ['unshare', '-m']])
    test(`is that of its own root, after chroot(2)${prefix.length > 0 ? ' in another mount namespace' : ''}`, async (context) => {
      needsRoot(context, 'chroot');
      if (prefix.length > 0) needs(context, 'unshare');
      const ours = join(folder, 'fifo');
      createFifo(ours, 0o600);
      const root = scene.folder();
      mkdirSync(join(root, folder), { recursive: true });
      const path = join(root, ours);
      createFifo(path, 0o600);
      // The kernel would follow this link from our root.
      symlinkSync(ours, join(root, 'lnk'));
      const told = `os.chroot(${JSON.stringify(root)}); os.chdir(${JSON.stringify(folder)})`;
      for (const written of ['/lnk', 'fifo', '../../../../lnk']) {
        const before = hidden(look());
        const holder = await opener(written, { told, prefix });
        const found = look();
        expect(waitedBy(found, holder)).toMatchObject({ path, inode: inodeOf(path) });
        expect(hidden(found)).toBe(before);
        await end(holder);
      }
    });

  test('is that of its own root in a container, with the path that a descriptor of it has', async (context) => {
    needsRoot(context, 'mounts');
    needs(context, 'unshare');
    const ours = join(folder, 'fifo');
    createFifo(ours, 0o600);
    const root = scene.folder();
    const pivot = process.arch === 'x64' ? 155 : 41;
    const told = [
      'import ctypes',
      'libc = ctypes.CDLL(None, use_errno=True)',
      `root, folder = ${JSON.stringify(root)}, ${JSON.stringify(folder)}`,
      'assert libc.mount(b"none", root.encode(), b"tmpfs", 0, None) == 0',
      'os.makedirs(root + folder); os.mkfifo(root + folder + "/fifo"); os.mkdir(root + "/old")',
      'os.symlink(folder + "/fifo", root + "/lnk")',
      `assert libc.syscall(${pivot}, root.encode(), (root + "/old").encode()) == 0`,
      'os.chdir("/")',
      'assert libc.umount2(b"/old", 2) == 0',
      'held = os.stat(folder + "/fifo").st_ino',
    ].join('\n');
    for (const written of ['/lnk', 'lnk']) {
      const holder = scene.holder(['unshare', '-m']);
      await holder.run(told);
      const inode = String(await holder.run('held'));
      void holder.run(`os.open(${JSON.stringify(written)}, os.O_RDONLY)`);
      await until(() => sleeps(holder.pid, /wait_for_partner/));
      expect(waitedBy(look(), holder)).toMatchObject({ path: ours, inode });
      expect(inode).not.toBe(inodeOf(ours));
    }
  });
});

describe('the path of a FIFO that is held', () => {
  test('is unknown where it is longer than the kernel tells', async () => {
    const holder = scene.holder();
    await holder.run(`os.chdir(${JSON.stringify(folder)})`);
    try {
      await holder.run("for n in range(25): os.mkdir('x' * 200); os.chdir('x' * 200)");
      await holder.run("os.mkfifo('fifo'); f = os.open('fifo', os.O_RDWR)");
      const inode = String(await holder.run('os.fstat(f).st_ino'));
      for (let round = 0; round < 2; round++)
        expect(fifosOf(look(), holder)).toMatchObject([{ path: '', inode, endpoints: [{ role: 'both' }] }]);
      const [{ ref } = {}] = fifosOf(look(), holder);
      expect(await failure(ref as Ref)).toMatchObject(NO_PATH);
    } finally {
      // Too long for Node.
      for (const name of readdirSync(folder)) spawnSync('rm', ['-r', '--', join(folder, name)]);
    }
  });

  test('is that of its other name where the one by which it was opened is gone', async () => {
    const [path, other] = [join(folder, 'fifo'), join(folder, 'other')];
    createFifo(path, 0o600);
    linkSync(path, other);
    const holder = scene.holder();
    await holder.run(`f = os.open(${JSON.stringify(other)}, os.O_RDWR)`);
    unlinkSync(other);
    const [gone] = fifosOf(look(), holder);
    // It has another name, which nobody tells.
    expect(gone).toMatchObject({ path: '' });
    expect(gone?.flags).not.toContain('unlinked');
    const [found] = fifosOf(look([folder]), holder);
    expect(found?.path).toBe(path);
    expect(found?.flags).not.toContain('unlinked');
    // It may really be called so.
    linkSync(path, `${other} (deleted)`);
    const named = scene.holder();
    await named.run(`f = os.open(${JSON.stringify(`${other} (deleted)`)}, os.O_RDWR)`);
    rmSync(path);
    await end(holder);
    const [really] = fifosOf(look(), named);
    expect(really?.path).toBe(`${other} (deleted)`);
    expect(really?.flags).not.toContain('unlinked');
  });
});

test('a FIFO that has no name left is called by its last one, also where that looked like the mark of a name that is gone', async () => {
  for (const name of ['gone', 'gone (deleted)']) {
    const path = join(folder, name);
    createFifo(path, 0o600);
    const holder = scene.holder();
    await holder.run(`f = os.open(${JSON.stringify(path)}, os.O_RDWR)`);
    unlinkSync(path);
    const [found] = fifosOf(look(), holder);
    expect(found).toMatchObject({ path });
    expect(found?.flags).toContain('unlinked');
    // And where who waits or looks later reads it once more.
    expect(fifosOf(look(), holder)[0]).toMatchObject({ path });
    await end(holder);
  }
});

test('a FIFO that only an opener waits for counts also where nobody looks at rows', async () => {
  const path = join(folder, 'orders');
  createFifo(path, 0o600);
  const counted = () =>
    runNow(census.take({ levels: { fifo: 'count' }, details: [] }, { fresh: true })).counts.fifo;
  const before = counted() ?? 0;
  const holder = await opener(path);
  // Others of the machine may come and go, so that it is held against the rows.
  await until(() => counted() === fifosIn(look()).length);
  expect(fifosOf(look(), holder)).toHaveLength(1);
  expect(counted()).toBeGreaterThan(before);
});
