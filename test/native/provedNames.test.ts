/** What is looked up a second time, by the number of a descriptor or a place in memory, is told only of the file that it still leads to: under churn no object bears the name or facts of another. */
import { chmodSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KINDS } from '../../src/protocol/ref';
import { refOfWait } from '../../src/protocol/waits';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Interest } from '../../src/protocol/calls';
import { type Holder, sleeps } from '../support/streams';
import { until } from '../support/until';
import { TestHelper } from '../support/helper';
import { AS_NOBODY, needsRoot } from '../support/oracles';
import { posixStage } from '../support/posix';

const { eye, scene } = await posixStage();
const ALL: Interest = {
  levels: Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const])),
  details: [],
  processes: true,
};

/** Makes and takes away objects at full speed, under the same few numbers of descriptors; each says in its name which it is, by its inode where it can have that in its name, and its size. */
const CHURN = `
import random
os.umask(0)
def shm(folder, prefix):
    size = random.randrange(1, 50) * 4096
    made = f'/dev/shm/{prefix}'; fd = os.open(made, os.O_RDWR | os.O_CREAT, 0o600); os.ftruncate(fd, size)
    path = f'/dev/shm/{prefix}-shm-{size}-{os.fstat(fd).st_ino}'; os.rename(made, path)
    held = mapped(fd, size) if random.random() < .5 else None
    os.unlink(path); time.sleep(random.random() * .002)
    if held: held.close()
    os.close(fd)
def memfd(folder, prefix):
    size = random.randrange(1, 50) * 4096
    fd = os.memfd_create(f'{prefix}-memfd-{size}'); os.ftruncate(fd, size)
    held = mapped(fd, size); child = os.fork()
    if child == 0: os._exit(0)
    os.waitpid(child, 0); held.close(); os.close(fd)
def fifo(folder, prefix):
    made = f'{folder}/{prefix}'; os.mkfifo(made); fd = os.open(made, os.O_RDWR)
    path = f'{folder}/{prefix}-fifo-{os.fstat(fd).st_ino}'; os.rename(made, path); time.sleep(random.random() * .001)
    os.unlink(path); os.close(fd)
def pipes(folder, prefix):
    for _ in range(20):
        one, other = os.pipe(); os.dup2(other, one); os.close(one); os.close(other)
def churn(folder, prefix):
    while True:
        try: random.choice([shm, shm, memfd, fifo, pipes])(folder, prefix)
        except FileExistsError: pass
`;

/** What of an object of the churn is another's; undefined where all is its own. */
function wrong(object: IpcObject): string | undefined {
  switch (object.kind) {
    case 'posix.shm':
    case 'mapping': {
      const { name, bytes, inode } = object;
      if (name === undefined) return undefined;
      const [, of, size, numbered] = /-(shm|memfd|fifo)-(\d+)(?:-(\d+))?$/.exec(name) ?? [];
      if (of !== (object.kind === 'mapping' ? 'memfd' : 'shm')) return MAKING.test(name) ? undefined : 'name';
      if (numbered !== undefined && numbered !== inode) return 'name';
      return bytes === undefined || bytes === 0 || bytes === Number(size) ? undefined : 'bytes';
    }
    case 'fifo': {
      const { path, inode } = object;
      return path === '' || MAKING.test(path) || path.includes(`-fifo-${inode}`) ? undefined : 'path';
    }
    case 'pipe':
      return object.endpoints?.some(({ role }) => role === 'both') ? 'role' : undefined;
    default:
      return undefined;
  }
}
/** What is not renamed yet. */
const MAKING = /-[01](?: \(deleted\))?$/;

test('no object bears a name, size, mode or direction of another while numbers are given again and again', async () => {
  const folder = scene.folder();
  const prefix = scene.name();
  const churners: Holder[] = [await scene.posix(), await scene.posix()];
  for (const [at, churner] of churners.entries()) {
    await churner.run(CHURN);
    void churner.run(`churn(${JSON.stringify(folder)}, '${prefix}-${at}')`);
  }
  let seen = 0;
  for (let looks = 0; looks < 60 || (seen < 200 && looks < 600); looks++) {
    const { objects } = await (looks % 3 === 0 ? eye.afresh(ALL) : eye.look(ALL));
    for (const object of objects) {
      const ours =
        object.endpoints?.filter(({ pid }) => churners.some((churner) => churner.pid === pid)) ?? [];
      // What they share with the runner is none of the churn.
      if (ours.length === 0 || ours.length < (object.endpoints?.length ?? 0)) continue;
      seen++;
      expect({ object, wrong: wrong(object) }).toEqual({ object, wrong: undefined });
    }
  }
  expect(seen).toBeGreaterThan(50);
}, 60_000);

test('a semaphore that only its maker shows has no name: what it shows is what glibc called it for a moment', async (context) => {
  needsRoot(context, 'the file of a mapping (map_files)');
  const [one, name] = [await scene.posix(), scene.name()];
  await one.run(`s = sem_make('/${name}', 3)`);
  const inode = (await eye.named('posix.sem', `/${name}`))?.inode;
  await one.run(`checked(libc.sem_unlink(b'/${name}'))`);
  const rows = await eye.rows('posix.sem');
  const found = rows.find((row) => row.inode === inode);
  expect(found).toMatchObject({ flags: ['unlinked'], value: 3 });
  expect(found).not.toHaveProperty('name');
  // Who opened it by its name goes on showing that.
  const other = scene.name();
  await one.run(`t = sem_make('/${other}', 1); u = sem_open('/${other}')`);
  const opener = await scene.posix();
  await opener.run(`t = sem_open('/${other}')`);
  await one.run(`checked(libc.sem_unlink(b'/${other}'))`);
  expect(await eye.named('posix.sem', `/${other}`)).toMatchObject({ flags: ['unlinked'], value: 1 });
});

