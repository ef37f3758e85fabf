/** A look at what waits in a pipe or FIFO, by tee(2) through a reader that exists: it stays there, in its order. */
import { toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import type { ResultOf } from '../../../protocol/kinds';
import { ErrnoError } from '../../libc/errno';
import { capacityOf, close, makePipe, PIPE_BUF, readNow, resize, tee, unreadOf } from '../../libc/fd';
import { allows, type Copy, type StreamId, through } from './descriptorCopy';

type OwnPipe = ReturnType<typeof makePipe>;

/**
 * The ability `peek`. Throws IpcFailure `disturbs` where the kernel leaves no way to look (`why`: `noReader`, nobody has it open for reading, and a
 * reader of our own would be one more; `noReaderSeen`: the same where somebody may be `hidden`; `denied`), and `gone` where each of these readers has closed it.
 */
export function peekStream(
  stream: StreamId,
  ends: readonly Endpoint[],
  length: number,
  hidden = true,
): ResultOf<'pipe', 'peek'> {
  const reads = (end: Endpoint) => allows(end, 'read') && end.fd !== undefined;
  if (!ends.some(reads))
    throw new IpcFailure({ code: 'disturbs', detail: { why: hidden ? 'noReaderSeen' : 'noReader' } });
  return withOwnPipe(PIPE_BUF, (own) => {
    // So much more that the last packet is whole, and its length known.
    const looked = through(stream, ends, 'read', (copy) => copyInto(own, copy, length + PIPE_BUF));
    if (looked === 'denied') throw new IpcFailure({ code: 'disturbs', detail: { why: 'denied' } });
    if (typeof looked === 'string') throw new IpcFailure({ code: 'gone' });
    const { seen } = looked;
    const parts = drain(own);
    const all = Buffer.concat(parts);
    const content = all.subarray(0, length);
    return {
      content: toBytes(content),
      unread: Math.max(seen.unread, all.length),
      capacity: seen.capacity,
      // A pipe whose writers alone write packets shows it by how it is read.
      ...((seen.packet || parts.length > 1) && { packets: packetsIn(parts, length) }),
      readAt: seen.readAt,
    };
  });
}

/** Copies from the front while we have the descriptor, and leaves the rest for later. */
function copyInto(own: OwnPipe, { fd, packet }: Copy, length: number) {
  const capacity = capacityOf(fd);
  const room = grow(own, capacity);
  const before = unreadOf(fd);
  const copied = tee(fd, own.write, length) ?? 0;
  // Where all of it was copied, that is how much it was; else its owner may have read between the two calls.
  const whole = copied < length && room >= capacity;
  return { unread: whole ? copied : before, capacity, packet, readAt: Date.now() };
}

/** Gives our pipe as many slots as the other has, as far as we may (pipe-max-size, pipe-user-pages-soft). */
export function grow({ write }: OwnPipe, capacity: number): number {
  const present = capacityOf(write);
  for (let wanted = capacity; wanted > present; wanted = Math.floor(wanted / 2)) {
    try {
      return resize(write, wanted);
    } catch (error) {
      if (!(error instanceof ErrnoError) || error.errno !== 'EPERM') throw error;
    }
  }
  return present;
}

/** Everything in our own pipe, in the pieces in which it is read. */
export function drain({ read }: OwnPipe): Buffer[] {
  const parts: Buffer[] = [];
  // Asked first, since a piece is read with room for all that is left.
  for (let left = unreadOf(read); left > 0; left = unreadOf(read)) {
    const part = readNow(read, left);
    if (!part || part.length === 0) break;
    parts.push(part);
  }
  return parts;
}

/** Lengths of the packets that begin within the first `length` bytes. */
function packetsIn(parts: readonly Buffer[], length: number): number[] {
  const packets: number[] = [];
  let at = 0;
  for (const part of parts) {
    if (at >= length) break;
    packets.push(part.length);
    at += part.length;
  }
  return packets;
}

/** Lends a pipe of our own with room for `least` bytes, and closes it. Throws ErrnoError (EMFILE). */
export function withOwnPipe<T>(least: number, use: (own: OwnPipe) => T): T {
  const own = makePipe();
  try {
    if (least > capacityOf(own.write)) resize(own.write, least);
    return use(own);
  } finally {
    close(own.read);
    close(own.write);
  }
}
