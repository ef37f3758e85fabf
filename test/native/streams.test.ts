/** Pipes and FIFOs of other processes: what looking leaves as it was, and what the acts on FIFOs do, whoever interferes. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepare } from '../../src/native/libc/load';
import { readFifo, writeFifo } from '../../src/native/mechanisms/stream/fifoReadWrite';
import { destroyFifo } from '../../src/native/mechanisms/stream/fifoDestroy';
import { createFifo, fifoIdentity, openFifoFor } from '../../src/native/mechanisms/stream/fifoFile';
import { setCapacity, streamNumbers } from '../../src/native/mechanisms/stream/numbers';
import { peekStream } from '../../src/native/mechanisms/stream/peek';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import { asFailure, type Failure } from '../../src/protocol/errors';
import { needsRoot } from '../support/oracles';
import { asNobody, identityByNode, pipeOf, Scene, sleeps, WaitingChild } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
beforeAll(prepare);
afterEach(async () => {
  await scene.clean();
  delete process.env.IPC_INSPECTOR_PRETEND_YAMA;
});

function failure(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    return asFailure(error);
  }
  throw new Error('no failure');
}
const rejection = (act: Promise<unknown>): Promise<Failure> =>
  act.then(() => Promise.reject(new Error('no failure')), asFailure);
/** Those of ours that are pipes, FIFOs, pidfds or files; the sockets to other processes come and go. */
const ownDescriptors = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const link = readlinkSync(`/proc/self/fd/${fd}`);
      return link.startsWith('socket:') ? [] : [link];
    } catch {
      // The listing itself.
      return [];
    }
  });
const textOf = (content: string) => Buffer.from(fromBytes(content as never)).toString('latin1');
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A FIFO of ours in a folder of its own. */
function fifo(name = 'fifo', mode = 0o600) {
  const path = join(scene.folder(), name);
  const identity = createFifo(path, mode);
  return { path, identity, stream: { inode: identity.inode, file: identity } };
}

