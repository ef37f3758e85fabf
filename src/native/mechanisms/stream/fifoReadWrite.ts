/** Reading and writing a FIFO without waiting for anybody; fifoBlocking.ts has what waits. */
import { setTimeout } from 'node:timers/promises';
import { ErrnoError } from '../../libc/errno';
import { openNow, type Path } from '../../libc/path';
import { capacityOf, close, PIPE_BUF, readNow, unreadOf, writeNow } from '../../libc/fd';
import { type FifoIdentity, openFifoFor, pointToFifo } from './fifoFile';
import { leave, type LastRead } from './fifoLeaving';

/** Milliseconds in which a writer may write whom our open has released; without them it would write to nobody, and die. */
const GRACE = 200;
/** Milliseconds between two looks. */
const STEP = 5;

/**
 * Writes all of it, at once or not. Throws as `openFifoFor`; ErrnoError EAGAIN where it does not fit (`bytes` asked, `written` before that, `room` found; up to
 * PIPE_BUF bytes are written whole or not at all, more may be written in part where readers or writers interfere), EPIPE where the reader left (`written`).
 */
export function writeFifo(identity: FifoIdentity, path: Path, content: Buffer): { bytes: number } {
  const bytes = content.length;
  const fd = openFifoFor('write', path, identity);
  try {
    const room = Math.max(0, capacityOf(fd) - unreadOf(fd));
    if (bytes > PIPE_BUF && bytes > room)
      throw new ErrnoError('write', 'EAGAIN', { bytes, room, written: 0 });
    for (let written = 0; written < bytes;) {
      const more = writeSome(fd, content.subarray(written), { bytes, written });
      if (more === 0) throw new ErrnoError('write', 'EAGAIN', { bytes, room, written });
      written += more;
    }
    return { bytes };
  } finally {
    close(fd);
  }
}

function writeSome(fd: number, rest: Buffer, detail: { bytes: number; written: number }): number {
  try {
    return writeNow(fd, rest);
  } catch (error) {
    throw error instanceof ErrnoError ? new ErrnoError('write', error.errno, detail) : error;
  }
}

/**
 * Takes what is there, at most `length` bytes, or more where the rest would be lost with our descriptor. Of a packet
 * (pipe(7)) a read that is too short loses the rest: of a FIFO in packet mode ask for PIPE_BUF at least. Empty with `end`: nobody writes. Rejects as
 * `openFifoFor`, and with ErrnoError EAGAIN where writers have it open and none of them has written, also not in the time that one gets whom
 * we have released.
 */
export async function readFifo(identity: FifoIdentity, path: Path, length: number): Promise<LastRead> {
  const reader = openReader(path, identity);
  let content: Buffer | undefined;
  try {
    content = await inGrace(() => readNow(reader.fd, length));
  } catch (error) {
    closeReader(reader);
    throw error;
  }
  return leaveReader(reader, content, length);
}

/** A FIFO that we have open for reading, and what points to it. */
export interface FifoReader {
  fd: number;
  pointer: number;
}

/** Opens it for reading without waiting. Throws as `openFifoFor`. */
export function openReader(path: Path, identity: FifoIdentity): FifoReader {
  const pointer = pointToFifo(path, identity);
  try {
    return { fd: openNow(pointer, 'read'), pointer };
  } catch (error) {
    close(pointer);
    throw error;
  }
}

/** Closes it whatever is in it. */
export function closeReader({ fd, pointer }: FifoReader): void {
  close(fd);
  close(pointer);
}

/** Closes it as `leave` does. `content`: what it read last. Throws ErrnoError EAGAIN where nothing was there yet. */
export function leaveReader(
  { fd, pointer }: FifoReader,
  content: Buffer | undefined,
  length: number,
): LastRead {
  try {
    const unacknowledged = leave(fd, pointer, content, length);
    if (!unacknowledged) throw new ErrnoError('read', 'EAGAIN');
    return unacknowledged;
  } finally {
    close(pointer);
  }
}

/** Again and again until it answers something, or the writer whom we released has had its time. */
export async function inGrace<T>(look: () => T | undefined): Promise<T | undefined> {
  const late = performance.now() + GRACE;
  for (;;) {
    const seen = look();
    if (seen !== undefined || performance.now() >= late) return seen;
    await setTimeout(STEP);
  }
}
