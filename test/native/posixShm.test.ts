/** Shared memory objects and whatever else lies in /dev/shm: what is seen, that looking leaves it as it was, and what the acts do. */
import { setTimeout } from 'node:timers/promises';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import { AS_NOBODY, needsRoot } from '../support/oracles';
import { type TestHelper } from '../support/helper';
import { must, posixStage } from '../support/posix';
import { until } from '../support/until';

const { eye, inside, scene, helper } = await posixStage();

const text = (content: string) => Buffer.from(fromBytes(content as never)).toString('latin1');
const bytes = (content: string) => toBytes(Buffer.from(content, 'latin1'));
const GIB = 2 ** 30;

/** An object that nobody has open. */
async function object(content: string | Buffer, mode = 0o600) {
  const name = scene.name();
  const file = `/dev/shm/${name}`;
  writeFileSync(file, content, { mode });
  const find = async (closely = false) => must(await eye.named('posix.shm', `/${name}`, closely));
  return { name, file, find, ref: (await find()).ref };
}

describe('what is seen', () => {
  test('size, memory, time, owner and mode are what stat(2) says', async () => {
    const { file, find } = await object('hello', 0o640);
    truncateSync(file, 1_000_000);
    const { size, blocks, mtimeMs, uid, gid, dev, ino } = statSync(file);
    expect(await find()).toMatchObject({
      type: 'file',
      bytes: size,
      allocated: blocks * 512,
      writtenAt: Math.floor(mtimeMs),
      owner: { uid, gid },
      mode: 0o640,
      device: String(dev),
      inode: String(ino),
      flags: [],
      endpoints: [],
    });
  });

  test('who has it open and who has it mapped, where and with which rights', async () => {
    const { file, find } = await object(Buffer.alloc(12_288, 'x'));
    const holder = await scene.posix();
    await holder.run(
      `f = os.open('${file}', os.O_RDWR); m = mapped(f, 8192); r = mmap.mmap(f, 4096, mmap.MAP_SHARED, mmap.PROT_READ, offset=4096)`,
    );
    const { endpoints = [] } = await find();
    expect(endpoints.filter(({ role }) => role === 'open')).toEqual(
      expect.arrayContaining([
        {
          pid: holder.pid,
          startTime: holder.startTime,
          fd: await holder.run('f'),
          role: 'open',
          rights: 'rw',
        },
      ]),
    );
    const lines = readFileSync(`/proc/${holder.pid}/maps`, 'latin1')
      .split('\n')
      .filter((line) => line.endsWith(file));
    const mapped = endpoints.filter(({ role }) => role === 'mapped');
    expect(mapped.map(({ address, rights, offset = 0 }) => [address, rights, Number(offset)])).toEqual(
      lines.map((line) => {
        const [address, rights, offset = ''] = line.split(/ +/);
        return [address, rights, parseInt(offset, 16)];
      }),
    );
    expect(mapped.map(({ rights }) => rights).sort()).toEqual(['r--s', 'rw-s']);
  });

  test('one that is unlinked lives with who has it, mapped or open', async () => {
    const { name, file, ref } = await object(Buffer.alloc(4096, 'y'));
    const holder = await scene.posix();
    await holder.run(
      `f = os.open('${file}', os.O_RDWR); m = mapped(f, 4096); os.close(f); os.unlink('${file}')`,
    );
    const find = async () => (await eye.rows('posix.shm')).find((one) => one.ref === ref);
    expect(await find()).toMatchObject({ name: `/${name}`, flags: ['unlinked'] });
    expect((await find())?.endpoints?.some(({ pid, role }) => pid === holder.pid && role === 'mapped')).toBe(
      true,
    );
    await holder.run('m.close()');
    await until(async () => (await find()) === undefined);
  });

  test('a new one by the same name is another', async () => {
    const { name, file, ref } = await object('a');
    const holder = await scene.posix();
    await holder.run(`f = os.open('${file}', os.O_RDWR); os.unlink('${file}')`);
    writeFileSync(file, 'b');
    const all = (await eye.rows('posix.shm')).filter((one) => one.name === `/${name}`);
    expect(all).toHaveLength(2);
    expect(all.find((one) => one.ref === ref)?.flags).toEqual(['unlinked']);
    expect(all.find((one) => one.ref !== ref)).toMatchObject({ flags: [], endpoints: [] });
  });

  test('one in the folder of another mount namespace', async (context) => {
    needsRoot(context, 'mounts');
    const holder = await scene.posix([
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount -t tmpfs none /dev/shm && exec "$@"',
      'sh',
    ]);
    const name = scene.name();
    await holder.run(
      `f = os.open('/dev/shm/${name}', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096); m = mapped(f, 4096); m[:2] = b'hi'`,
    );
    const found = must(await eye.named('posix.shm', `/${name}`));
    expect(found).toMatchObject({ flags: ['elsewhere'], bytes: 4096 });
    const { content } = await inside.act('posix.shm', 'read', { ref: found.ref, offset: 0, length: 2 });
    expect(text(content)).toBe('hi');
    expect(await inside.failure('posix.shm', 'destroy', { ref: found.ref })).toMatchObject({
      code: 'gone',
    });
  });

  test('who made it, and that he has ended', async () => {
    const child = spawn('sleep', ['600']);
    const pid = child.pid ?? 0;
    const file = `/dev/shm/pym-${pid}-ipctest`;
    scene.later(file);
    // A process is known by the tick in which it began.
    await setTimeout(30);
    writeFileSync(file, 'x');
    const made = async () => must(await eye.named('posix.shm', `/pym-${pid}-ipctest`)).maker;
    expect(await made()).toEqual({ program: 'Python multiprocessing', pid, now: 'lives' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await made()).toEqual({ program: 'Python multiprocessing', pid, now: 'gone' });
  });
});

describe('whatever somebody puts there is shown as what it is, and nothing hangs or is followed', () => {
  const secret = '/etc/hostname';
  const put: Record<string, (file: string) => void> = {
    directory: (file) => mkdirSync(file),
    fifo: (file) => void spawnSync('mkfifo', [file]),
    link: (file) => symlinkSync(secret, file),
    socket: (file) =>
      void spawnSync('python3', ['-c', `import socket; socket.socket(socket.AF_UNIX).bind('${file}')`]),
  };

  for (const [type, make] of Object.entries(put))
    for (const prefix of ['', 'sem.'])
      test(`a ${type}${prefix ? ' by the name of a semaphore' : ''}`, async () => {
        const name = `${prefix}${scene.name()}`;
        const file = `/dev/shm/${name}`;
        make(file);
        const before = lstatSync(file, { bigint: true });
        const found = must(await eye.named('posix.shm', `/${name}`, true));
        expect(found).toMatchObject({ type, flags: ['notMemory'], mode: Number(before.mode) & 0o777 });
        expect(found).not.toHaveProperty('bytes');
        const { ref } = found;
        const refused = { code: 'unsupported', detail: { why: 'notMemory' } };
        expect(await inside.failure('posix.shm', 'read', { ref, offset: 0, length: 1 })).toEqual(refused);
        expect(await inside.failure('posix.shm', 'write', { ref, offset: 0, content: bytes('x') })).toEqual(
          refused,
        );
        expect(await inside.failure('posix.shm', 'resize', { ref, bytes: 0 })).toEqual(refused);
        expect(lstatSync(file, { bigint: true })).toEqual(before);
        if (type === 'directory') {
          expect(await inside.failure('posix.shm', 'destroy', { ref })).toMatchObject({ errno: 'EISDIR' });
          expect(existsSync(file)).toBe(true);
        } else {
          await inside.act('posix.shm', 'destroy', { ref });
          expect(lstatSync(file, { throwIfNoEntry: false })).toBeUndefined();
        }
        expect(existsSync(secret)).toBe(true);
      });

  test('a device', async (context) => {
    needsRoot(context, 'makes a device');
    const name = scene.name();
    spawnSync('mknod', [`/dev/shm/${name}`, 'c', '1', '3']);
    expect(must(await eye.named('posix.shm', `/${name}`))).toMatchObject({
      type: 'device',
      flags: ['notMemory'],
    });
  });

  test.each([0, 1, 16, 31, 33])('a file of %i bytes by the name of a semaphore', async (size) => {
    const name = `sem.${scene.name()}`;
    writeFileSync(`/dev/shm/${name}`, Buffer.alloc(size, 0xff));
    expect(must(await eye.named('posix.shm', `/${name}`))).toMatchObject({ type: 'file', bytes: size });
    expect(await eye.named('posix.sem', `/${name.slice(4)}`)).toBeUndefined();
  });

  test('a file of 32 bytes that are no semaphore', async () => {
    const name = `sem.${scene.name()}`;
    writeFileSync(`/dev/shm/${name}`, Buffer.alloc(32, 0xff));
    expect(must(await eye.named('posix.shm', `/${name}`)).bytes).toBe(32);
  });

  test.each(['\n', '\xff', ' (deleted)', '\x1b[31m', '"$(touch x)'])(
    'a name that ends in %j',
    async (end) => {
      const raw = Buffer.concat([Buffer.from('/dev/shm/'), Buffer.from(`${scene.name()}${end}`, 'latin1')]);
      writeFileSync(raw, 'odd');
      scene.later(raw as unknown as string);
      const ino = String(statSync(raw).ino);
      const found = must((await eye.rows('posix.shm')).find(({ inode }) => inode === ino));
      if (end === '\xff') expect(found.nameBytes).toBe(toBytes(raw.subarray(9)));
      else expect(found.name).toBe(`/${raw.subarray(9).toString()}`);
      expect(found.flags).toEqual([]);
      expect(
        text((await inside.act('posix.shm', 'read', { ref: found.ref, offset: 0, length: 9 })).content),
      ).toBe('odd');
      await inside.act('posix.shm', 'destroy', { ref: found.ref });
      expect(existsSync(raw)).toBe(false);
    },
  );

  test('a file in a folder there is a mapping, and none of these', async () => {
    const folder = scene.name();
    mkdirSync(`/dev/shm/${folder}`);
    const file = `/dev/shm/${folder}/x`;
    writeFileSync(file, 'x'.repeat(4096));
    for (const holder of [await scene.posix(), await scene.posix()])
      await holder.run(`m = mapped(os.open('${file}', os.O_RDWR), 4096)`);
    const ino = String(statSync(file).ino);
    expect((await eye.rows('posix.shm')).some(({ inode }) => inode === ino)).toBe(false);
    expect(await eye.named('mapping', file)).toMatchObject({ what: 'file', inode: ino });
  });

  test('names that change all the time', async () => {
    const { file } = await object('x'.repeat(32));
    const stop = Date.now() + 1500;
    let looks = 0;
    const child = spawn('python3', [
      '-c',
      `import os, sys, threading
a, b = sys.argv[1], sys.argv[1] + '-b'
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True:
    os.rename(a, b); os.mkfifo(a); os.rename(b, a)`,
      file,
    ]);
    scene.later(`${file}-b`);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      for (; Date.now() < stop || looks < 5; looks++) await eye.rows('posix.shm');
    } finally {
      child.stdin.end();
      await ended;
    }
    expect(looks).toBeGreaterThanOrEqual(5);
  });
});