for (const way of ['copied', 'reopened'] as const)
  describe(`looking through a descriptor that is ${way}`, () => {
    beforeEach(() => {
      if (way === 'reopened') process.env.IPC_INSPECTOR_PRETEND_YAMA = '1';
    });

    for (const made of ['os.pipe()', 'os.pipe2(os.O_NONBLOCK)'])
      test(`${made}: content, order, counters and flags stay, and its owner reads everything afterwards`, async () => {
        const holder = scene.holder();
        const { stream, read, write, reader, writer } = await pipeOf(holder, made);
        const content = randomBytes(60_000);
        const file = join(scene.folder(), 'content');
        writeFileSync(file, content);
        await holder.run(`os.write(w, open(${JSON.stringify(file)}, 'rb').read())`);
        const descriptors = ownDescriptors();
        const before = [holder.flags(read), holder.flags(write), await holder.run('unread(r)')];
        for (let round = 0; round < 20; round++) {
          const peeked = peekStream(stream, [writer, reader], 1 << 20);
          expect(Buffer.from(fromBytes(peeked.content)).equals(content)).toBe(true);
          expect(peeked).toMatchObject({ unread: 60_000, capacity: 65_536 });
          expect(peeked.packets).toBeUndefined();
          expect(peekStream(stream, [reader], 7)).toMatchObject({
            content: toBytes(content.subarray(0, 7)),
            unread: 60_000,
          });
          expect(streamNumbers(stream, [reader, writer])).toEqual({
            unread: 60_000,
            capacity: 65_536,
            packet: false,
            readable: true,
            writable: true,
            hangup: false,
            error: false,
          });
        }
        expect([holder.flags(read), holder.flags(write), await holder.run('unread(r)')]).toEqual(before);
        expect(ownDescriptors()).toEqual(descriptors);
        expect(await holder.run('os.read(r, 1 << 20)')).toBe(content.toString('latin1'));
        expect(await holder.run('unread(r)')).toBe(0);
      });

    test('full and empty', async () => {
      const holder = scene.holder();
      const { stream, reader, writer } = await pipeOf(holder, 'os.pipe2(os.O_NONBLOCK)');
      expect(peekStream(stream, [reader], 100)).toMatchObject({ content: '', unread: 0, capacity: 65_536 });
      expect(streamNumbers(stream, [reader, writer])).toMatchObject({ readable: false, writable: true });
      expect(await holder.run(`os.write(w, b'x' * 65536)`)).toBe(65_536);
      expect(streamNumbers(stream, [reader, writer])).toMatchObject({ readable: true, writable: false });
      expect(fromBytes(peekStream(stream, [reader], 1 << 20).content).length).toBe(65_536);
      expect(await holder.run(`os.write(w, b'x')`)).toEqual({ error: 'EAGAIN' });
    });

    test('packets are told apart, and full comes by slots', async () => {
      const holder = scene.holder();
      const { stream, reader, writer } = await pipeOf(holder, 'os.pipe2(os.O_DIRECT | os.O_NONBLOCK)');
      await holder.run(`[os.write(w, b'p' * n) for n in (1, 2, 300, 4096)]`);
      const { content, packets, unread } = peekStream(stream, [reader], 1 << 20);
      expect([packets, unread, content.length]).toEqual([[1, 2, 300, 4096], 4399, 5868]);
      // Cut within a packet: its length is still told whole.
      const cut = peekStream(stream, [reader], 10);
      expect([cut.packets, textOf(cut.content), cut.unread]).toEqual([[1, 2, 300], 'p'.repeat(10), 4399]);
      await holder.run(`[os.write(w, b'q') for n in range(12)]`);
      expect(streamNumbers(stream, [reader, writer])).toMatchObject({
        packet: true,
        writable: false,
        unread: 4411,
      });
      expect(await holder.run('[len(os.read(r, 5000)) for n in range(4)]')).toEqual([1, 2, 300, 4096]);
    });

    test('packets that the writer alone asked for', async () => {
      const holder = scene.holder();
      const { stream, reader } = await pipeOf(holder);
      await holder.run('fcntl.fcntl(w, fcntl.F_SETFL, os.O_DIRECT)');
      await holder.run(`[os.write(w, b'p' * n) for n in (5, 6)]`);
      expect(peekStream(stream, [reader], 100).packets).toEqual([5, 6]);
    });

    test('a pipe that is larger than ours at first', async () => {
      const holder = scene.holder();
      const { stream, reader } = await pipeOf(holder, 'os.pipe2(os.O_NONBLOCK)');
      await holder.run(`fcntl.fcntl(w, 1031, 1 << 20)`);
      // Each in a slot of its own.
      await holder.run(`fcntl.fcntl(w, fcntl.F_SETFL, os.O_DIRECT | os.O_NONBLOCK)`);
      await holder.run(`[os.write(w, b'x') for n in range(256)]`);
      const { content, packets } = peekStream(stream, [reader], 1 << 20);
      expect([textOf(content).length, packets?.length]).toEqual([256, 256]);
    });

    test('no writer and no reader are proved', async () => {
      const holder = scene.holder();
      const one = await pipeOf(holder);
      await holder.run(`os.write(w, b'rest'); os.close(w)`);
      expect(streamNumbers(one.stream, [one.reader])).toEqual({
        unread: 4,
        capacity: 65_536,
        packet: false,
        readable: true,
        hangup: true,
      });
      const other = await pipeOf(holder);
      await holder.run(`os.close(r)`);
      expect(streamNumbers(other.stream, [other.writer])).toMatchObject({ error: true });
      expect(failure(() => peekStream(other.stream, [other.writer], 10, false))).toMatchObject({
        code: 'disturbs',
        detail: { why: 'noReader' },
      });
    });

    test('no writer and no reader of a FIFO', async () => {
      const { path, stream } = fifo();
      const holder = scene.holder();
      await holder.run(
        `r = os.open(${JSON.stringify(path)}, os.O_RDONLY | os.O_NONBLOCK); w = os.open(${JSON.stringify(path)}, os.O_WRONLY)`,
      );
      const [r, w] = (await holder.run('(r, w)')) as [number, number];
      const ends = [holder.end(r, 'reader'), holder.end(w, 'writer')];
      expect(streamNumbers(stream, ends)).toMatchObject({ hangup: false, error: false });
      await holder.run(`os.close(w)`);
      expect(streamNumbers(stream, ends)).toMatchObject({ unread: 0, hangup: true });
      await holder.run(`w = os.open(${JSON.stringify(path)}, os.O_WRONLY); os.write(w, b'x'); os.close(r)`);
      const numbers = streamNumbers(stream, ends);
      expect(numbers).toMatchObject({ error: true });
      expect(await holder.run(`os.write(w, b'x')`)).toEqual({ error: 'EPIPE' });
    });

    test('a writer without a reader still dies of SIGPIPE while we look without pause', async () => {
      const holder = scene.holder();
      const { stream, reader, writer } = await pipeOf(holder);
      await holder.run('signal.signal(signal.SIGPIPE, signal.SIG_DFL); os.close(r)');
      void holder.run(`(time.sleep(0.2), os.write(w, b'x'))`);
      let ended = false;
      void holder.exited.then(() => (ended = true));
      await until(async () => {
        for (let round = 0; round < 50; round++) {
          streamNumbers(stream, [reader, writer]);
          failure(() => peekStream(stream, [reader, writer], 100));
        }
        await pause(0);
        return ended;
      });
      expect(await holder.exited).toBe('SIGPIPE');
    });

    test('a blocked opener is not released by looking', async () => {
      for (const flags of ['os.O_RDONLY', 'os.O_WRONLY']) {
        const { path, stream } = fifo();
        const holder = scene.holder();
        void holder.run(`os.open(${JSON.stringify(path)}, ${flags})`);
        await until(() => sleeps(holder.pid, /wait_for_partner/));
        const ends = [{ pid: holder.pid, startTime: holder.startTime, role: 'waiter' as const }];
        for (let round = 0; round < 50; round++) {
          expect(fifoIdentity(path).inode).toBe(stream.inode);
          expect(streamNumbers(stream, ends)).toBe('gone');
          expect(failure(() => peekStream(stream, ends, 10)).code).toBe('disturbs');
          expect(failure(() => setCapacity(stream, ends, 8192, false)).detail).toEqual({ why: 'noHolder' });
        }
        await pause(50);
        expect(sleeps(holder.pid, /wait_for_partner/)).toBe(true);
      }
    });

    test('a descriptor that is another by now is not looked through', async () => {
      const holder = scene.holder();
      const { stream, reader, writer, read, write } = await pipeOf(holder);
      const other = scene.holder();
      await pipeOf(other);
      const descriptors = ownDescriptors();
      const late = { ...reader, startTime: '1' };
      expect(streamNumbers(stream, [late])).toBe('gone');
      expect(failure(() => peekStream(stream, [late], 1)).code).toBe('gone');
      // The write end under the number of the read end, then another pipe under both.
      await holder.run(`os.dup2(${write}, ${read})`);
      expect(failure(() => peekStream(stream, [reader], 1)).code).toBe('gone');
      await holder.run(`a, b = os.pipe(); os.dup2(a, ${read}); os.dup2(b, ${write})`);
      expect(streamNumbers(stream, [reader, writer])).toBe('gone');
      expect(failure(() => setCapacity(stream, [reader, writer], 8192)).code).toBe('gone');
      await holder.run(`os.close(${read}); os.close(${write})`);
      expect(streamNumbers(stream, [reader, writer])).toBe('gone');
      holder.child.kill('SIGKILL');
      await holder.exited;
      expect(streamNumbers(stream, [reader, writer])).toBe('gone');
      expect(ownDescriptors()).toEqual(descriptors);
    });

    test('one end that has gone does not hide the next', async () => {
      const holder = scene.holder();
      const { stream, reader, writer } = await pipeOf(holder);
      const gone = holder.end(999, 'reader');
      await holder.run(`os.write(w, b'x')`);
      expect(textOf(peekStream(stream, [gone, writer, reader], 10).content)).toBe('x');
    });

    test('a thread with a table of its own', async () => {
      const holder = scene.holder();
      // unshare(2) of CLONE_FILES: from then on its numbers are others than the process's.
      await holder.run(
        [
          'import ctypes',
          'told = []',
          'def apart():',
          '    ctypes.CDLL(None).unshare(0x400)',
          '    r, w = os.pipe(); os.write(w, b"apart")',
          '    told.extend([threading.get_native_id(), r, os.fstat(r).st_ino]); time.sleep(1000)',
          'threading.Thread(target=apart, daemon=True).start()',
          'while len(told) < 3: time.sleep(0.01)',
        ].join('\n'),
      );
      const [tid, fd, inode] = (await holder.run('told')) as [number, number, number];
      const reader = holder.end(fd, 'reader');
      const stream = { inode: String(inode) };
      expect(streamNumbers(stream, [reader])).toBe('gone');
      expect(textOf(peekStream(stream, [{ ...reader, tid }], 10).content)).toBe('apart');
    });

    test('capacity', async () => {
      const holder = scene.holder();
      const { stream, reader, writer } = await pipeOf(holder);
      expect(setCapacity(stream, [reader, writer], 5000)).toBe(8192);
      expect(setCapacity(stream, [writer], 1)).toBe(4096);
      expect(await holder.run('fcntl.fcntl(r, 1032)')).toBe(4096);
      expect(setCapacity(stream, [reader], 65_536)).toBe(65_536);
      await holder.run(`os.write(w, b'x' * 20000)`);
      expect(failure(() => setCapacity(stream, [reader], 4096))).toMatchObject({
        errno: 'EBUSY',
        detail: { unread: 20_000 },
      });
      expect(failure(() => setCapacity(stream, [reader], 2 ** 32 + 4096)).errno).toBe('EINVAL');
      expect(await holder.run('(unread(r), fcntl.fcntl(r, 1032))')).toEqual([20_000, 65_536]);
    });
  });

