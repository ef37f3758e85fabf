/** What is read of POSIX objects: bytes and text in, records out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { boundsOf, sleepersIn } from '../../src/native/census/waits/sleepers';
import type { SharedMapping } from '../../src/native/libc/procmap';
import { makerOf } from '../../src/native/proc/makers';
import { parseLock } from '../../src/native/proc/futexWords';
import { parseQueueText } from '../../src/native/proc/queueText';
import { parseSemaphore } from '../../src/native/proc/semaphoreWords';
import { posixName } from '../../src/protocol/kinds/posix';
import {
  kindOf,
  mappingRef,
  parseMappingRef,
  parsePosixRef,
  POSIX_KINDS,
  posixRef,
} from '../../src/protocol/ref';

const words = (length: number, ...values: number[]) => {
  const bytes = Buffer.alloc(length);
  values.forEach((value, at) => bytes.writeInt32LE(value, at * 4));
  return bytes;
};

describe('semaphores', () => {
  test.each<[string, Buffer, ReturnType<typeof parseSemaphore>]>([
    ['of glibc', words(32, 5, 2, 0x80), { layout: 'glibc', value: 5, waiters: 2 }],
    [
      'of glibc at its most',
      words(32, 0x7fffffff, 0, 0x80),
      { layout: 'glibc', value: 0x7fffffff, waiters: 0 },
    ],
    ['of musl', words(32, 3, 0, 0), { layout: 'musl', value: 3, waiters: 0 }],
    ['of musl to 1.2.3 with one who waits', words(32, -1, 1, 0), { layout: 'musl', value: 0, waiters: 1 }],
    [
      'of musl from 1.2.4 on with one who waits',
      words(32, -0x80000000, 1, 0),
      { layout: 'musl', value: 0, waiters: 1 },
    ],
    ['with another third word', words(32, 1, 0, 7), undefined],
    ['with something behind it', words(32, 1, 0, 0x80, 0, 1), undefined],
    ['with fewer than no waiters', words(32, 1, -1, 0x80), undefined],
    ['of glibc with a negative value', words(32, -1, 0, 0x80), undefined],
    ['cut short', words(31, 1, 0, 0x80), undefined],
  ])('%s', (_what, bytes, expected) => {
    expect(parseSemaphore(bytes)).toEqual(expected);
  });
  test('any bytes give a count or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const found = parseSemaphore(Buffer.from(bytes));
        expect(found === undefined || (found.value >= 0 && found.waiters >= 0)).toBe(true);
      }),
    );
  });
});

describe('locks', () => {
  const read = (bytes: Buffer, at = 0, sleepers = 1) =>
    parseLock({ bytes, at, address: 0x7f0000000000n + BigInt(at), sleepers });
  // __lock, __count, __owner, __nusers, __kind (struct_mutex.h)
  test.each<[string, Buffer, ReturnType<typeof parseLock>]>([
    ['held', words(40, 2, 0, 77, 1, 0x80), { what: 'mutex', owner: 77 }],
    ['recursive', words(40, 2, 3, 77, 1, 0x81), { what: 'mutex', owner: 77 }],
    [
      'robust: the lock word says whose it is',
      words(40, 77 | -0x80000000, 0, 5, 1, 0x90),
      { what: 'mutex', owner: 77 },
    ],
    ['robust, its owner has died', words(40, 0xc0000000 | 0, 0, 5, 1, 0x90), { what: 'mutex', owner: 0 }],
    ['free, though somebody sleeps', words(40, 0, 0, 0, 0, 0x80), undefined],
    ['of one process', words(40, 2, 0, 77, 1, 0), undefined],
    ['with bits that glibc has not', words(40, 2, 0, 77, 1, 0x1080), undefined],
    ['with a lock word of something else', words(40, 9, 0, 77, 1, 0x80), undefined],
    ['cut short', words(20, 2, 0, 77, 1, 0x80), undefined],
  ])('a mutex %s', (_what, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });

  test('a semaphore, but not where it cannot be one', () => {
    const semaphore = words(32, 0, 2, 0x80);
    expect(read(semaphore, 0, 2)).toEqual({ what: 'semaphore' });
    // More sleep than it counts, or it stands where none is laid.
    expect(read(semaphore, 0, 3)).toBeUndefined();
    expect(parseLock({ bytes: semaphore, at: 0, address: 0x7f0000000004n, sleepers: 1 })).toBeUndefined();
  });

  test('a condition of glibc up to 2.40 and after, also before a semaphore', () => {
    // __wseq, __g1_start, __g_refs, __g_size, __g1_orig_size, __wrefs, __g_signals; then a semaphore of 1.
    const old = words(80, 4, 0, 0, 0, 4, 0, 0, 0, 0, (2 << 3) | 1, 0, 0, 1, 0, 0x80);
    expect(read(old, 40, 2)).toEqual({ what: 'condition' });
    const now = words(80, 5, 0, 0, 0, 0, 0, 0, (2 << 3) | 1, 0, 0, 0, 0, 1, 0, 0x80);
    expect(read(now, 36, 2)).toEqual({ what: 'condition' });
    // More sleep on it than it counts.
    expect(read(old, 40, 3)).toBeUndefined();
  });

  test('a barrier is no semaphore', () => {
    // in, current_round, count, shared, out
    expect(read(words(32, 2, 0, 4, 0x80), 4, 2)).toEqual({ what: 'barrier' });
    expect(read(words(32, 4, 0, 4, 0x80), 4, 2)).toBeUndefined();
  });

  test('a rwlock: who writes, or how many read', () => {
    // __readers, __writers, __wrphase_futex, __writers_futex, two pads, __cur_writer, __shared
    expect(read(words(56, 3, 0, 2, 1, 0, 0, 131, 1), 8)).toEqual({ what: 'rwlock', owner: 131 });
    expect(read(words(56, 3, 1, 2, 3, 0, 0, 131, 1), 12)).toEqual({ what: 'rwlock', owner: 131 });
    expect(read(words(56, (2 << 3) | 2, 0, 2, 1, 0, 0, 0, 1), 8)).toEqual({ what: 'rwlock', readers: 2 });
    expect(read(words(56, 3, 0, 2, 1, 0, 0, 131, 0), 8)).toBeUndefined();
  });
});

describe("a queue's text", () => {
  const line = (size: number, notify: number, signo: number, pid: number) =>
    `QSIZE:${String(size).padEnd(10)} NOTIFY:${String(notify).padEnd(5)} SIGNO:${String(signo).padEnd(5)} NOTIFY_PID:${String(pid).padEnd(6)}\n`;
  test.each([
    ['nobody', line(0, 0, 0, 0), { bytes: 0, notify: null }],
    ['a signal', line(14, 0, 10, 20243), { bytes: 14, notify: { how: 'signal', signal: 10, pid: 20243 } }],
    ['nothing', line(3, 1, 0, 7), { bytes: 3, notify: { how: 'none', pid: 7 } }],
    ['a thread', line(3, 2, 0, 7), { bytes: 3, notify: { how: 'thread', pid: 7 } }],
    [
      'one outside our pid namespace',
      line(3, 0, 12, 0),
      { bytes: 3, notify: { how: 'signal', signal: 12, pid: 0 } },
    ],
    ['a way that is not known', line(3, 4, 0, 7), { bytes: 3 }],
    ['no text', '', undefined],
  ])('%s', (_what, text, expected) => {
    expect(parseQueueText(text)).toEqual(expected);
  });
});

describe('makers by names', () => {
  test.each([
    ['psm_0a1b2c3d', { program: 'Python multiprocessing' }],
    ['pym-4711-abcdefgh', { program: 'Python multiprocessing', pid: 4711 }],
    ['sem.mp-x1y2z3', { program: 'Python multiprocessing' }],
    ['PostgreSQL.1234567', { program: 'PostgreSQL' }],
    ['torch_4711_99_0', { program: 'PyTorch', pid: 4711 }],
    ['.org.chromium.Chromium.AbCdEf', { program: 'Chromium' }],
    ['fastrtps_0123456789abcdef', { program: 'ROS 2 (Fast DDS)' }],
    ['sem.fastrtps_port7410_mutex', { program: 'ROS 2 (Fast DDS)' }],
    ['pulse-shm-123', { program: 'PulseAudio' }],
    ['psm_xyz', undefined],
    ['mine', undefined],
    ['', undefined],
  ])('%s', (name, expected) => {
    expect(makerOf(name)).toEqual(expected);
  });
});

describe('refs', () => {
  const number = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String);
  test('of POSIX objects go there and back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POSIX_KINDS), number, number, number, (kind, device, inode, birth) => {
        const ref = posixRef(kind, { device, inode, birth });
        expect(parsePosixRef(ref)).toEqual({ kind, device, inode, birth });
        expect(kindOf(ref)).toBe(kind);
      }),
    );
  });
  test('of mappings go there and back', () => {
    fc.assert(
      fc.property(number, number, (device, inode) => {
        expect(parseMappingRef(mappingRef(device, inode))).toEqual({ device, inode });
        expect(kindOf(mappingRef(device, inode))).toBe('mapping');
      }),
    );
  });
  test.each([
    'posix.mq:1:2',
    'posix.xx:1:2:3',
    'posix.sem:1:2:-3',
    'mapping:1',
    'mapping:a:1',
    'mapping:1:2:3',
  ])('%j is none', (text) => {
    expect(parsePosixRef(text) ?? parseMappingRef(text)).toBeUndefined();
  });
});

test.each([
  ['/a', true],
  ['/ä b', true],
  ['a', false],
  ['/', false],
  ['/a/b', false],
  ['/a\0', false],
  [`/${'x'.repeat(255)}`, true],
  [`/${'x'.repeat(256)}`, false],
])('%j is a name: %s', (name, is) => {
  expect(v.is(posixName, name)).toBe(is);
});

test('a thread that sleeps on a word is found in the mapping where that lies', () => {
  const mapping: SharedMapping = {
    address: '7f0000001000-7f0000003000',
    rights: 'rw-s',
    offset: 4096,
    device: '00:01',
    inode: '5',
    path: Buffer.from('/x'),
  };
  expect(boundsOf(mapping.address)).toEqual([0x7f0000001000n, 0x7f0000003000n]);
  const thread = (tid: number, address: bigint) => ({
    tid,
    call: 'futex',
    shape: 'futex' as const,
    on: { is: 'word' as const, address: `0x${address.toString(16)}`, shared: true },
    certain: true,
    target: { is: 'futex' as const, address },
  });
  const all = [thread(1, 0x7f0000000fffn), thread(2, 0x7f0000001010n), thread(3, 0x7f0000003000n)];
  expect(sleepersIn(mapping, all)).toEqual([
    {
      wait: {
        ...{ tid: 2, call: 'futex', certain: true },
        on: { is: 'word', address: '0x7f0000001010', shared: true, offset: 4112 },
      },
      ...{ offset: 4112, address: 0x7f0000001010n },
    },
  ]);
});
