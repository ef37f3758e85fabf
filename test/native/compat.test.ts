/** Programs of 32 bits, whose calls have other numbers: what they wait for is told rightly, or as a guess, never by our own numbers. */
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Endpoint } from '../../src/protocol/facts';
import { call, inChild, MEMORY, store, writeProgram } from '../support/elf32';
import { needs } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';
import { Made } from '../support/sysv';
import { until } from '../support/until';
import { type Said, said, saidOf } from '../support/waits';

const scene = new Scene();
const made = new Made();
let census: Census;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  census = new Census(makeMechanisms());
});
afterEach(async () => {
  await scene.clean();
  made.clean();
});

const READ = call(3, 0, MEMORY, 1);
const EXIT = call(1, 0);

/** Runs a program of 32 bits whose standard input is a pipe, until the writer has closed. Answers its pid and the inode of the pipe. */
async function running(context: TestContext, code: number[]): Promise<{ pid: number; inode: string }> {
  if (process.arch !== 'x64') context.skip('the programs of 32 bits that the tests write are of x86');
  const program = join(scene.folder(), 'program');
  writeProgram(program, [...code, ...EXIT]);
  const holder: Holder = scene.holder();
  await holder.run('import subprocess; r, w = os.pipe()');
  const failed = await holder.run(`p = subprocess.Popen([${JSON.stringify(program)}], stdin=r); os.close(r)`);
  if (failed) context.skip(`this machine runs no programs of 32 bits: ${JSON.stringify(failed)}`);
  const [pid, inode] = (await holder.run('[p.pid, os.fstat(w).st_ino]')) as [number, number];
  return { pid, inode: String(inode) };
}

/** What a process waits for, and what the pipe of that inode says of it. */
async function seen(pid: number, inode: string): Promise<{ wait: Said; end: Endpoint | undefined }> {
  return until(() => {
    const found = runNow(census.take(EVERYTHING));
    const wait = saidOf(found.processes.find((one) => one.pid === pid))?.[0];
    const pipe = [...found.objects.values()].find((one) => 'inode' in one && one.inode === inode);
    return wait && { wait, end: pipe?.endpoints?.find((end) => end.pid === pid) };
  });
}