test('a process that we may not ask gives codes, not numbers', async (context) => {
  needsRoot(context, 'somebody else must hold it');
  const holder = scene.holder();
  const { stream, reader, writer } = await pipeOf(holder);
  const { path } = fifo();
  await holder.run(`os.write(w, b'secret')`);
  const said = asNobody(`
    import { prepare } from './src/native/libc/load';
    import { streamNumbers, setCapacity } from './src/native/mechanisms/stream/numbers';
    import { peekStream } from './src/native/mechanisms/stream/peek';
    import { createFifo, fifoIdentity } from './src/native/mechanisms/stream/fifoFile';
    import { readFifo, writeFifo } from './src/native/mechanisms/stream/fifoReadWrite';
    import { destroyFifo } from './src/native/mechanisms/stream/fifoDestroy';
    import { asFailure } from './src/protocol/errors';
    const [stream, ends, path] = ${JSON.stringify([stream, [reader, writer], path])};
    const failure = async (act: () => unknown) => { try { return { value: await act() }; } catch (error) { return asFailure(error); } };
    void prepare().then(async () => console.log(JSON.stringify([
      streamNumbers(stream, ends),
      await failure(() => peekStream(stream, ends, 10)),
      await failure(() => setCapacity(stream, ends, 8192)),
      await failure(() => createFifo('/root/fifo', 0o600)),
      await failure(() => readFifo(fifoIdentity(path), path, 10)),
      await failure(() => writeFifo(fifoIdentity(path), path, Buffer.from('x'))),
      await failure(() => destroyFifo(fifoIdentity(path), path)),
    ])));
  `);
  expect(said).toMatchObject([
    'denied',
    { code: 'disturbs', detail: { why: 'denied' } },
    { code: 'errno', errno: 'EPERM' },
    { code: 'errno', errno: 'EACCES' },
    { code: 'errno', call: 'open', errno: 'EACCES' },
    { code: 'errno', call: 'open', errno: 'EACCES' },
    { code: 'errno', call: 'rename', errno: 'EACCES' },
  ]);
  expect(existsSync(path)).toBe(true);
  expect(await holder.run('os.read(r, 100)')).toBe('secret');
});

