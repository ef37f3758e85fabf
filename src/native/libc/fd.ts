/** unistd.h, fcntl.h, poll.h and sys/ioctl.h on pipes and FIFOs (pipe(7)). Nothing here waits but the calls named so. */
import { constants } from 'node:fs';
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy, lazyBlocking } from './load';

/** Bytes that one write gives whole or not at all (limits.h). */
export const PIPE_BUF = 4096;
/** A write as a packet, which one read takes alone (open(2)). Its number differs between architectures. */
export const O_DIRECT = constants.O_DIRECT ?? (process.arch === 'x64' ? 0o40000 : 0o200000);
const O_CLOEXEC = 0o2000000;
const O_ACCMODE = 3;
const F_GETFL = 3;
const F_SETFL = 4;
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;
const FIONREAD = 0x541b;
const SPLICE_F_NONBLOCK = 2;
const POLLIN = 1;
const POLLOUT = 4;
const POLLERR = 8;
const POLLHUP = 16;

const READ = 'long read(int, void *, size_t)';
const WRITE = 'long write(int, const void *, size_t)';
const c = {
  pipe2: lazy<[Buffer, number], number>('int pipe2(void *, int)'),
  close: lazy<[number], number>('int close(int)'),
  read: lazy<[number, Buffer, number], number>(READ),
  write: lazy<[number, Buffer, number], number>(WRITE),
  tee: lazy<[number, number, number, number], number>('long tee(int, int, size_t, unsigned int)'),
  // Of fixed arity: the platforms that we run on pass variadic arguments in the same registers.
  fcntl: lazy<[number, number, number], number>('int fcntl(int, int, long)'),
  ioctl: lazy<[number, number, Buffer], number>('int ioctl(int, unsigned long, void *)'),
  poll: lazy<[Buffer, number, number], number>('int poll(void *, unsigned long, int)'),
};
const blocking = {
  read: lazyBlocking<[number, Buffer, number]>(READ),
  write: lazyBlocking<[number, Buffer, number]>(WRITE),
};

const int = Buffer.alloc(4);
const pollfd = Buffer.alloc(8);

/** What a call gave, or its ErrnoError. */
function checked(call: string, result: number): number {
  if (result < 0) throw new ErrnoError(call, lastErrno());
  return result;
}

/** A pipe of our own, neither end of which waits. Throws ErrnoError (EMFILE, ENFILE). */
export function makePipe(): { read: number; write: number } {
  const ends = Buffer.alloc(8);
  checked('pipe2', c.pipe2(ends, constants.O_NONBLOCK | O_CLOEXEC));
  return { read: ends.readInt32LE(0), write: ends.readInt32LE(4) };
}

/** A pipe of which our end does not wait, and the other's does. Throws ErrnoError (EMFILE, ENFILE). */
export function makeOneWay(ours: 'read' | 'write'): { read: number; write: number } {
  const ends = Buffer.alloc(8);
  checked('pipe2', c.pipe2(ends, O_CLOEXEC));
  const pipe = { read: ends.readInt32LE(0), write: ends.readInt32LE(4) };
  stopWaiting(pipe[ours]);
  return pipe;
}

/** Waits so many milliseconds at most until a descriptor is readable (or at its end) or writable; whether it is. Only for one at whose other end is a process of ours. */
export function waitUntil(fd: number, what: 'readable' | 'writable', milliseconds: number): boolean {
  pollfd.writeInt32LE(fd, 0);
  pollfd.writeInt16LE(what === 'readable' ? POLLIN : POLLOUT, 4);
  pollfd.writeInt16LE(0, 6);
  return c.poll(pollfd, 1, milliseconds) > 0;
}

/** Closes a descriptor; it is free whatever close(2) says. */
export function close(fd: number): void {
  c.close(fd);
}

/** Bytes that wait to be read, asked of either end (FIONREAD). Throws ErrnoError. */
export function unreadOf(fd: number): number {
  checked('ioctl', c.ioctl(fd, FIONREAD, int));
  return int.readInt32LE(0);
}

/** Bytes that fit if no slot is wasted (F_GETPIPE_SZ). Throws ErrnoError. */
export function capacityOf(fd: number): number {
  return checked('fcntl', c.fcntl(fd, F_GETPIPE_SZ, 0));
}

