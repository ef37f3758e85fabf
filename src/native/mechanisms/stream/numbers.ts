/** What the ends of a pipe or FIFO tell of it, and its capacity. Nothing is taken from it, and no flag of anybody's descriptor is altered. */
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import { ErrnoError } from '../../libc/errno';
import { capacityOf, eventsOf, resize, tee, unreadOf } from '../../libc/fd';
import { pageSize } from '../../libc/time';
import { readLine } from '../../proc/read';
import { allows, type Copy, type StreamId, through } from './descriptorCopy';
import { withOwnPipe } from './peek';

/** What is absent could not be asked: of a stream of which only one side may be looked at, what only the other side tells. */
export interface StreamNumbers {
  /** FIONREAD, in bytes. Absent only with `error` alone. */
  unread?: number;
  /** F_GETPIPE_SZ, in bytes. */
  capacity?: number;
  /** O_DIRECT of a descriptor that was looked at. */
  packet: boolean;
  /** Of a read end: something waits to be read. */
  readable?: boolean;
  /** Of a write end: a slot is free, so that PIPE_BUF bytes fit. */
  writable?: boolean;
  /** POLLHUP: proof that nobody holds a write end. */
  hangup?: boolean;
  /** POLLERR: proof that nobody holds a read end. */
  error?: boolean;
}

/**
 * Looks through one end of each direction, one after the other. `denied`: the kernel lets us look through none; `gone`: each of these ends
 * was closed, or is another's by now. Throws ErrnoError where we ourselves are short of something (EMFILE).
 */
export function streamNumbers(
  stream: StreamId,
  ends: readonly Endpoint[],
): StreamNumbers | 'denied' | 'gone' {
  const reader = lookAtReaders(stream, ends);
  const writer = through(stream, ends, 'write', (copy) => {
    const { writable, error } = eventsOf(copy.fd);
    return { ...amounts(copy), writable, error };
  });
  if (typeof reader === 'object' || typeof writer === 'object') {
    const [read, write] = [seenOf(reader), seenOf(writer)];
    const packet = (read?.packet ?? false) || (write?.packet ?? false);
    return { ...write, ...read, packet };
  }
  if (writer === 'noReader') return { packet: false, error: true };
  return reader === 'denied' || writer === 'denied' ? 'denied' : 'gone';
}

/** Readers of one FIFO that are asked for a hangup, at most. */
const ASKED = 16;

/** Of a FIFO each reader may be the only one that tells of a hangup: the kernel keeps it from one that opened it when nobody wrote (fs/pipe.c, `f_version`). */
function lookAtReaders(stream: StreamId, ends: readonly Endpoint[]) {
  const look = (some: readonly Endpoint[]) =>
    through(stream, some, 'read', (copy) => ({ ...amounts(copy), ...readSide(copy, stream) }));
  const first = look(ends);
  if (!stream.file || ends.some((end) => allows(end, 'write'))) return first;
  if (typeof first === 'string' || first.seen.hangup === true) return first;
  for (const end of ends.slice(0, ASKED)) {
    const other = look([end]);
    if (typeof other === 'object' && other.seen.hangup === true) return other;
  }
  return first;
}

function seenOf<T>(looked: { seen: T } | string): T | undefined {
  return typeof looked === 'object' ? looked.seen : undefined;
}

function amounts({ fd, packet }: Copy) {
  return { unread: unreadOf(fd), capacity: capacityOf(fd), packet };
}

function readSide({ fd, fresh }: Copy, stream: StreamId): { readable: boolean; hangup?: boolean } {
  const { readable, hangup } = eventsOf(fd);
  if (hangup || stream.file === undefined) return { readable, hangup };
  // A FIFO that was opened when nobody wrote keeps a hangup to itself, but an empty one without a writer lets tee(2) see its end.
  if (readable) return { readable, ...(!fresh && { hangup }) };
  return withOwnPipe(1, (own) => ({ readable, hangup: tee(fd, own.write, 1) === 0 }));
}

/**
 * F_SETPIPE_SZ through any end; the kernel rounds up. Throws ErrnoError: EBUSY with `unread` (bytes that would not fit), EPERM with `limit` (bytes,
 * pipe-max-size) or, below that, with `userLimit` (bytes of all pipes of a user, pipe-user-pages-soft); EPERM without a detail where we may look through no end.
 * Throws IpcFailure `gone`, and `disturbs` with `noHolder` for a FIFO that nobody has open: it has no capacity; with `noHolderSeen` where
 * somebody may be `hidden`.
 */
export function setCapacity(
  stream: StreamId,
  ends: readonly Endpoint[],
  capacity: number,
  hidden = true,
): number {
  const alter = ({ fd }: Copy) => {
    const unread = unreadOf(fd);
    try {
      return resize(fd, capacity);
    } catch (error) {
      throw error instanceof ErrnoError ? explained(error, capacity, unread) : error;
    }
  };
  const held = ends.filter(({ fd }) => fd !== undefined);
  const reader = through(stream, held, 'read', alter);
  if (typeof reader === 'object') return reader.seen;
  const writer = through(stream, held, 'write', alter);
  if (typeof writer === 'object') return writer.seen;
  if (reader === 'denied' || writer === 'denied') throw new ErrnoError('pidfd_getfd', 'EPERM');
  if (held.length === 0 && stream.file)
    throw new IpcFailure({ code: 'disturbs', detail: { why: hidden ? 'noHolderSeen' : 'noHolder' } });
  throw new IpcFailure({ code: 'gone' });
}

function explained(error: ErrnoError, capacity: number, unread: number): ErrnoError {
  if (error.errno === 'EBUSY') return new ErrnoError('fcntl', 'EBUSY', { unread });
  if (error.errno !== 'EPERM') return error;
  const limit = setting('pipe-max-size');
  if (limit !== undefined && capacity > limit) return new ErrnoError('fcntl', 'EPERM', { limit });
  const pages = setting('pipe-user-pages-soft');
  return new ErrnoError('fcntl', 'EPERM', pages === undefined ? {} : { userLimit: pages * pageSize() });
}

/** A number of /proc/sys/fs (proc(5)). */
function setting(name: string): number | undefined {
  const text = readLine(`/proc/sys/fs/${name}`);
  return text === undefined ? undefined : Number(text);
}
