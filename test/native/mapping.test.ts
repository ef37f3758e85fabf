/** Files, memfds and anonymous memory that processes map shared: what is seen, who sleeps on it, and ranges of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import type { ObjectOf } from '../../src/protocol/kinds';
import { AS_NOBODY, needs, needsRoot, output } from '../support/oracles';
import { must, posixStage } from '../support/posix';
import type { Holder } from '../support/streams';
import { until } from '../support/until';
import { said } from '../support/waits';

const { eye, inside, scene, helper } = await posixStage();

type Mapping = ObjectOf<'mapping'>;
const text = (content: string) => Buffer.from(fromBytes(content as never)).toString('latin1');
const bytes = (content: string) => toBytes(Buffer.from(content, 'latin1'));
const has = (pid: number) => (one: Mapping) =>
  one.endpoints?.some((end) => end.pid === pid && end.role === 'mapped') === true;

function file(content: string | Buffer = Buffer.alloc(8192, 'x')): string {
  const path = join(scene.folder(), 'mapped');
  writeFileSync(path, content);
  return path;
}

/** A process that maps a file. */
async function mapper(
  path: string,
  { write = true, length = 8192, prefix = [] as string[] } = {},
): Promise<Holder> {
  const holder = await scene.posix(prefix);
  await holder.run(
    `f = os.open('${path}', os.O_RDWR); m = mapped(f, ${length}, ${write ? 'True' : 'False'})`,
  );
  return holder;
}

describe('what is one', () => {
  test('a file that two map, one of them to write', async () => {
    const path = file();
    const writer = await mapper(path);
    expect(await eye.named('mapping', path)).toBeUndefined();
    const reader = await mapper(path, { write: false, length: 4096 });
    const { uid, gid, ino } = statSync(path);
    const found = must(await eye.named('mapping', path));
    expect(found).toMatchObject({
      what: 'file',
      bytes: 8192,
      owner: { uid, gid },
      inode: String(ino),
      flags: [],
    });
    const lines = (holder: Holder) =>
      readFileSync(`/proc/${holder.pid}/maps`, 'latin1')
        .split('\n')
        .filter((line) => line.includes(path))
        .map((line) => line.split(/ +/).slice(0, 2));
    const seen = (holder: Holder) =>
      found.endpoints
        ?.filter(({ pid }) => pid === holder.pid)
        .map(({ address, rights }) => [address, rights]);
    expect(seen(writer)).toEqual(lines(writer));
    expect(seen(reader)).toEqual(lines(reader));
    expect(lines(reader)[0]?.[1]).toBe('r--s');
  });

  test('not a file that many only read', async () => {
    const path = file();
    await mapper(path, { write: false });
    await mapper(path, { write: false });
    expect(await eye.named('mapping', path)).toBeUndefined();
  });

  test('a file of the workspace that one maps to write', async () => {
    const path = file();
    await mapper(path);
    const folder = path.slice(0, path.lastIndexOf('/'));
    const find = async (folders: string[]) =>
      (await eye.rows('mapping', [], { folders })).find(({ name }) => name === path);
    expect(await find([folder])).toMatchObject({ what: 'file' });
    expect(await find([`${folder}/`])).toMatchObject({ what: 'file' });
    expect(await find([folder.slice(0, -1)])).toBeUndefined();
  });

  test('anonymous memory of relatives', async () => {
    const holder = await scene.posix();
    expect((await eye.rows('mapping')).filter(has(holder.pid))).toEqual([]);
    await holder.run(`m = mmap.mmap(-1, 12288); m[:5] = b'hello'
child = forked()`);
    const child = (await holder.run('child')) as number;
    const [found] = (await eye.rows('mapping')).filter(has(holder.pid));
    expect(must(found)).toMatchObject({ what: 'anonymous' });
    expect(found).not.toHaveProperty('name');
    expect(must(found)).toSatisfy(has(child));
    const { content } = await inside.act('mapping', 'read', { ref: must(found).ref, offset: 0, length: 5 });
    expect(text(content)).toBe('hello');
  });

  test('a memfd, with its seals', async () => {
    const holder = await scene.posix();
    await holder.run(`f = os.memfd_create('odd\\nname', os.MFD_ALLOW_SEALING); os.ftruncate(f, 4096); m = mapped(f, 4096)
fcntl.fcntl(f, 1033, 2 | 4)
child = forked()`);
    const child = (await holder.run('child')) as number;
    const found = must((await eye.rows('mapping')).find(has(holder.pid)));
    expect(found).toMatchObject({ what: 'memfd', name: 'odd\nname', bytes: 4096, allocated: 0, flags: [] });
    const closer = must((await eye.rows('mapping', [found.ref])).find(({ ref }) => ref === found.ref));
    expect(closer.seals).toEqual(['shrink', 'grow']);
    expect(closer.endpoints?.filter(({ pid, role }) => pid === child && role === 'open')).not.toEqual([]);
    await holder.run('fcntl.fcntl(f, 1033, 16)');
    const sealed = await inside.failure('mapping', 'write', {
      ref: found.ref,
      offset: 0,
      content: bytes('x'),
    });
    expect(sealed).toMatchObject({ errno: 'EPERM' });
  });

  test('an unlinked file, and its content through who has it', async (context) => {
    needsRoot(context, 'opens map_files');
    const path = file('y'.repeat(8192));
    const [one] = [await mapper(path), await mapper(path)];
    await one.run(`os.unlink('${path}')`);
    const found = must((await eye.rows('mapping')).find(has(one.pid)));
    expect(found).toMatchObject({ name: path, flags: ['unlinked'], bytes: 8192 });
    const { content } = await inside.act('mapping', 'read', { ref: found.ref, offset: 8190, length: 100 });
    expect(text(content)).toBe('yy');
  });
});