test('a mapped file whose name is gone and that has another left is neither unlinked nor called by the one that is gone', async (context) => {
  needsRoot(context, 'the file of a mapping (map_files), which tells how many links are left');
  const folder = scene.folder();
  const holders = [await scene.posix(), await scene.posix()];
  const code = (flags: string) =>
    `f = os.open('${folder}/a', ${flags}); os.ftruncate(f, 4096); m = mapped(f, 4096)`;
  for (const holder of holders) await holder.run(code('os.O_RDWR | os.O_CREAT'));
  await holders[0]?.run(`os.link('${folder}/a', '${folder}/b'); os.unlink('${folder}/a')`);
  const [inode] = [await holders[0]?.run(`str(os.fstat(f).st_ino)`)];
  const find = async () => (await eye.rows('mapping')).find((row) => row.inode === inode);
  const found = await find();
  expect(found?.flags).toEqual([]);
  expect(found).not.toHaveProperty('name');
  // One may really be called as the kernel marks what is gone.
  await holders[0]?.run(`os.link('${folder}/b', '${folder}/a (deleted)')`);
  expect((await find())?.name).toBe(`${folder}/a (deleted)`);
});

test('a mapped file whose name is gone is not called unlinked by who may not see whether it has another', async (context) => {
  needsRoot(context, 'becomes another user');
  const folder = scene.folder();
  chmodSync(folder, 0o777);
  const holders = [await scene.posix(AS_NOBODY), await scene.posix(AS_NOBODY)];
  // Without a descriptor, which would lead to it (Python keeps one for each of its own mappings).
  const map = [
    `f = os.open('${folder}/a', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096)`,
    'libc.mmap(None, ctypes.c_size_t(4096), 3, 1, f, ctypes.c_long(0)); inode = str(os.fstat(f).st_ino); os.close(f)',
  ];
  for (const holder of holders) await holder.run(map.join('\n'));
  await holders[0]?.run(`os.link('${folder}/a', '${folder}/b'); os.unlink('${folder}/a')`);
  const inode = await holders[0]?.run('inode');
  const nobody = new TestHelper(AS_NOBODY);
  try {
    const { objects } = await nobody.request('snapshot', {});
    const found = objects.find((object) => object.kind === 'mapping' && object.inode === inode);
    expect(found).toMatchObject({ name: `${folder}/a`, flags: ['nameGone'] });
  } finally {
    await nobody.stop();
  }
});

test('a number in the name of a file is that of its maker only if that process is older than the file', async (context) => {
  // In another it may be anybody's (PROC_PID_INIT_INO).
  if (readlinkSync('/proc/self/ns/pid') !== 'pid:[4026531836]') context.skip('needs the first pid namespace');
  const maker = await scene.posix();
  const [older, later] = [await scene.posix(), () => scene.posix()];
  const made = async (pid: number) =>
    (await eye.rows('posix.shm')).find(({ name }) => name === `/pym-${pid}-made`)?.maker?.now;
  const path = `/dev/shm/pym-${older.pid}-made`;
  scene.later(path);
  await maker.run(`time.sleep(.03); open('${path}', 'w').close(); time.sleep(.03)`);
  expect(await made(older.pid)).toBe('lives');
  // As if the maker had ended, and its number had come to be another's.
  const { pid } = await later();
  const other = `/dev/shm/pym-${pid}-made`;
  scene.later(other);
  await maker.run(`os.rename('${path}', '${other}')`);
  expect(await made(pid)).toBe('gone');
});

test('a TCP socket that is only bound is not on its way out', async () => {
  const holder = await scene.posix();
  const port = (await holder.run(
    "[globals().update(s=__import__('socket').socket()), s.bind(('127.0.0.1', 0)), s.getsockname()[1]][2]",
  )) as number;
  const rows = await eye.rows('inet');
  const found = rows.find(({ local }) => local.port === port);
  // Kernels before 6.8 do not tell of it at all.
  if (!found) return;
  expect(found).toMatchObject({ protocol: 'tcp', state: 'unconnected', flags: [] });
  expect(found.endpoints).toMatchObject([{ pid: holder.pid, role: 'bound' }]);
});

test('what a wait names is an object of the same look', async () => {
  const [one, name] = [await scene.posix(), scene.name()];
  await one.run(`s = sem_make('/${name}', 0); q = mq_make('/${name}'); t = sem_open('/${name}')`);
  // Its maker shows the semaphore by the name that glibc gave it for a moment; others by none.
  await one.run(`background(lambda: libc.sem_wait(s)); background(lambda: mq_receive(q))`);
  await until(() => sleeps(one.pid, /futex/) && sleeps(one.pid, /wq_sleep/));
  for (const unlink of ['', `checked(libc.sem_unlink(b'/${name}')); mq_unlink('/${name}')`]) {
    if (unlink) await one.run(unlink);
    const { objects, processes } = await eye.look(ALL);
    const refs = processes.flatMap(({ threads = [] }) =>
      threads.flatMap(({ wait }) => (typeof wait === 'object' ? refOfWait(wait) : undefined) ?? []),
    );
    expect(refs.filter((ref) => !objects.some((object) => object.ref === ref))).toEqual([]);
    const mine = processes
      .find(({ pid }) => pid === one.pid)
      ?.threads?.map(({ wait }) => (typeof wait === 'object' ? refOfWait(wait) : undefined)?.split(':')[0]);
    expect(mine?.sort()).toEqual(expect.arrayContaining(['posix.mq', 'posix.sem']));
  }
});
