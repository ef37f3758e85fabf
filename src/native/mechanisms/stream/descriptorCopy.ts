/**
 * A descriptor of somebody else's pipe or FIFO for under a millisecond. While we have it we count as a reader or writer where there is one already;
 * never is a reader made of a write end, or a writer of a read end.
 */
import { constants, lstatSync, readlinkSync } from 'node:fs';
import type { Endpoint } from '../../../protocol/facts';
import { ErrnoError } from '../../libc/errno';
import { openNow, pointTo, statusOf } from '../../libc/path';
import { copyDescriptor, openPidfd } from '../../libc/pidfd';
import { close, flagsOf, O_DIRECT } from '../../libc/fd';
import { isLocalPointer } from '../../proc/mountTable';
import { openFlags } from '../common/flags';
import { lives, reached } from '../common/reaching';

/** Which stream is meant: what a descriptor's number leads to may change at any time. An `OpenStream` of the census fits. */
export interface StreamId {
  /** Decimal text. */
  inode: string;
  /** Of a FIFO; a pipe has none. */
  file?: { device: string; birth: string } | undefined;
}

/** Why no descriptor could be had. `noReader`: opening a write end of a FIFO proved that nobody reads (ENXIO). */
export type Unreachable = 'denied' | 'gone' | 'noReader';

/** A descriptor that we may look through. */
export interface Copy {
  fd: number;
  /** A description of our own, not its owner's: poll(2) tells no hangup of a FIFO then. */
  fresh: boolean;
  /** O_DIRECT of the owner's descriptor. */
  packet: boolean;
}

type Access = 'read' | 'write';

/** Looks through the first end with this access that lets us, and closes the copy at once. Throws what `look` throws. */
export function through<T>(
  stream: StreamId,
  ends: readonly Endpoint[],
  access: Access,
  look: (copy: Copy) => T,
): { seen: T } | Unreachable {
  let why: Unreachable = 'gone';
  for (const end of ends) {
    if (!allows(end, access) || end.fd === undefined) continue;
    const copy = copyOf(stream, end, end.fd, access);
    if (typeof copy === 'object') {
      try {
        return { seen: look(copy) };
      } finally {
        close(copy.fd);
      }
    }
    if (copy === 'noReader') return copy;
    if (copy === 'denied') why = copy;
  }
  return why;
}

/** Whether an end goes in this direction. */
export function allows({ role }: Endpoint, access: Access): boolean {
  return role === 'both' || role === (access === 'read' ? 'reader' : 'writer');
}

function copyOf(stream: StreamId, end: Endpoint, fd: number, access: Access): Copy | Unreachable {
  const copy = reached(() => duplicate(stream, end, fd, access));
  // Yama and ENOSYS deny the copy and leave the other way.
  return copy === 'denied' ? reached(() => reopen(stream, end, fd, access)) : copy;
}

/** pidfd_getfd(2): its owner's own description. Needs the right to trace. */
function duplicate(stream: StreamId, end: Endpoint, number: number, access: Access): Copy | 'gone' {
  const pidfd = openPidfd(end.tid ?? end.pid, end.tid !== undefined && end.tid !== end.pid);
  let fd: number | undefined;
  try {
    // After the pidfd, which cannot change its process any more.
    if (!lives(end)) return 'gone';
    fd = copyDescriptor(pidfd, number);
    const flags = flagsOf(fd);
    if (!isOf(stream, fd) || !(access === 'read' ? flags.reads : flags.writes)) return 'gone';
    const copy = { fd, fresh: false, packet: flags.packet };
    fd = undefined;
    return copy;
  } finally {
    close(pidfd);
    if (fd !== undefined) close(fd);
  }
}

/** A description of our own, made of an end with the same direction (proc(5), /proc/PID/fd). Needs the right to read its process, and the file's mode. */
function reopen(stream: StreamId, end: Endpoint, number: number, access: Access): Copy | Unreachable {
  const { pid, tid } = end;
  const folder = `/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}`;
  const link = `${folder}/fd/${number}`;
  const pointer = pointTo(link, { follow: true });
  try {
    if (!isOf(stream, pointer) || !lives(end)) return 'gone';
    // To open a FIFO that lies on one with a server asks that for its rights.
    if (stream.file && !isLocalPointer(pointer)) return 'denied';
    const packet = ((openFlags(`${folder}/fdinfo/${number}`) ?? 0) & O_DIRECT) !== 0;
    // Last of all, so that hardly any time is left in which the end could be closed or replaced.
    if (!goes(link, access)) return 'gone';
    return { fd: openNow(pointer, access), fresh: true, packet };
  } catch (error) {
    // A write end that cannot be opened without waiting for a reader (fifo(7)).
    if (error instanceof ErrnoError && error.errno === 'ENXIO') return 'noReader';
    throw error;
  } finally {
    close(pointer);
  }
}

/** The mode of the link has the directions of the descriptor. False where it was closed meanwhile. */
function goes(link: string, access: Access): boolean {
  const bit = access === 'read' ? constants.S_IRUSR : constants.S_IWUSR;
  try {
    return (lstatSync(link).mode & bit) !== 0;
  } catch {
    return false;
  }
}

function isOf(stream: StreamId, fd: number): boolean {
  const { file } = stream;
  // No path looks like this; and an inode of pipefs may also be one of another file system.
  if (!file) return readlinkSync(`/proc/self/fd/${fd}`) === `pipe:[${stream.inode}]`;
  const { mode, inode, device, birth } = statusOf(fd);
  const fits = (mode & constants.S_IFMT) === constants.S_IFIFO && inode === stream.inode;
  return fits && file.device === device && file.birth === birth;
}
