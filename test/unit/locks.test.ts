/** Locks on files: the lines of the kernel, and who is in whose way. */
import { expect, test } from 'vitest';
import { parseFdLocks, parseLocks } from '../../src/native/proc/locks';
import { type HeldLock, locksInTheWay } from '../../src/protocol/kinds/lock';

const LOCKS = `1: LEASE  ACTIVE    READ 11579 fe:00:2730161 0 EOF
2: OFDLCK ADVISORY  WRITE -1 fe:00:2730145 100 149
2: -> OFDLCK ADVISORY  READ -1 fe:00:2730145 120 EOF
4: POSIX  ADVISORY  WRITE 7 00:1f:2730139 0 9223372036854775806
5: FLOCK  ADVISORY  WRITE 8 fe:00:5 0 EOF
5: -> FLOCK  ADVISORY  READ 9 fe:00:5 0 EOF
5:  -> FLOCK  ADVISORY  WRITE 10 fe:00:5 0 EOF
6: LEASE  BREAKING  UNLCK 11 fe:00:6 0 EOF
7: POSIX  ADVISORY  WRITE 0 <none>:0 0 EOF
`;

test('the lines of /proc/locks, with who waits for whom', () => {
  const found = parseLocks(LOCKS);
  expect(found.map(({ type, mode, pid, depth }) => [type, mode, pid, depth])).toEqual([
    ['lease', 'shared', 11579, 0],
    ['ofd', 'exclusive', -1, 0],
    ['ofd', 'shared', -1, 1],
    ['posix', 'exclusive', 7, 0],
    ['flock', 'exclusive', 8, 0],
    ['flock', 'shared', 9, 1],
    ['flock', 'exclusive', 10, 2],
    ['lease', 'shared', 11, 0],
  ]);
  expect(found[1]).toMatchObject({ device: '65024', inode: '2730145', start: 100n, end: 149n });
  expect(found[3]).toMatchObject({ device: '31', end: 9223372036854775806n });
  expect(found[0]?.end).toBeUndefined();
  expect(found[7]?.breaking).toBe(true);
});

test('only the lines of locks of an fdinfo, and a carriage return begins none', () => {
  const text =
    'pos:\t0\nlock:\t1: FLOCK  ADVISORY  WRITE 8 fe:00:5 0 EOF\nx\rlock:\t1: FLOCK  ADVISORY  WRITE 9 fe:00:5 0 EOF\n';
  expect(parseFdLocks(text).map(({ pid }) => pid)).toEqual([8]);
});

const held = (
  type: HeldLock['type'],
  mode: HeldLock['mode'],
  pid: number,
  more: Partial<HeldLock> = {},
): HeldLock => ({
  ...{ type, mode, start: 0, holders: [{ pid, startTime: '1', fd: 3 }] },
  ...more,
});

test('who is in whose way', () => {
  const locks = [
    held('flock', 'shared', 1),
    held('posix', 'exclusive', 2, { end: 9 }),
    held('ofd', 'shared', 3, { start: 100, end: 199 }),
    held('lease', 'exclusive', 4),
  ];
  const ahead = (claim: Parameters<typeof locksInTheWay>[1]) =>
    locksInTheWay(locks, claim).flatMap(({ holders }) => holders.map(({ pid }) => pid));
  expect(ahead({ pid: 9, fd: 5, type: 'flock', mode: 'exclusive', start: 0 })).toEqual([1]);
  expect(ahead({ pid: 9, fd: 5, type: 'flock', mode: 'shared', start: 0 })).toEqual([]);
  // By the same open file it becomes another lock.
  expect(ahead({ pid: 1, fd: 3, type: 'flock', mode: 'exclusive', start: 0 })).toEqual([]);
  expect(ahead({ pid: 1, fd: 5, type: 'flock', mode: 'exclusive', start: 0 })).toEqual([1]);
  expect(ahead({ pid: 9, fd: 5, type: 'posix', mode: 'shared', start: 5, end: 50 })).toEqual([2]);
  expect(ahead({ pid: 9, fd: 5, type: 'posix', mode: 'exclusive', start: 10 })).toEqual([3]);
  expect(ahead({ pid: 9, fd: 5, type: 'ofd', mode: 'exclusive', start: 0 })).toEqual([2, 3]);
  expect(ahead({ pid: 2, fd: 5, type: 'posix', mode: 'exclusive', start: 0, end: 9 })).toEqual([]);
  // Of one process the two sorts do not know each other.
  expect(ahead({ pid: 2, fd: 5, type: 'ofd', mode: 'exclusive', start: 0, end: 9 })).toEqual([2]);
  // What is asked for is not known.
  expect(ahead({ pid: 9 })).toEqual([1, 2, 3]);
});
