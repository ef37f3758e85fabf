/** The file behind a shared mapping, found through those who have it, and compared as /proc/PID/maps names it: on overlay and btrfs stat(2) tells another device. */
import { IpcFailure } from '../../protocol/errors';
import type { HeldFile } from '../census/held';
import { type FileStatus, makedev } from '../libc/directory';
import { ErrnoError } from '../libc/errno';
import { pointBelow, pointTo, statusOf } from '../libc/path';
import { close } from '../libc/pipe';
import { isLocal, placeOf } from '../proc/mounts';
import { nameNow } from './nameNow';
import { linksOf, pointToOne } from './posixFile';
import type { Untold } from './untold';

/** How many of those who have it are tried. */
const TRIED = 8;

/** Points to it. To be closed. Throws `gone`, `unsupported` (`why`: `remote`) for a file that is not asked, or ErrnoError EACCES where every way is closed to us. */
export function pointToMapped(file: HeldFile): number {
  const ends = file.ends.slice(0, TRIED);
  const isIt = (pointer: number) => isSame(file, pointer);
  if (file.what !== 'file') return pointToOne({ links: linksOf(ends) }, isIt);
  // Others may have renamed it since those who have it last ran.
  const { path, deleted } = nameNow(file) ?? file;
  // A server that never answers is not asked, not even for a name.
  const near = ends.filter(({ pid }) => isLocal(pid, path.toString('latin1')));
  const [first] = near;
  if (!deleted && first) {
    const pointer = byPath(first.pid, path);
    if (pointer !== undefined && isIt(pointer)) return pointer;
    if (pointer !== undefined) close(pointer);
  }
  if (ends.length > 0 && near.length === 0)
    throw new IpcFailure({ code: 'unsupported', detail: { why: 'remote' } });
  return pointToOne({ links: linksOf(near) }, isIt);
}

/** Whether a path leads to it, as those who have it see it. */
export function isAt(file: HeldFile, path: Buffer): boolean {
  const first = file.ends.find(({ pid }) => isLocal(pid, path.toString('latin1')));
  const pointer = first && byPath(first.pid, path);
  if (pointer === undefined) return false;
  try {
    return isSame(file, pointer);
  } finally {
    close(pointer);
  }
}

/** By the path that a process shows, as that process sees it: its root may be another than ours. */
function byPath(pid: number, path: Buffer): number | undefined {
  let root: number | undefined;
  try {
    root = pointTo(`/proc/${pid}/root`, { follow: true });
    return pointBelow(root, path.subarray(1));
  } catch (error) {
    if (error instanceof ErrnoError) return undefined;
    throw error;
  } finally {
    if (root !== undefined) close(root);
  }
}

function isSame({ device, inode, ends }: HeldFile, pointer: number): boolean {
  const status = statusOf(pointer);
  if (status.device === device && status.inode === inode) return true;
  const [first] = ends;
  const ours = placeOf('self', pointer);
  // The mount may be one of its own mount namespace.
  const place = ours.device ?? (first && placeOf('self', pointer, first.pid).device);
  const [major = NaN, minor = NaN] = (place ?? '').split(':').map(Number);
  const found = Number.isNaN(minor) ? status.device : String(makedev(major, minor));
  return found === device && (ours.inode ?? status.inode) === inode;
}

/** Its status; undefined where there is no way to it. */
export function statusOfMapped(file: HeldFile, untold?: Untold): FileStatus | undefined {
  try {
    const pointer = pointToMapped(file);
    try {
      return statusOf(pointer);
    } finally {
      close(pointer);
    }
  } catch (error) {
    untold?.note(error);
    return undefined;
  }
}