describe('looking', () => {
  test('leaves size, memory and times as they were', async () => {
    const { file, ref, find } = await object('content');
    truncateSync(file, 100_000);
    const before = statSync(file, { bigint: true });
    for (let round = 0; round < 10; round++) {
      await find(true);
      await inside.act('posix.shm', 'read', { ref, offset: 0, length: 65_536 });
    }
    expect(statSync(file, { bigint: true })).toEqual(before);
  });

  test('at ranges of a sparse object of 4 GiB allocates nothing', async () => {
    const { file, ref } = await object('');
    truncateSync(file, 4 * GIB);
    const holder = await scene.posix();
    await holder.run(`f = os.open('${file}', os.O_RDWR); os.pwrite(f, b'island', ${2 * GIB + 100})`);
    const { blocks } = statSync(file);
    for (const offset of [0, GIB, 2 * GIB - 8192, 3 * GIB + 1, 4 * GIB - 10]) {
      const read = await inside.act('posix.shm', 'read', { ref, offset, length: 65_536 });
      const end = Math.min(4 * GIB, offset + 65_536);
      expect(read.pieces.at(0)?.from).toBe(offset);
      expect(read.pieces.at(-1)?.to).toBe(end);
      if (offset !== 2 * GIB - 8192)
        expect(read.pieces).toEqual([{ from: offset, to: end, state: 'untouched' }]);
    }
    const island = await inside.act('posix.shm', 'read', { ref, offset: 2 * GIB + 90, length: 20 });
    expect(text(island.content)).toBe(`${'\0'.repeat(10)}island${'\0'.repeat(4)}`);
    expect(statSync(file).blocks).toBe(blocks);
    expect(await inside.failure('posix.shm', 'read', { ref, offset: 4 * GIB, length: 1 })).toMatchObject({
      code: 'outside',
    });
  });
});