test('one that is mapped for a moment only stays as a recent holder, and goes', async () => {
  const path = file();
  const writer = await scene.posix();
  await writer.run(`f = os.open('${path}', os.O_RDWR); m = mapped(f, 8192)`);
  await eye.rows('mapping');
  await writer.run('m.close()');
  const reader = await scene.posix();
  await reader.run(`f = os.open('${path}', os.O_RDONLY); m = mapped(f, 8192, False)`);
  const found = must(await eye.named('mapping', path));
  expect(found.endpoints?.map(({ pid }) => pid)).toEqual([reader.pid]);
  expect(found.recent).toMatchObject([{ pid: writer.pid, startTime: writer.startTime, rights: 'rw-s' }]);
  await until(async () => (await eye.named('mapping', path)) === undefined);
});

test('a recent holder that has ended is none', async () => {
  const path = file();
  const writer = await mapper(path);
  const reader = await mapper(path, { write: false });
  expect(must(await eye.named('mapping', path)).endpoints).toHaveLength(2);
  writer.child.kill('SIGKILL');
  await writer.exited;
  expect(await eye.named('mapping', path)).toBeUndefined();
  expect(reader.pid).toBeGreaterThan(0);
});

describe('ranges', () => {
  test('are read and written by the file, and never past its end', async () => {
    const path = file('0123456789'.repeat(1000));
    await mapper(path);
    const other = await mapper(path);
    const { ref } = must(await eye.named('mapping', path));
    const before = statSync(path, { bigint: true });
    expect(text((await inside.act('mapping', 'read', { ref, offset: 9995, length: 100 })).content)).toBe(
      '56789',
    );
    expect(statSync(path, { bigint: true }).atimeNs).toBe(before.atimeNs);
    const put = await inside.act('mapping', 'write', { ref, offset: 3, content: bytes('abc') });
    expect(text(put.before)).toBe('345');
    expect(await other.run('m[:10]')).toBe('012abc6789');
    const past = await inside.failure('mapping', 'write', { ref, offset: 9998, content: bytes('abc') });
    expect(past).toMatchObject({ code: 'outside' });
    expect(statSync(path).size).toBe(10_000);
    truncateSync(path, 100);
    expect(await inside.failure('mapping', 'read', { ref, offset: 4096, length: 10 })).toMatchObject({
      code: 'outside',
    });
  });

  test('a path that means another file now is not touched', async () => {
    const path = file('first'.padEnd(8192));
    const one = await mapper(path);
    await mapper(path);
    const { ref } = must(await eye.named('mapping', path));
    await one.run(`os.rename('${path}', '${path}-old')`);
    writeFileSync(path, 'second');
    const read = await inside.act('mapping', 'read', { ref, offset: 0, length: 5 });
    expect(text(read.content)).toBe('first');
    await inside.act('mapping', 'write', { ref, offset: 0, content: bytes('FIRST') });
    expect(readFileSync(path, 'latin1')).toBe('second');
    expect(readFileSync(`${path}-old`, 'latin1').slice(0, 5)).toBe('FIRST');
  });

  test('anonymous memory of a plain user through his processes, without allocating', async (context) => {
    needsRoot(context, 'runs as nobody');
    const holder = await scene.posix(AS_NOBODY);
    await holder.run(`m = mmap.mmap(-1, 4096 * 64); m[4096:4101] = b'hello'
child = forked()`);
    const one = helper(AS_NOBODY);
    const { objects } = await one.request('snapshot', {});
    const found = must(
      objects.find((object) => object.kind === 'mapping' && has(holder.pid)(object)),
    ) as Mapping;
    expect(found).toMatchObject({ what: 'anonymous', bytes: 4096 * 64 });
    expect(found).not.toHaveProperty('owner');
    const memory = () =>
      /^Shared_Dirty.*|^Rss.*/gm.exec(readFileSync(`/proc/${holder.pid}/smaps_rollup`, 'latin1'))?.[0];
    const before = memory();
    const read = await one.act('mapping', 'read', { ref: found.ref, offset: 0, length: 65_536 });
    expect(read.pieces).toEqual([
      { from: 0, to: 4096, state: 'unknown' },
      { from: 4096, to: 8192, state: 'data' },
      { from: 8192, to: 65_536, state: 'unknown' },
    ]);
    expect(text(read.content).slice(4096, 4101)).toBe('hello');
    expect(memory()).toBe(before);
    await one.act('mapping', 'write', { ref: found.ref, offset: 4097, content: bytes('a') });
    expect(await holder.run('m[4096:4101]')).toBe('hallo');
  });
});

