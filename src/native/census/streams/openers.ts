/** On which FIFO a thread sleeps that waits for a partner in its open(2). It has no descriptor yet: only its path says so, and that may come to lead elsewhere. */
import { namedBy } from '../../proc/names';
import { type FileStatus, statusOfPath, targetOfLink } from '../../libc/directory';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { fifoRef } from '../../../protocol/ref';
import { isObstacle, type PathResolver, withPathResolver } from '../../proc/pathResolver';
import type { StreamFd } from '../descriptors/openFiles';
import { type Obstacle, type Reached, stepWithin } from '../../proc/walk';
import type { Target } from '../waits/waitsOf';

/** What an open names. */
export type Named = Extract<Target, { is: 'path' }>;

/** A FIFO's file. `path`: as the kernel gives it; empty where it is not known. */
export type OpenedFifo = Pick<StreamFd, 'ref' | 'inode' | 'uid' | 'gid' | 'mode'> & {
  file: NonNullable<StreamFd['file']>;
};

const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const S_IFLNK = 0o120000;
const SLASH = 0x2f;
const AT_FDCWD = -100;
const UNKNOWN = Buffer.alloc(0);
/** What a process calls a descriptor of its own, as our own waiting acts do. */
const OWN = /^\/proc\/(?:thread-)?self\/fd\/(\d+)$/;

/**
 * The FIFO to which the path of a thread leads now. `none`: nothing is there, or something else. Undefined where the way goes through a file system that may never answer, or may not be gone.
 * All is asked of the thread: a leader that has exited has no root any more.
 */
export function fifoOf(tid: number, named: Named, sight: PathResolver): OpenedFifo | 'none' | undefined {
  const own = ownOf(tid, named);
  if (own) return fifoBy(own) ?? 'none';
  const found =
    named.path[0] === SLASH
      ? sight.of(tid, named.path)
      : sight.from(tid, startOf(tid, named.directory), named.path);
  return fifoAt(found);
}

/** The link of its own descriptor that a thread names. */
function ownOf(tid: number, { path }: Named): Buffer | undefined {
  const fd = OWN.exec(path.toString('latin1'))?.[1];
  return fd === undefined ? undefined : Buffer.from(`/proc/${tid}/fd/${fd}`);
}

/** The same FIFO as it is now, for its thread has not run since: it may have been renamed or given other rights, and another may have its path. Undefined where it is not found any more. */
export function stillOf(
  known: OpenedFifo,
  tid: number,
  named: Named,
  sight: PathResolver,
): OpenedFifo | 'none' | undefined {
  const { path } = known.file;
  const [by, now] = [path.length > 0 ? fifoAt(sight.here(path)) : undefined, fifoOf(tid, named, sight)];
  for (const found of [by, now]) if (typeof found === 'object' && found.ref === known.ref) return found;
  return now === undefined ? undefined : 'none';
}

/** Its path as the thread wrote it, from the root. */
export function writtenPath(tid: number, { path, directory }: Named): Buffer {
  if (path[0] === SLASH) return path;
  const start = targetOfLink(Buffer.from(startOf(tid, directory)));
  return start ? Buffer.concat([start, Buffer.from('/'), path]) : path;
}

/**
 * Whether the path of a thread has led to that FIFO ever since a moment (milliseconds since the epoch) before it went to sleep, as far as times tell: no name on the way was given to anything else, for then
 * the folder in which it stands, and what stands there now, would have changed. A mount that came to lie over the way leaves no time; who may mount may do more.
 */
export function ledThereSince(
  moment: number,
  tid: number,
  named: Named,
  fifo: OpenedFifo,
  sight: PathResolver,
): boolean {
  if (ownOf(tid, named)) return true;
  // Links on the way could have been others.
  const written = named.path
    .toString('latin1')
    .split('/')
    .filter((name) => name !== '' && name !== '.');
  if (written.includes('..')) return false;
  const start = named.path[0] === SLASH ? `/proc/${tid}/root` : startOf(tid, named.directory);
  let pointer = sight.behind(start);
  try {
    let folder = typeof pointer === 'number' ? statusOf(pointer) : undefined;
    for (const name of written) {
      if (typeof pointer !== 'number') return false;
      const next = stepWithin(pointer, Buffer.from(name, 'latin1'));
      close(pointer);
      pointer = next;
      const entry = typeof pointer === 'number' ? statusOf(pointer) : undefined;
      if (!folder || !entry || (entry.mode & S_IFMT) === S_IFLNK) return false;
      if (folder.writtenAt >= moment && entry.changedAt >= moment) return false;
      folder = entry;
    }
    return folder?.inode === fifo.inode && folder.device === fifo.file.device;
  } catch {
    return false;
  } finally {
    if (typeof pointer === 'number') close(pointer);
  }
}

/** Where relative paths of a thread begin: its working directory, or a directory that it has open. */
function startOf(tid: number, directory: number | undefined): string {
  const own = directory === undefined || directory === AT_FDCWD;
  return `/proc/${tid}/${own ? 'cwd' : `fd/${directory}`}`;
}

/** Never opened: that would let go who waits. Closes what was reached. */
function fifoAt(found: Reached | Obstacle): OpenedFifo | 'none' | undefined {
  if (isObstacle(found)) return found === 'missing' ? 'none' : undefined;
  try {
    return fifoBy(Buffer.from(`/proc/self/fd/${found.pointer}`)) ?? 'none';
  } finally {
    close(found.pointer);
  }
}

/** The FIFO to which the link of a descriptor leads (proc(5)); its text is the path as we see it. */
export function fifoBy(link: Buffer): OpenedFifo | undefined {
  const path = targetOfLink(link) ?? UNKNOWN;
  const status = statusOfPath(link);
  if (!status || (status.mode & S_IFMT) !== S_IFIFO) return undefined;
  // The number may have been given to another between the two.
  if (!(targetOfLink(link) ?? UNKNOWN).equals(path)) return undefined;
  const { device, inode, birth, uid, gid, mode } = status;
  return {
    ref: fifoRef(device, inode, birth),
    inode,
    uid,
    gid,
    mode: mode & 0o777,
    file: { device, birth, ...namingOf(path, status) },
  };
}

/**
 * What is to be said of the name by which a FIFO was opened, as the link of a descriptor shows it: that no name is left, and what the last one was, or, where it has others
 * that nobody knows, nothing.
 */
export function namingOf(path: Buffer, status: FileStatus): { path: Buffer; unlinked: boolean } {
  const { links, device, inode, birth } = status;
  const named = namedBy(path);
  if (links === 0) return { path: named.path, unlinked: true };
  if (!named.deleted) return { path, unlinked: false };
  // Unless it really is called so.
  const there = withPathResolver((sight) => sight.statusHere(path));
  const isIt =
    !isObstacle(there) && there.inode === inode && there.device === device && there.birth === birth;
  return { path: isIt ? path : UNKNOWN, unlinked: false };
}