describe('acts', () => {
  test('create, with exactly the mode that was asked for; never over anything', async () => {
    const name = scene.name();
    const { ref } = await inside.act('posix.shm', 'create', {
      name: `/${name}`,
      mode: 0o666,
      bytes: 5_000_000,
    });
    expect(must(await eye.named('posix.shm', `/${name}`))).toMatchObject({
      ref,
      bytes: 5_000_000,
      allocated: 0,
      mode: 0o666,
    });
    const again = { name: `/${name}`, mode: 0o600, bytes: 1 };
    expect(await inside.failure('posix.shm', 'create', again)).toMatchObject({ errno: 'EEXIST' });
    const trap = scene.name();
    symlinkSync(`/dev/shm/${trap}-target`, `/dev/shm/${trap}`);
    expect(await inside.failure('posix.shm', 'create', { ...again, name: `/${trap}` })).toMatchObject({
      errno: 'EEXIST',
    });
    expect(existsSync(`/dev/shm/${trap}-target`)).toBe(false);
    const huge = { name: `/${scene.name()}`, mode: 0o600, bytes: Number.MAX_SAFE_INTEGER };
    const failed = await inside.act('posix.shm', 'create', huge).then(
      () => 'made',
      () => 'failed',
    );
    if (failed === 'failed') expect(existsSync(`/dev/shm${huge.name}`)).toBe(false);
  });

  test('write, put back, and never past the end', async () => {
    const { file, ref } = await object('0123456789');
    const write = (offset: number, content: string) =>
      inside.act('posix.shm', 'write', { ref, offset, content: bytes(content) });
    const { before } = await write(3, 'abc');
    expect(readFileSync(file, 'latin1')).toBe('012abc6789');
    await write(3, text(before));
    expect(readFileSync(file, 'latin1')).toBe('0123456789');
    expect(
      await inside.failure('posix.shm', 'write', { ref, offset: 8, content: bytes('abc') }),
    ).toMatchObject({ code: 'outside' });
    expect(readFileSync(file, 'latin1')).toBe('0123456789');
  });

  test('resize', async () => {
    const { file, ref, find } = await object('0123456789');
    expect(await inside.act('posix.shm', 'resize', { ref, bytes: 4 })).toEqual({ before: 10 });
    expect(readFileSync(file, 'latin1')).toBe('0123');
    await inside.act('posix.shm', 'resize', { ref, bytes: 8192 });
    expect((await find()).bytes).toBe(8192);
  });

  test('somebody who cuts it short all the time ends nobody', async () => {
    const { file, ref } = await object('x'.repeat(65_536));
    const holder = await scene.posix();
    await holder.run(`
def cutting():
    f = os.open('${file}', os.O_RDWR)
    while True: os.ftruncate(f, 0); os.ftruncate(f, 65536)
background(cutting)`);
    for (let round = 0; round < 300; round++)
      await inside.act('posix.shm', 'read', { ref, offset: 0, length: 65_536 }).catch((error: unknown) => {
        expect(String(error)).toMatch(/outside|gone/);
      });
  });

  test('destroy takes the name of this very object', async () => {
    const { file, ref } = await object('first');
    renameSync(file, `${file}-moved`);
    scene.later(`${file}-moved`);
    writeFileSync(file, 'second');
    await inside.act('posix.shm', 'destroy', { ref });
    expect(existsSync(`${file}-moved`)).toBe(false);
    expect(readFileSync(file, 'latin1')).toBe('second');
    expect(await inside.failure('posix.shm', 'destroy', { ref })).toMatchObject({
      code: 'gone',
    });
  });

  test("a plain user's acts on another's are refused, and leave it", async (context) => {
    needsRoot(context, 'runs as nobody');
    const { file, ref } = await object('mine', 0o644);
    const one = helper(AS_NOBODY);
    expect(text((await one.act('posix.shm', 'read', { ref, offset: 0, length: 10 })).content)).toBe('mine');
    const acts = [
      one.act('posix.shm', 'write', { ref, offset: 0, content: bytes('x') }),
      one.act('posix.shm', 'resize', { ref, bytes: 0 }),
      one.act('posix.shm', 'destroy', { ref }),
    ];
    for (const act of acts) expect((await one.failure(act)).errno).toMatch(/EACCES|EPERM/);
    expect(readFileSync(file, 'latin1')).toBe('mine');
  });
});