describe('a program of 32 bits', () => {
  test('blocked in read of a pipe', async (context) => {
    const { pid, inode } = await running(context, READ);
    const { wait, end } = await seen(pid, inode);
    expect(wait).toMatchObject({ call: 'read', arguments: ['fd 0'], certain: true });
    expect(end?.waits?.map(said)).toEqual([{ tid: pid, call: 'read', arguments: ['fd 0'], certain: true }]);
  });

  test('blocked in poll', async (context) => {
    const polled = [...store(MEMORY, 0), ...store(MEMORY + 4, 1), ...call(168, MEMORY, 1, -1)];
    const { pid, inode } = await running(context, polled);
    const { wait, end } = await seen(pid, inode);
    expect(wait).toMatchObject({ call: 'poll', arguments: ['fd 0'], certain: true });
    expect(end?.waits).toHaveLength(1);
  });

  test('blocked in waitpid, whose number is that of our poll', async (context) => {
    const { pid, inode } = await running(context, [...inChild([...READ, ...EXIT]), ...call(7, -1, 0, 0)]);
    const { wait, end } = await seen(pid, inode);
    expect(wait).toEqual({ tid: pid, call: 'waitpid', arguments: ['any child'], certain: true });
    expect(end?.waits).toBeUndefined();
  });

  test('blocked in msgrcv, through ipc(2) of either version, and by a number of its own', async (context) => {
    const queue = made.queue();
    const kludge = [...store(MEMORY, MEMORY + 64), ...store(MEMORY + 4, -3)];
    for (const [code, told] of [
      [call(117, 0x1000c, queue, 8, 0, MEMORY, 7), 'type 7'],
      [[...kludge, ...call(117, 12, queue, 8, 0, MEMORY, 0)], 'type <= 3'],
      [call(401, queue, MEMORY, 8, -5, 0), 'type <= 5'],
    ] as const) {
      const { pid, inode } = await running(context, [...code]);
      const { wait } = await seen(pid, inode);
      expect(wait).toMatchObject({ tid: pid, call: 'msgrcv', arguments: [told], certain: true });
    }
  });

  test('blocked in semop and msgsnd through ipc(2)', async (context) => {
    const set = made.set(3);
    // struct sembuf: sem_num 2, sem_op -1, SEM_UNDO
    const operations = [...store(MEMORY, (0xffff << 16) | 2), ...store(MEMORY + 4, 0x1000)];
    const lowering = await running(context, [...operations, ...call(117, 1, set, 1, 0, MEMORY, 0)]);
    expect((await seen(lowering.pid, lowering.inode)).wait).toMatchObject({
      ...{ call: 'semop', arguments: ['[2] -1 undo'], certain: true },
    });
    const queue = made.queue();
    const one = call(117, 11, queue, 1500, 0, MEMORY, 0);
    // More than there is room for, so that one of them waits.
    const many = [...store(MEMORY, 9), ...Array.from({ length: 15 }, () => one).flat()];
    const full = await running(context, many);
    expect((await seen(full.pid, full.inode)).wait).toMatchObject({
      ...{ call: 'msgsnd', arguments: ['type 9', '1500 bytes'], certain: true },
    });
  });

  test('blocked in accept through socketcall(2)', async (context) => {
    const [SOCKET, BIND, LISTEN, ACCEPT] = [1, 2, 4, 5];
    const given = (...words: number[]) => words.flatMap((word, at) => store(MEMORY + 4 * at, word));
    const address = MEMORY + 64;
    // An abstract name of this process: two zeros of the path, and its address is 2 + 1 + 8 bytes long.
    const name = [
      ...store(address, 1),
      ...store(address + 3, Math.floor(Math.random() * 0x7fffffff)),
      ...store(address + 7, process.pid),
    ];
    const code = [
      ...[...given(1, 1, 0), ...call(102, SOCKET, MEMORY)],
      ...[...name, ...given(3, address, 11), ...call(102, BIND, MEMORY)],
      ...[...given(3, 5), ...call(102, LISTEN, MEMORY)],
      ...[...given(3, 0, 0), ...call(102, ACCEPT, MEMORY)],
    ];
    const { pid, inode } = await running(context, code);
    try {
      const { wait } = await seen(pid, inode);
      expect(wait).toMatchObject({ call: 'accept', arguments: ['fd 3'], certain: true });
    } finally {
      // Nothing that ends with its parent wakes it.
      process.kill(pid, 'SIGKILL');
    }
  });
});

test('a thread of 64 bits whose stack lies low calls by our own numbers', async (context) => {
  if (process.arch !== 'x64') context.skip('MAP_32BIT is of x86_64');
  const holder = scene.holder();
  await holder.run(
    [
      'import ctypes',
      'r, w = os.pipe(); told = []; libc = ctypes.CDLL(None); buffer = ctypes.create_string_buffer(8)',
      'libc.mmap.restype = ctypes.c_void_p',
      // Private, anonymous, below 2^31.
      'stack = libc.mmap(None, ctypes.c_size_t(1 << 20), 3, 0x62, -1, ctypes.c_long(0))',
      'attributes = ctypes.create_string_buffer(64); libc.pthread_attr_init(attributes)',
      'libc.pthread_attr_setstack(attributes, ctypes.c_void_p(stack), ctypes.c_size_t(1 << 20))',
      'def act(_): told.append(threading.get_native_id()); libc.read(r, buffer, 1)',
      'begun = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(act); thread = ctypes.c_ulong()',
      'libc.pthread_create(ctypes.byref(thread), attributes, begun, None)',
      'while not told: time.sleep(0.001)',
    ].join('\n'),
  );
  const [tid, fd] = (await holder.run('[told[0], r]')) as [number, number];
  expect(await holder.run('stack < 1 << 32')).toBe(true);
  const wait = await until(() =>
    saidOf(runNow(census.take(EVERYTHING)).processes.find(({ pid }) => pid === holder.pid))?.find(
      (one) => one.tid === tid && one.call === 'read',
    ),
  );
  // The call is told; what the number leads to, another thread may have changed.
  expect(wait).toMatchObject({ arguments: [`fd ${fd}`], certain: false });
});