test('above the limit a plain user is told it', (context) => {
  needsRoot(context, 'to become somebody without rights');
  const limit = Number(readFileSync('/proc/sys/fs/pipe-max-size', 'latin1'));
  const said = asNobody(`
    import { prepare } from './src/native/libc/load';
    import { makePipe } from './src/native/libc/fd';
    import { setCapacity } from './src/native/mechanisms/stream/numbers';
    import { startTimeOf } from './test/support/streams';
    import { readlinkSync } from 'node:fs';
    import { asFailure } from './src/protocol/errors';
    void prepare().then(() => {
      const { write } = makePipe();
      const stream = { inode: /\\d+/.exec(readlinkSync('/proc/self/fd/' + write))![0] };
      const end = { pid: process.pid, startTime: startTimeOf(process.pid), fd: write, role: 'writer' as const };
      let failure: unknown;
      try { setCapacity(stream, [end], ${limit * 2}); } catch (error) { failure = asFailure(error); }
      console.log(JSON.stringify(failure ?? null));
    });
  `);
  expect(said).toMatchObject({ code: 'errno', errno: 'EPERM', detail: { limit } });
});

describe('FIFOs by their file', () => {
  test('create: the mode that was asked for, any name, never over what is there', () => {
    const folder = scene.folder();
    const before = process.umask(0o077);
    try {
      for (const [name, mode] of [
        ['plain', 0o666],
        ['new\nline', 0o640],
        ['-rf $(x)', 0],
      ] as const) {
        const path = join(folder, name);
        const identity = createFifo(path, mode);
        const { mode: found } = statSync(path);
        expect([statSync(path).isFIFO(), found & 0o7777]).toEqual([true, mode]);
        expect(identity).toMatchObject(identityByNode(path));
        expect(fifoIdentity(path)).toEqual(identity);
      }
      expect(process.umask(0o077)).toBe(0o077);
    } finally {
      process.umask(before);
    }
    const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]);
    expect(createFifo(bytes, 0o600)).toEqual(fifoIdentity(bytes));
    symlinkSync('nowhere', join(folder, 'dangling'));
    for (const name of ['plain', 'dangling'])
      expect(failure(() => createFifo(join(folder, name), 0o600))).toMatchObject({
        call: 'mkfifo',
        errno: 'EEXIST',
      });
    expect(failure(() => createFifo(join(folder, 'no/such'), 0o600)).errno).toBe('ENOENT');
    expect(failure(() => createFifo(join(folder, 'plain/x'), 0o600)).errno).toBe('ENOTDIR');
    expect(failure(() => createFifo(join(folder, 'a'.repeat(300)), 0o600)).errno).toBe('ENAMETOOLONG');
    expect(failure(() => createFifo(`${folder}/a\0b`, 0o600)).errno).toBe('EINVAL');
    expect(failure(() => createFifo(`${folder}/..`, 0o600)).errno).toBe('EINVAL');
    expect(failure(() => createFifo('relative', 0o600)).code).toBe('invalid');
  });

  test('a symlink, a file, a directory, another FIFO and nothing are told from it by every act', async () => {
    const { path, identity } = fifo();
    const descriptors = ownDescriptors();
    const aside = `${path}.aside`;
    renameSync(path, aside);
    const makers: [string, () => void][] = [
      ['symlink', () => symlinkSync(aside, path)],
      ['file', () => writeFileSync(path, 'mine')],
      ['directory', () => mkdirSync(path)],
      ['fifo', () => void createFifo(path, 0o600)],
    ];
    for (const [name, make] of makers) {
      make();
      const before = spawnSync('ls', ['-lai', path], { encoding: 'utf8' }).stdout;
      for (const act of [
        () => openFifoFor('read', path, identity),
        () => openFifoFor('write', path, identity),
        () => writeFifo(identity, path, Buffer.from('x')),
        () => destroyFifo(identity, path),
      ])
        expect([name, failure(act).code]).toEqual([name, 'replaced']);
      expect((await rejection(readFifo(identity, path, 10))).code).toBe('replaced');
      if (name !== 'fifo') expect(failure(() => fifoIdentity(path)).code).toBe('replaced');
      expect(spawnSync('ls', ['-lai', path], { encoding: 'utf8' }).stdout).toBe(before);
      spawnSync('rm', ['-r', path]);
    }
    expect(failure(() => fifoIdentity(path)).code).toBe('gone');
    expect(failure(() => destroyFifo(identity, path)).code).toBe('gone');
    expect(failure(() => writeFifo(identity, path, Buffer.from('x'))).code).toBe('gone');
    expect(ownDescriptors()).toEqual(descriptors);
  });

  test('destroy takes the name, and who has it open keeps it', async () => {
    const { path, identity } = fifo('new\nline');
    const holder = scene.holder();
    await holder.run(`f = os.open(${JSON.stringify(path)}, os.O_RDWR); os.write(f, b'kept')`);
    destroyFifo(identity, path);
    expect(readdirSync(join(path, '..'))).toEqual([]);
    expect(await holder.run('os.read(f, 10)')).toBe('kept');
  });

  test('destroy never takes a file that is put in its place, at whatever moment', async () => {
    const folder = scene.folder();
    const path = join(folder, 'fifo');
    const other = join(folder, 'other');
    writeFileSync(other, 'precious');
    const inode = statSync(other).ino;
    // Exchanges both names as fast as it can (renameat2(2), RENAME_EXCHANGE).
    const exchange = process.arch === 'x64' ? 316 : 276;
    const loop = `syswrite(STDOUT, "x"); while (1) { syscall(${exchange}, -100, $ARGV[0], -100, $ARGV[1], 2) }`;
    const swapper = spawn('perl', ['-e', loop, path, other]);
    await new Promise((resolve) => swapper.stdout.once('data', resolve));
    const ended = new Promise((resolve) => swapper.once('exit', resolve));
    const met = new Set<string>();
    try {
      // On one core the two take turns: it goes on until they have met.
      for (let round = 0; round < 200 || !met.has('replaced'); round++) {
        const identity = createFifo(`${path}.new`, 0o600);
        renameSync(`${path}.new`, path);
        for (let destroyed = false; !destroyed;)
          try {
            destroyFifo(identity, path);
            destroyed = true;
          } catch (error) {
            const { code, detail } = asFailure(error);
            expect(['replaced', 'gone']).toContain(code);
            // Nobody takes the name, so the other file always gets it back.
            expect(detail).toBeUndefined();
            met.add(code);
          }
        const [left, ...more] = readdirSync(folder);
        expect(more).toEqual([]);
        expect(statSync(join(folder, left ?? '')).ino).toBe(inode);
        renameSync(join(folder, left ?? ''), other);
      }
    } finally {
      swapper.kill('SIGKILL');
      await ended;
    }
    expect(readFileSync(other, 'utf8')).toBe('precious');
    expect(met).toContain('replaced');
  });
});

