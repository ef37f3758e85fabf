/**
 * PROCMAP_QUERY of linux/fs.h (Linux 6.11): asks /proc/PID/maps for the next shared mapping instead of reading its text, which
 * has a line for every page range of every library.
 */
import { closeSync, openSync } from 'node:fs';
import { lastErrno } from './errno';
import { lazy, native } from './load';

const PROCMAP_QUERY = 0xc0686611;
const SHARED = 0x08;
const COVERING_OR_NEXT = 0x10;
/** struct procmap_query: where its fields stand. */
const SIZE = 104;
const AT = {
  flags: 8,
  address: 16,
  start: 24,
  end: 32,
  rights: 40,
  offset: 56,
  inode: 64,
  major: 72,
  minor: 76,
  nameSize: 80,
  buildId: 84,
  name: 88,
};
const NAME = 4096;

const c = { ioctl: lazy<[number, number, Buffer], number>('int ioctl(int, unsigned long, void *)') };

/** One shared mapping, as a line of /proc/PID/maps tells it (proc(5)). */
export interface SharedMapping {
  /** As in the file, `7f35af834000-7f35af837000`. */
  address: string;
  /** `rw-s`; `r--s` is mapped read-only. */
  rights: string;
  /** Of the first byte in the file, in bytes. */
  offset: number;
  /** As in the file, `fe:00`: of the superblock, which stat(2) does not always give. */
  device: string;
  /** Decimal text. */
  inode: string;
  /** As the kernel gives it, ` (deleted)` included. */
  path: Buffer;
}

const query = Buffer.alloc(SIZE);
const name = Buffer.alloc(NAME);
/** Whether this kernel knows the request; found out by the first. */
let known: boolean | undefined;

/**
 * The shared mappings of a process or thread (`path` is that of its `maps`). `unknown`: this kernel does not know the request, so
 * the text has to be read; `denied`: not ours to look at; `gone`: no such process.
 */
export function queryShared(path: string): SharedMapping[] | 'unknown' | 'denied' | 'gone' {
  if (known === false) return 'unknown';
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
  }
  try {
    const found: SharedMapping[] = [];
    for (let next = 0n; ; next = query.readBigUInt64LE(AT.end)) {
      ask(next);
      if (c.ioctl(fd, PROCMAP_QUERY, query) < 0) return ended(found);
      known = true;
      found.push(answered());
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * The shared mapping in which an address of a process lies, file and name in one answer of the kernel; undefined where none does, or it may not be asked. `unknown`: this
 * kernel does not know the request. `path`: that of its `maps`.
 */
export function queryAt(path: string, address: bigint): SharedMapping | 'unknown' | undefined {
  if (known === false) return 'unknown';
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    ask(address, SHARED);
    if (c.ioctl(fd, PROCMAP_QUERY, query) < 0) return ended([]) === 'unknown' ? 'unknown' : undefined;
    known = true;
    return answered();
  } finally {
    closeSync(fd);
  }
}

function ended(found: SharedMapping[]): SharedMapping[] | 'unknown' | 'gone' {
  const errno = lastErrno();
  if (errno === 'ENOENT') {
    known = true;
    return found;
  }
  // EPERM, ENOSYS: a filter forbids the request (seccomp(2)).
  if (/^(ENOTTY|EINVAL|EPERM|ENOSYS)$/.test(errno)) known ??= false;
  return known === false ? 'unknown' : 'gone';
}

function ask(address: bigint, flags = SHARED | COVERING_OR_NEXT): void {
  query.fill(0);
  query.writeBigUInt64LE(BigInt(SIZE), 0);
  query.writeBigUInt64LE(BigInt(flags), AT.flags);
  query.writeBigUInt64LE(address, AT.address);
  query.writeUInt32LE(NAME, AT.nameSize);
  query.writeBigUInt64LE(native().address(name), AT.name);
}

function answered(): SharedMapping {
  const rights = query[AT.rights] ?? 0;
  const letter = (bit: number, text: string) => (rights & bit ? text : '-');
  const hex = (at: number) => query.readBigUInt64LE(at).toString(16).padStart(8, '0');
  const device = (at: number) => query.readUInt32LE(at).toString(16).padStart(2, '0');
  // The length counts the NUL at the end; 0: it has no name.
  const length = Math.max(0, query.readUInt32LE(AT.nameSize) - 1);
  return {
    address: `${hex(AT.start)}-${hex(AT.end)}`,
    rights: `${letter(1, 'r')}${letter(2, 'w')}${letter(4, 'x')}s`,
    offset: Number(query.readBigUInt64LE(AT.offset)),
    device: `${device(AT.major)}:${device(AT.minor)}`,
    inode: String(query.readBigUInt64LE(AT.inode)),
    path: Buffer.from(name.subarray(0, length)),
  };
}