/** Asks for another capacity, and answers what it became. Throws ErrnoError (EBUSY: what is in it would not fit; EPERM: a limit; EINVAL: beyond 2 GiB). */
export function resize(fd: number, capacity: number): number {
  // The kernel takes the lower 32 bits alone, and would make it something else than was asked.
  if (capacity > 2 ** 31) throw new ErrnoError('fcntl', 'EINVAL');
  return checked('fcntl', c.fcntl(fd, F_SETPIPE_SZ, capacity));
}

/** Flags of an open file description (F_GETFL), and the direction in them. Throws ErrnoError. */
export function flagsOf(fd: number): { reads: boolean; writes: boolean; packet: boolean } {
  const flags = checked('fcntl', c.fcntl(fd, F_GETFL, 0));
  const direction = flags & O_ACCMODE;
  return { reads: direction !== 1, writes: direction !== 0, packet: (flags & O_DIRECT) !== 0 };
}

/** Makes a description that we opened ourselves wait no more. Never one that we copied: it is its owner's too. Throws ErrnoError. */
export function stopWaiting(fd: number): void {
  const flags = checked('fcntl', c.fcntl(fd, F_GETFL, 0));
  checked('fcntl', c.fcntl(fd, F_SETFL, flags | constants.O_NONBLOCK));
}

/**
 * What poll(2) says at once. A read end: `readable`, and `hangup` where nobody holds a write end. A write end: `writable` (a whole slot is free), and
 * `error` where nobody holds a read end. Throws ErrnoError.
 */
export function eventsOf(fd: number): {
  readable: boolean;
  writable: boolean;
  hangup: boolean;
  error: boolean;
} {
  pollfd.writeInt32LE(fd, 0);
  pollfd.writeInt16LE(POLLIN | POLLOUT, 4);
  pollfd.writeInt16LE(0, 6);
  // Without waiting too, a signal that is pending interrupts it.
  while (c.poll(pollfd, 1, 0) < 0) {
    const errno = lastErrno();
    if (errno !== 'EINTR') throw new ErrnoError('poll', errno);
  }
  const events = pollfd.readInt16LE(6);
  const has = (bit: number) => (events & bit) !== 0;
  return { readable: has(POLLIN), writable: has(POLLOUT), hangup: has(POLLHUP), error: has(POLLERR) };
}

/**
 * Copies up to `length` bytes from the front of one pipe into another, and takes none (tee(2)). Answers how many; 0 where it is empty and nobody can
 * write to it any more, undefined where it is only empty. Throws ErrnoError.
 */
export function tee(from: number, to: number, length: number): number | undefined {
  const copied = c.tee(from, to, length, SPLICE_F_NONBLOCK);
  if (copied >= 0) return copied;
  const errno = lastErrno();
  if (errno === 'EAGAIN') return undefined;
  throw new ErrnoError('tee', errno);
}

/** Takes up to `length` bytes from a descriptor that does not wait; of packets, one. Empty at the end of file, undefined where there is nothing yet. Throws ErrnoError. */
export function readNow(fd: number, length: number): Buffer | undefined {
  const buffer = Buffer.allocUnsafe(length);
  const got = c.read(fd, buffer, length);
  if (got >= 0) return buffer.subarray(0, got);
  const errno = lastErrno();
  if (errno === 'EAGAIN') return undefined;
  throw new ErrnoError('read', errno);
}

/** Writes what fits to a descriptor that does not wait, and answers how many bytes; up to PIPE_BUF all or none. Throws ErrnoError (EPIPE: nobody reads). */
export function writeNow(fd: number, data: Buffer): number {
  const written = c.write(fd, data, data.length);
  if (written >= 0) return written;
  const errno = lastErrno();
  if (errno === 'EAGAIN') return 0;
  throw new ErrnoError('write', errno);
}

/** Takes up to `length` bytes, blocking a pool thread until there is one; empty at the end of file. Rejects with ErrnoError (EINTR: a signal, and nothing was taken). */
export async function readBlocking(fd: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { result, errno } = await blocking.read(fd, buffer, length);
  if (result < 0) throw new ErrnoError('read', errnoName(errno));
  return buffer.subarray(0, result);
}

/** Writes, blocking a pool thread until all is written; fewer bytes where a signal came in between. Rejects with ErrnoError (EINTR: before any; EPIPE). */
export async function writeBlocking(fd: number, data: Buffer): Promise<number> {
  const { result, errno } = await blocking.write(fd, data, data.length);
  if (result < 0) throw new ErrnoError('write', errnoName(errno));
  return result;
}