describe('FIFOs without waiting', () => {
  test('a write fails where nobody reads, and arrives where somebody does', async () => {
    const { path, identity } = fifo();
    expect(failure(() => writeFifo(identity, path, Buffer.from('x')))).toMatchObject({
      call: 'open',
      errno: 'ENXIO',
    });
    const holder = scene.holder();
    // One that waits in its open reads too.
    const reading = holder.run(`(f := os.open(${JSON.stringify(path)}, os.O_RDONLY), os.read(f, 100))[1]`);
    await until(() => sleeps(holder.pid, /wait_for_partner/));
    expect(writeFifo(identity, path, Buffer.from('hello'))).toEqual({ bytes: 5 });
    expect(await reading).toBe('hello');
  });

  test('a write that does not fit is told, with what was written: nothing', async () => {
    const { path, identity } = fifo();
    const holder = scene.holder();
    await holder.run(`f = os.open(${JSON.stringify(path)}, os.O_RDONLY | os.O_NONBLOCK)`);
    const full = Buffer.alloc(65_536, 'x');
    expect(writeFifo(identity, path, full.subarray(0, 62_000))).toEqual({ bytes: 62_000 });
    expect(failure(() => writeFifo(identity, path, full.subarray(0, 4096)))).toMatchObject({
      errno: 'EAGAIN',
      detail: { bytes: 4096, written: 0 },
    });
    expect(failure(() => writeFifo(identity, path, full))).toMatchObject({
      errno: 'EAGAIN',
      detail: { bytes: 65_536, written: 0, room: 3536 },
    });
    expect(await holder.run('unread(f)')).toBe(62_000);
    // One byte a slot, so that there is less room than it seems.
    await holder.run('os.read(f, 100000)');
    await holder.run(`w = os.open(${JSON.stringify(path)}, os.O_WRONLY)`);
    await holder.run('fcntl.fcntl(w, fcntl.F_SETFL, os.O_DIRECT)');
    await holder.run(`[os.write(w, b'x') for n in range(10)]`);
    expect(failure(() => writeFifo(identity, path, full.subarray(0, 60_000)))).toMatchObject({
      errno: 'EAGAIN',
      detail: { bytes: 60_000, written: 6 * 4096 },
    });
    expect(await holder.run('unread(f)')).toBe(10 + 6 * 4096);
  });

  test('a read takes what is there, and says when nobody writes', async () => {
    const { path, identity } = fifo();
    const descriptors = ownDescriptors();
    expect(await readFifo(identity, path, 10)).toEqual({ content: Buffer.alloc(0), end: true, unread: 0 });
    const holder = scene.holder();
    await holder.run(`f = os.open(${JSON.stringify(path)}, os.O_RDWR); os.write(f, b'abcdef')`);
    expect(await readFifo(identity, path, 4)).toEqual({
      content: Buffer.from('abcd'),
      end: false,
      unread: 2,
    });
    expect((await readFifo(identity, path, 4)).content.toString()).toBe('ef');
    expect(await rejection(readFifo(identity, path, 4))).toMatchObject({ call: 'read', errno: 'EAGAIN' });
    expect(ownDescriptors()).toEqual(descriptors);
  });

  test("what is left is the other reader's", async () => {
    const { path, identity } = fifo();
    const keeper = scene.holder();
    await keeper.run(
      `r = os.open(${JSON.stringify(path)}, os.O_RDONLY | os.O_NONBLOCK); w = os.open(${JSON.stringify(path)}, os.O_WRONLY); os.write(w, b'0123456789'); os.close(w)`,
    );
    expect(await readFifo(identity, path, 4)).toEqual({
      content: Buffer.from('0123'),
      end: false,
      unread: 6,
    });
    expect(await keeper.run('os.read(r, 100)')).toBe('456789');
  });

  test('a writer that waits in its open gets the time to write, and what would be lost is taken', async () => {
    const { path, identity } = fifo();
    const writer = spawn('sh', ['-c', 'printf 0123456789 > "$0"', path]);
    const ended = new Promise((resolve) => writer.once('exit', (code, signal) => resolve(signal ?? code)));
    await until(() => sleeps(writer.pid ?? -1, /wait_for_partner/));
    const { content } = await readFifo(identity, path, 65_536);
    expect(content.toString()).toBe('0123456789');
    expect(await ended).toBe(0);

    // Written and gone before we read: what we did not ask for would die with our descriptor.
    const again = spawn('sh', ['-c', 'printf 0123456789 > "$0"', path]);
    const over = new Promise((resolve) => again.once('exit', resolve));
    await until(() => sleeps(again.pid ?? -1, /wait_for_partner/));
    const child = new WaitingChild('read', { ...where(path, identity), length: 4 });
    const { result } = await child.ended;
    await over;
    const received = textOf(result?.content ?? '');
    expect('0123456789'.startsWith(received)).toBe(true);
    expect(received.length + (result?.unread ?? 0)).toBe(10);
  });
});