describe('a /dev/shm that may not be listed', () => {
  /** A helper of a plain user, and its /dev/shm of these mount options. */
  function within(options: string): TestHelper {
    const script = `mount -t tmpfs -o ${options} none /dev/shm && echo content > /dev/shm/there && exec "$@"`;
    return helper(['unshare', '-m', 'sh', '-c', script, 'sh', ...AS_NOBODY]);
  }
  const look = (helper: TestHelper) =>
    helper.request('changes', {
      ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
      interest: { levels: { 'posix.shm': 'rows', 'posix.sem': 'count' }, details: [] },
    });
  const wholes = ({ blind }: Awaited<ReturnType<typeof look>>) =>
    blind.filter(({ field, ref }) => field === undefined && ref === undefined);

  test('is not said to be empty, and what a process has of it is seen', async (context) => {
    needsRoot(context, 'mounts');
    const helper = within('mode=1733');
    const before = await look(helper);
    expect(before.counts).not.toHaveProperty(['posix.shm']);
    expect(before.counts).not.toHaveProperty(['posix.sem']);
    expect(wholes(before)).toEqual([
      { kind: 'posix.sem', code: 'denied' },
      { kind: 'posix.shm', code: 'denied' },
    ]);
    const holder = await scene.posix(['nsenter', '-m', `-t${helper.child.pid}`, ...AS_NOBODY]);
    await holder.run(
      `f = os.open('/dev/shm/mine', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096); checked(libc.mmap(None, 4096, 3, 1, f, 0)); os.close(f)`,
    );
    const after = await look(helper);
    expect(after.counts).not.toHaveProperty(['posix.shm']);
    expect(after.added.filter(({ kind }) => kind === 'posix.shm')).toMatchObject([
      { name: '/mine', flags: [], endpoints: [{ pid: holder.pid, role: 'mapped' }] },
    ]);
  });

  test('and one that may be is counted', async (context) => {
    needsRoot(context, 'mounts');
    const found = await look(within('mode=1777'));
    expect(found.counts['posix.shm']).toBe(1);
    expect(found.counts['posix.sem']).toBe(0);
    expect(wholes(found)).toEqual([]);
  });
});