describe('memory that a process has put at the address of another', () => {
  /** Python: private memory right over `m`, and a second view of it elsewhere where `keep`, which is touched, so that a plain user may read it too. */
  const replace = (
    keep: boolean,
  ) => `libc.mmap.restype = ctypes.c_void_p; libc.mremap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int]
at = ctypes.addressof(ctypes.c_char.from_buffer(m))
moved = ${keep ? 'libc.mremap(at, 0, 8192, 1)' : 'None'}
checked(libc.mmap(at, 8192, 3, 0x32, -1, 0))
ctypes.memmove(at, b'private', 7)${keep ? '; ctypes.string_at(moved, 1)' : ''}`;
  const PRIVATE = 'ctypes.string_at(at, 7)';

  /** The holder alone has the memory, and where it was lies something else; the last look knows nothing of that. */
  async function replaced(keep: boolean): Promise<{ holder: Holder; ref: Mapping['ref'] }> {
    const holder = await scene.posix();
    await holder.run(`m = mmap.mmap(-1, 8192); m[:6] = b'shared'
child = forked()`);
    const { ref } = must((await eye.rows('mapping')).find(has(holder.pid)));
    await holder.run(`os.kill(child, 9); os.waitpid(child, 0)\n${replace(keep)}`);
    return { holder, ref };
  }

  test('is neither read nor written when the object is gone', async () => {
    const { holder, ref } = await replaced(false);
    const put = { ref, offset: 0, content: bytes('overwritten') };
    expect(await inside.failure('mapping', 'write', put)).toMatchObject({ code: 'gone' });
    expect(await holder.run(PRIVATE)).toBe('private');
    const range = { ref, offset: 0, length: 7 };
    expect(await inside.failure('mapping', 'read', range)).toMatchObject({ code: 'gone' });
  });

  test('is neither read nor written when the object lies elsewhere by now', async () => {
    const { holder, ref } = await replaced(true);
    const { content } = await inside.act('mapping', 'read', { ref, offset: 0, length: 6 });
    expect(text(content)).toBe('shared');
    await inside.act('mapping', 'write', { ref, offset: 0, content: bytes('written') });
    expect(await holder.run(PRIVATE)).toBe('private');
    expect(await holder.run('ctypes.string_at(moved, 7)')).toBe('written');
  });

  test('is not taken for the object of a process that has ended', async () => {
    const holder = await scene.posix();
    await holder.run(`m = mmap.mmap(-1, 8192); m[:6] = b'shared'\nchild = forked()`);
    const { ref } = must((await eye.rows('mapping')).find(has(holder.pid)));
    await holder.run('os.kill(child, 9); os.waitpid(child, 0)');
    holder.child.kill('SIGKILL');
    await holder.exited;
    const put = { ref, offset: 0, content: bytes('x') };
    expect(await inside.failure('mapping', 'write', put)).toMatchObject({ code: 'gone' });
  });
});

