/** unistd.h, fcntl.h and sys/mman.h on descriptors: seals, where a file has data, and what of it is in memory. */
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';

const SEEK_DATA = 3;
const SEEK_HOLE = 4;
/** cachestat(2), Linux 6.5; one number on all architectures (scripts/syscall.tbl). */
const CACHESTAT = 451;

const c = {
  // Of fixed arity: the platforms that we run on pass variadic arguments in the same registers.
  fcntl: lazy<[number, number, number], number>('int fcntl(int, int, long)'),
  fstatfs: lazy<[number, Buffer], number>('int fstatfs(int, void *)'),
  lseek: lazy<[number, number, number], number | bigint>('long lseek(int, long, int)'),
  syscall: lazy<[number, number, Buffer, Buffer, number], number>(
    'long syscall(long, long, void *, void *, long)',
  ),
};

/** The next offset at or behind `from` that has data (SEEK_DATA) or has none (SEEK_HOLE); undefined where there is none up to the end (ENXIO). Throws ErrnoError. */
export function seek(fd: number, from: number, to: 'data' | 'hole'): number | undefined {
  const at = Number(c.lseek(fd, from, to === 'data' ? SEEK_DATA : SEEK_HOLE));
  if (at >= 0) return at;
  const errno = lastErrno();
  if (errno === 'ENXIO') return undefined;
  throw new ErrnoError('lseek', errno);
}

const statfs = Buffer.alloc(128);

/** Bytes of the file system on which a descriptor lies, and how many of them are used (fstatfs(2)); undefined where it has no bound, or that cannot be asked. Only of one without a server. */
export function spaceOf(fd: number): { used: number; size: number } | undefined {
  if (c.fstatfs(fd, statfs) < 0) return undefined;
  // f_bsize, f_blocks and f_bfree of struct statfs, of 64 bits each.
  const [block, all, free] = [8, 16, 24].map((at) => Number(statfs.readBigUInt64LE(at))) as [
    number,
    number,
    number,
  ];
  return all === 0 ? undefined : { used: (all - free) * block, size: all * block };
}

const F_GET_SEALS = 1034;
/** F_SEAL_* of linux/fcntl.h, from the lowest bit on. */
const SEALS = ['seal', 'shrink', 'grow', 'write', 'futureWrite', 'exec'];

/** The seals of a memfd (F_GET_SEALS); undefined for a file that can have none. */
export function sealsOf(fd: number): string[] | undefined {
  const bits = c.fcntl(fd, F_GET_SEALS, 0);
  return bits < 0 ? undefined : SEALS.filter((_, bit) => bits & (1 << bit));
}

/** Pages of a range that are in memory (cachestat(2)), without touching any; undefined where the kernel is older than 6.5. */
export function cachedPages(fd: number, offset: number, length: number): number | undefined {
  const range = Buffer.alloc(16);
  range.writeBigUInt64LE(BigInt(offset), 0);
  range.writeBigUInt64LE(BigInt(length), 8);
  const stat = Buffer.alloc(40);
  return c.syscall(CACHESTAT, fd, range, stat, 0) < 0 ? undefined : Number(stat.readBigUInt64LE(0));
}
