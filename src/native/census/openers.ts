/** On which FIFO a thread sleeps that waits for a partner in its open(2). It has no descriptor yet: only its path says so, and that may come to lead elsewhere. */
import { type FileStatus, statusOfLink, statusOfPath, targetOfLink } from '../libc/directory';
import { pointing } from '../libc/path';
import { fifoRef } from '../../protocol/ref';
import { Sight } from '../proc/sight';
import type { StreamFd } from './openFiles';
import type { Target } from './waitsOf';

/** What an open names. */
export type Named = Extract<Target, { is: 'path' }>;

/** A FIFO's file. `path`: as the kernel gives it; empty where it is not known. */
export type OpenedFifo = Pick<StreamFd, 'ref' | 'inode' | 'uid' | 'gid' | 'mode'> & {
  file: NonNullable<StreamFd['file']>;
};

const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const SLASH = 0x2f;
const AT_FDCWD = -100;
/** What d_path of the kernel appends. */
const DELETED = Buffer.from(' (deleted)');
const UNKNOWN = Buffer.alloc(0);
/** What a process calls a descriptor of its own, as our own waiting acts do. */
const OWN = /^\/proc\/(?:thread-)?self\/fd\/(\d+)$/;

/**
 * The FIFO to which the path of a thread leads now. Undefined where none is there, or the way goes through a file system that may never answer.
 * All is asked of the thread: a leader that has exited has no root any more.
 */
export function fifoOf(tid: number, named: Named, sight: Sight): OpenedFifo | undefined {
  const fd = OWN.exec(named.path.toString('latin1'))?.[1];
  if (fd !== undefined) return fifoBy(Buffer.from(`/proc/${tid}/fd/${fd}`));
  const way =
    named.path[0] === SLASH
      ? sight.of(tid, named.path)
      : sight.from(tid, startOf(tid, named.directory), named.path);
  return way && fifoAt(way);
}

/** The same FIFO as it is now, for its thread has not run since: it may have been renamed, unlinked or given other rights, and another may have its path. */
export function stillOf(known: OpenedFifo, tid: number, named: Named, sight: Sight): OpenedFifo {
  const here = known.file.path.length > 0 ? sight.here(known.file.path) : undefined;
  for (const look of [() => here && fifoAt(here), () => fifoOf(tid, named, sight)]) {
    const found = look();
    if (found?.ref === known.ref) return found;
  }
  // Whether it has another name by now nobody tells.
  return { ...known, file: { ...known.file, path: UNKNOWN } };
}

/** Where relative paths of a thread begin: its working directory, or a directory that it has open. */
function startOf(tid: number, directory: number | undefined): string {
  const own = directory === undefined || directory === AT_FDCWD;
  return `/proc/${tid}/${own ? 'cwd' : `fd/${directory}`}`;
}

/** A path without links. Never opened: that would let go who waits. */
function fifoAt(path: Buffer): OpenedFifo | undefined {
  return pointing(path, (pointer) => fifoBy(Buffer.from(`/proc/self/fd/${pointer}`)));
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
    file: { device, birth, path, unlinked: isUnlinked(path, status) },
  };
}

/** Whether the name by which a FIFO was opened is gone. It may have others: then only the kernel's word behind the path says so. */
export function isUnlinked(path: Buffer, { links, device, inode, birth }: FileStatus): boolean {
  if (links === 0 || !path.subarray(-DELETED.length).equals(DELETED)) return links === 0;
  // Unless it really is called so.
  const here = new Sight().here(path);
  const status = here && statusOfLink(here);
  return status?.inode !== inode || status.device !== device || status.birth !== birth;
}
