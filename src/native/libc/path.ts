/**
 * fcntl.h, stdio.h and sys/stat.h: files by a descriptor that only points to them (O_PATH, open(2)), so that it does no harm when a name comes to
 * mean something else on the way. Paths are bytes; one that holds a NUL is refused with EINVAL.
 */
import { constants, readSync } from 'node:fs';
import { pretends } from '../environment';
import { type FileStatus, statusOfDescriptor } from './directory';
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy, lazyBlocking } from './load';
import { close } from './fd';

/** A path as text, or as the bytes that it is. */
export type Path = string | Buffer;

const AT_FDCWD = -100;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
const RENAME_NOREPLACE = 1;
/** renameat2 has no wrapper before glibc 2.28 (asm/unistd.h). */
const RENAMEAT2 = process.arch === 'x64' ? 316 : 276;

/** One number on all architectures (scripts/syscall.tbl). */
const OPENAT2 = 437;
const RESOLVE_NO_XDEV = 1;
const NO_OPENAT2 = pretends('noOpenat2');

const OPEN = 'int openat(int, const void *, int, int)';
const c = {
  openat: lazy<[number, Buffer, number, number], number>(OPEN),
  openat2: lazy<[number, number, Buffer, Buffer, number], number>(
    'long syscall(long, int, const void *, const void *, size_t)',
  ),
  mkfifoat: lazy<[number, Buffer, number], number>('int mkfifoat(int, const void *, unsigned int)'),
  umask: lazy<[number], number>('unsigned int umask(unsigned int)'),
  unlinkat: lazy<[number, Buffer, number], number>('int unlinkat(int, const void *, int)'),
  syscall: lazy<[number, number, Buffer, number, Buffer, number], number>(
    'long syscall(long, long, const void *, long, const void *, long)',
  ),
};
const blocking = { openat: lazyBlocking<[number, Buffer, number, number]>(OPEN) };

function terminated(path: Path, call: string): Buffer {
  const bytes = typeof path === 'string' ? Buffer.from(path) : path;
  if (bytes.includes(0)) throw new ErrnoError(call, 'EINVAL');
  const text = Buffer.allocUnsafe(bytes.length + 1);
  bytes.copy(text);
  text[bytes.length] = 0;
  return text;
}

/** struct open_how of a step: flags, mode, resolve (openat2(2)). */
const STEP = Buffer.alloc(24);
STEP.writeBigUInt64LE(BigInt(O_PATH | O_CLOEXEC | constants.O_NOFOLLOW), 0);
STEP.writeBigUInt64LE(BigInt(RESOLVE_NO_XDEV), 16);

/**
 * Points to a file without opening it: nobody is released, counted or asked for a right of the file's own. `follow`: what a link at the end leads to;
 * else the link itself. Throws ErrnoError (ENOENT, ENOTDIR, EACCES on the way).
 */
export function pointTo(path: Path, { directory = AT_FDCWD, follow = false } = {}): number {
  const flags = O_PATH | O_CLOEXEC | (follow ? 0 : constants.O_NOFOLLOW);
  const fd = c.openat(directory, terminated(path, 'open'), flags, 0);
  if (fd < 0) throw new ErrnoError('open', lastErrno());
  return fd;
}

/** Points to a file for as long as `look` looks. Undefined where that cannot be; throws what `look` throws. */
export function pointing<T>(
  path: Path,
  look: (pointer: number) => T,
  how: { follow?: boolean } = {},
): T | undefined {
  let pointer: number;
  try {
    pointer = pointTo(path, how);
  } catch {
    return undefined;
  }
  try {
    return look(pointer);
  } finally {
    close(pointer);
  }
}

/**
 * Points to an entry of a directory that we hold, a link itself, and stays on its file system (openat2(2), RESOLVE_NO_XDEV). `mount`: something is mounted there, or nobody can say whether (before
 * Linux 5.6, or where a filter refuses the call). Throws ErrnoError.
 */
export function stepTo(directory: number, name: Path): number | 'mount' {
  const fd = NO_OPENAT2 ? -1 : c.openat2(OPENAT2, directory, terminated(name, 'open'), STEP, STEP.length);
  if (fd >= 0) return fd;
  const errno = NO_OPENAT2 ? 'ENOSYS' : lastErrno();
  if (errno === 'EXDEV' || errno === 'ENOSYS' || errno === 'EPERM') return 'mount';
  throw new ErrnoError('open', errno);
}

/** The path under which a file that we point to can be opened, whatever its name is by now (proc(5)). */
function throughProc(pointer: number): Buffer {
  return Buffer.from(`/proc/self/fd/${pointer}\0`);
}

/** What kind of file a descriptor points to, and which. Throws ErrnoError. */
export function statusOf(fd: number): FileStatus {
  const status = statusOfDescriptor(fd);
  if (!status) throw new ErrnoError('statx', lastErrno());
  return status;
}