const where = (path: string, identity: unknown) => ({ path: toBytes(Buffer.from(path)), identity });

describe('FIFOs with waiting', () => {
  test('a read waits in open, then for content, and is a reader like any other', async () => {
    const { path, identity } = fifo();
    const child = new WaitingChild('read', { ...where(path, identity), length: 100 });
    await until(() => sleeps(child.pid, /wait_for_partner/));
    const holder = scene.holder();
    await holder.run(`w = os.open(${JSON.stringify(path)}, os.O_WRONLY)`);
    await until(() => sleeps(child.pid, /pipe_read/));
    await holder.run(`os.write(w, b'came')`);
    const { is, result } = await child.ended;
    expect([is, textOf(result?.content ?? ''), result?.end]).toEqual(['done', 'came', false]);
    await child.exited;
    expect(await holder.run(`os.write(w, b'x')`)).toEqual({ error: 'EPIPE' });
  });

  test('a read is told when the writer leaves without a word', async () => {
    const { path, identity } = fifo();
    const child = new WaitingChild('read', { ...where(path, identity), length: 100 });
    await until(() => sleeps(child.pid, /wait_for_partner/));
    const holder = scene.holder();
    await holder.run(`os.close(os.open(${JSON.stringify(path)}, os.O_WRONLY))`);
    expect((await child.ended).result).toMatchObject({ content: '', end: true, unread: 0 });
  });

  test('a write waits in open, then for room, and arrives whole', async () => {
    const { path, identity } = fifo();
    const content = randomBytes(200_000);
    const child = new WaitingChild('write', { ...where(path, identity), content: toBytes(content) });
    await until(() => sleeps(child.pid, /wait_for_partner/));
    const holder = scene.holder();
    await holder.run(`r = os.open(${JSON.stringify(path)}, os.O_RDONLY)`);
    await until(() => sleeps(child.pid, /pipe_write/));
    const parts: string[] = [];
    for (let part = ' '; part !== '';) parts.push((part = (await holder.run('os.read(r, 50000)')) as string));
    expect(parts.join('') === content.toString('latin1')).toBe(true);
    expect((await child.ended).result).toEqual({ bytes: 200_000 });
  });

  test('a write that is cancelled says how much was written', async () => {
    const { path, identity } = fifo();
    const content = toBytes(Buffer.alloc(100_000, 'x'));
    const unheard = new WaitingChild('write', { ...where(path, identity), content });
    await until(() => sleeps(unheard.pid, /wait_for_partner/));
    expect(await unheard.cancel()).toEqual({ is: 'failed', failure: { code: 'cancelled' } });
    const holder = scene.holder();
    await holder.run(`r = os.open(${JSON.stringify(path)}, os.O_RDONLY | os.O_NONBLOCK)`);
    const child = new WaitingChild('write', { ...where(path, identity), content });
    await until(() => sleeps(child.pid, /pipe_write/));
    expect((await child.cancel()).failure).toEqual({
      code: 'cancelled',
      detail: { written: 65_536, bytes: 100_000 },
    });
    expect(await holder.run('unread(r)')).toBe(65_536);
  });

  test('a write whose reader leaves is told', async () => {
    const { path, identity } = fifo();
    const holder = scene.holder();
    await holder.run(`r = os.open(${JSON.stringify(path)}, os.O_RDONLY | os.O_NONBLOCK)`);
    const content = toBytes(Buffer.alloc(100_000));
    const child = new WaitingChild('write', { ...where(path, identity), content });
    await until(() => sleeps(child.pid, /pipe_write/));
    await holder.run('os.close(r)');
    const { failure: why } = await child.ended;
    // The part that fitted counts as written, and the next call is told.
    expect(why).toMatchObject({ code: 'errno', call: 'write', errno: 'EPIPE', detail: { written: 65_536 } });
  });

  test('a replaced file is refused by the child', async () => {
    const { path, identity } = fifo();
    renameSync(path, `${path}.aside`);
    createFifo(path, 0o600);
    const child = new WaitingChild('read', { ...where(path, identity), length: 1 });
    expect((await child.ended).failure?.code).toBe('replaced');
  });

  test('a stop and continue ends no wait', async () => {
    const { path, identity } = fifo();
    const child = new WaitingChild('read', { ...where(path, identity), length: 100 });
    await until(() => sleeps(child.pid, /wait_for_partner/));
    process.kill(child.pid, 'SIGSTOP');
    process.kill(child.pid, 'SIGCONT');
    process.kill(child.pid, 'SIGUSR2');
    await until(() => sleeps(child.pid, /wait_for_partner/));
    const holder = scene.holder();
    await holder.run(`w = os.open(${JSON.stringify(path)}, os.O_WRONLY)`);
    await holder.run(`os.write(w, b'x')`);
    expect(textOf((await child.ended).result?.content ?? '')).toBe('x');
  });

  test('a cancelled read takes nothing, at whatever moment', async () => {
    const { path, identity } = fifo();
    const keeper = scene.holder();
    await keeper.run(`f = os.open(${JSON.stringify(path)}, os.O_RDWR)`);
    for (const delay of [0, 0, 20, 40, 60, 80, 100, 120, 150, 'blocked'] as const) {
      const child = new WaitingChild('read', { ...where(path, identity), length: 100 });
      if (delay === 'blocked') await until(() => sleeps(child.pid, /pipe_read/));
      else await pause(delay);
      const since = performance.now();
      expect((await child.cancel()).failure?.code).toBe('cancelled');
      expect(performance.now() - since).toBeLessThan(2000);
      await keeper.run(`os.write(f, b'x')`);
      expect(await keeper.run('os.read(f, 10)')).toBe('x');
    }
    const free = fifo();
    for (const delay of [0, 40, 80, 120, 'blocked'] as const) {
      const child = new WaitingChild('read', { ...where(free.path, free.identity), length: 100 });
      if (delay === 'blocked') await until(() => sleeps(child.pid, /wait_for_partner/));
      else await pause(delay);
      expect((await child.cancel()).failure?.code).toBe('cancelled');
    }
  });

  test('every byte whose write succeeded reaches a reader, however often reads are cancelled', async () => {
    const { path, identity } = fifo();
    const writer = scene.holder();
    // Opens, waits a moment, writes a record of its number and closes; it counts only those that the kernel accepted.
    await writer.run(
      [
        'import random',
        'stop, accepted = False, []',
        'def pour():',
        '    number = 0',
        '    while not stop:',
        '        number += 1',
        '        try:',
        `            f = os.open(${JSON.stringify(path)}, os.O_WRONLY | os.O_NONBLOCK)`,
        '        except OSError: continue',
        '        late = time.monotonic() + random.choice((0, 0.003))',
        '        while time.monotonic() < late: pass',
        '        try:',
        "            os.write(f, b'%08d' % number); accepted.append(number)",
        '        except OSError: pass',
        '        finally: os.close(f)',
        'thread = threading.Thread(target=pour, daemon=True); thread.start()',
      ].join('\n'),
    );
    const received: string[] = [];
    const ends = { done: 0, failed: 0 };
    const both = () => Math.min(ends.done, ends.failed) > 0;
    for (let round = 0; round < 40 || (!both() && round < 400); round++) {
      const child = new WaitingChild('read', { ...where(path, identity), length: 65_536 });
      await child.waiting;
      // How long the writer takes is the machine's business: what has not happened yet is given more room.
      const most = ends.done === 0 ? 20 : ends.failed === 0 && round > 20 ? 0 : 3;
      await pause(Math.random() * most);
      const { is, result } = await child.cancel();
      if (is === 'done') ends.done++;
      else ends.failed++;
      received.push(...(textOf(result?.content ?? '').match(/.{8}/g) ?? []));
    }
    const accepted = (await writer.run(
      '(globals().update(stop=True), thread.join(), accepted)[2]',
    )) as number[];
    expect(received.map(Number)).toEqual(accepted);
    expect(both()).toBe(true);
    // Up to 400 processes begin and end, and how long that takes is the machine's business.
  }, 120_000);
});