describe('file systems on which stat(2) tells another device than maps', () => {
  test('overlay', async (context) => {
    needsRoot(context, 'mounts');
    const folder = scene.folder();
    const mount = `mount -t tmpfs none ${folder} && cd ${folder} && mkdir low up work all && head -c 8192 /dev/zero > low/file && mount -t overlay none -o lowerdir=low,upperdir=up,workdir=work all && exec "$@"`;
    if (spawnSync('unshare', ['-m', 'sh', '-c', mount, 'sh', 'true']).status !== 0)
      context.skip('no overlay here');
    const first = await mapper(`${folder}/all/file`, { prefix: ['unshare', '-m', 'sh', '-c', mount, 'sh'] });
    const beside = ['nsenter', '-m', `-t${first.pid}`];
    const second = await mapper(`${folder}/all/file`, { prefix: beside });
    await first.run(`m[:5] = b'laid!'`);
    const found = must(await eye.named('mapping', `${folder}/all/file`));
    expect(found).toSatisfy(has(first.pid));
    expect(found).toSatisfy(has(second.pid));
    expect(found.bytes).toBe(8192);
    expect(
      text((await inside.act('mapping', 'read', { ref: found.ref, offset: 0, length: 5 })).content),
    ).toBe('laid!');
  });

  test('btrfs', async (context) => {
    needsRoot(context, 'mounts');
    needs(context, 'mkfs.btrfs');
    const folder = scene.folder();
    const image = join(scene.folder(), 'image');
    truncateSync(writeNew(image), 120 << 20);
    output('mkfs.btrfs', '-q', image);
    const mount = `mount -o loop ${image} ${folder} && head -c 8192 /dev/zero > ${folder}/file && exec "$@"`;
    const first = await mapper(`${folder}/file`, { prefix: ['unshare', '-m', 'sh', '-c', mount, 'sh'] });
    await mapper(`${folder}/file`, { prefix: ['nsenter', '-m', `-t${first.pid}`] });
    const found = must(await eye.named('mapping', `${folder}/file`));
    expect(found).toMatchObject({ bytes: 8192 });
    expect(found.endpoints).toHaveLength(2);
  });
});

function writeNew(path: string): string {
  writeFileSync(path, '');
  return path;
}

/** Holds a process-shared mutex at the head of a file (argv 1), or waits for it (argv 2 is `wait`). */
const MUTEX = `
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, open(argv[1], O_RDWR), 0);
  pthread_mutex_t *mutex = (pthread_mutex_t *)(memory + 64);
  if (strcmp(argv[2], "wait")) {
    pthread_mutexattr_t shared;
    pthread_mutexattr_init(&shared);
    pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    if (!strcmp(argv[2], "robust")) pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &shared);
  }
  puts("there");
  fflush(stdout);
  pthread_mutex_lock(mutex);
  if (strcmp(argv[2], "wait")) puts("held");
  fflush(stdout);
  pause();
}
`;

describe('who sleeps on it', () => {
  for (const sort of ['plain', 'robust'])
    test(`a ${sort} process-shared mutex: its owner, and that he has died`, async (context) => {
      needs(context, 'cc');
      const folder = scene.folder();
      writeFileSync(join(folder, 'mutex.c'), MUTEX);
      output('cc', '-o', join(folder, 'mutex'), join(folder, 'mutex.c'), '-lpthread');
      const path = file(Buffer.alloc(4096));
      const holder = await scene.posix();
      const start = `subprocess.Popen(['${folder}/mutex', '${path}', WHAT], stdout=subprocess.PIPE)`;
      await holder.run(`import subprocess
owner = ${start.replace('WHAT', `'${sort}'`)}
owner.stdout.readline(); owner.stdout.readline()
waiter = ${start.replace('WHAT', "'wait'")}
waiter.stdout.readline()`);
      const [owner, waiter] = (await holder.run('[owner.pid, waiter.pid]')) as [number, number];
      try {
        const locks = async () => (await eye.named('mapping', path, true))?.locks;
        const [lock] = await until(async () => {
          const all = await locks();
          return all && all.length > 0 ? all : undefined;
        });
        expect(lock).toEqual({
          offset: 64,
          what: 'mutex',
          waiters: 1,
          owner: { tid: owner, pid: owner, now: 'lives' },
        });
        const ends = must(await eye.named('mapping', path)).endpoints ?? [];
        expect(ends.find(({ pid }) => pid === waiter)?.waits?.map(said)).toMatchObject([
          { tid: waiter, call: 'futex', arguments: ['at 64'] },
        ]);
        if (sort === 'robust') return;
        await holder.run('owner.kill(); owner.wait()');
        const folders = [path.slice(0, path.lastIndexOf('/'))];
        const [left] = (await eye.rows('mapping', [], { folders })).filter(({ name }) => name === path);
        const closely = must(
          (await eye.rows('mapping', [must(left).ref], { folders })).find(({ ref }) => ref === left?.ref),
        );
        expect(closely.locks).toMatchObject([
          { offset: 64, what: 'mutex', owner: { tid: owner, now: 'gone' } },
        ]);
      } finally {
        await holder.run('[one.kill() or one.wait() for one in (owner, waiter)]');
      }
    });
});

test('what is a mapping of its own kind is none of these', async () => {
  const holder = await scene.posix();
  const name = scene.name();
  await holder.run(`f = os.open('/dev/shm/${name}', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096); m = mapped(f, 4096); s = sem_make('/${name}', 1)
child = forked()`);
  expect((await eye.rows('mapping')).filter(has(holder.pid))).toEqual([]);
  expect(existsSync(`/dev/shm/${name}`)).toBe(true);
});