const ACCESS = { read: constants.O_RDONLY, write: constants.O_WRONLY };

/** Opens a FIFO or pipe that we point to, without waiting for a partner. Throws ErrnoError (ENXIO: to write, and nobody reads a FIFO; EACCES). */
export function openNow(pointer: number, access: 'read' | 'write'): number {
  const flags = ACCESS[access] | constants.O_NONBLOCK | O_CLOEXEC;
  const fd = c.openat(AT_FDCWD, throughProc(pointer), flags, 0);
  if (fd < 0) throw new ErrnoError('open', lastErrno());
  return fd;
}

/**
 * Opens a regular file that we point to; to read without moving its access time, where we may ask for that (O_NOATIME: our own file, or CAP_FOWNER). Never makes one, never
 * cuts one short, never waits. To be closed. Throws ErrnoError (EACCES).
 */
export function openFile(pointer: number, access: 'read' | 'both'): number {
  const flags =
    (access === 'read' ? constants.O_RDONLY : constants.O_RDWR) | constants.O_NONBLOCK | O_CLOEXEC;
  const path = throughProc(pointer);
  let fd = c.openat(AT_FDCWD, path, flags | constants.O_NOATIME, 0);
  if (fd < 0 && lastErrno() === 'EPERM') fd = c.openat(AT_FDCWD, path, flags, 0);
  if (fd < 0) throw new ErrnoError('open', lastErrno());
  return fd;
}

/** Bytes of a file from a place on, as many as it has (pread(2)). Throws ErrnoError. */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const into = Buffer.alloc(length);
  try {
    for (let done = 0; done < length;) {
      const more = readSync(fd, into, done, length - done, offset + done);
      if (more === 0) return into.subarray(0, done);
      done += more;
    }
    return into;
  } catch (error) {
    throw new ErrnoError('read', (error as NodeJS.ErrnoException).code ?? 'EIO');
  }
}

/** Opens it as any program does, blocking a pool thread until a partner comes (fifo(7)). Rejects with ErrnoError (EINTR: a signal, and none had come). */
export async function openBlocking(pointer: number, access: 'read' | 'write'): Promise<number> {
  const { result, errno } = await blocking.openat(
    AT_FDCWD,
    throughProc(pointer),
    ACCESS[access] | O_CLOEXEC,
    0,
  );
  if (result < 0) throw new ErrnoError('open', errnoName(errno));
  return result;
}

/** Makes a regular file with exactly these permission bits, and answers a descriptor for reading and writing. Throws ErrnoError (EEXIST, also for a link that leads nowhere). */
export function makeFile(directory: number, name: Path, mode: number): number {
  const bytes = terminated(name, 'open');
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const before = c.umask(0);
  const fd = c.openat(directory, bytes, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  const errno = lastErrno();
  c.umask(before);
  if (fd < 0) throw new ErrnoError('open', errno);
  return fd;
}

/** Makes a FIFO with exactly these permission bits, whatever our umask is. Throws ErrnoError as mkfifo(3) does (EEXIST, also for a link that leads nowhere). */
export function makeFifo(directory: number, name: Path, mode: number): void {
  const bytes = terminated(name, 'mkfifo');
  const before = c.umask(0);
  const made = c.mkfifoat(directory, bytes, mode);
  const errno = lastErrno();
  c.umask(before);
  if (made < 0) throw new ErrnoError('mkfifo', errno);
}

/** Renames within a directory, and never over another file. Throws ErrnoError (EEXIST; EINVAL: this file system cannot promise that). */
export function renameWithin(directory: number, from: Path, to: Path): void {
  const names = [terminated(from, 'rename'), terminated(to, 'rename')] as const;
  if (c.syscall(RENAMEAT2, directory, names[0], directory, names[1], RENAME_NOREPLACE) < 0)
    throw new ErrnoError('rename', lastErrno());
}

/** Takes a name out of a directory (unlink(2)). Throws ErrnoError. */
export function unlinkWithin(directory: number, name: Path): void {
  if (c.unlinkat(directory, terminated(name, 'unlink'), 0) < 0) throw new ErrnoError('unlink', lastErrno());
}

/** A path's directory and its last part. Throws ErrnoError EINVAL for what has no last part of its own (`/`, `.`, `..`, `a/`). */
export function splitPath(path: Path): { directory: Buffer; name: Buffer } {
  const bytes = Buffer.from(path);
  const slash = bytes.lastIndexOf(0x2f);
  const name = bytes.subarray(slash + 1);
  if (name.length === 0 || name.equals(Buffer.from('.')) || name.equals(Buffer.from('..')))
    throw new ErrnoError('open', bytes.length === 0 ? 'ENOENT' : 'EINVAL');
  const directory = slash < 0 ? Buffer.from('.') : bytes.subarray(0, Math.max(1, slash));
  return { directory, name };
}
