/** The file behind a shared mapping, found through those who have it, and compared as /proc/PID/maps names it: on overlay and btrfs stat(2) tells another device. */
import type { HeldFile } from '../census/held';
import { type FileStatus, makedev } from '../libc/directory';
import { pointTo, statusOf } from '../libc/path';
import { close } from '../libc/pipe';
import { isLocal, placeOf } from '../proc/mounts';
import { linksOf, pointToOne } from './posixFile';

/** How many of those who have it are tried. */
const TRIED = 8;

/** Points to it. To be closed. Throws `gone`, or ErrnoError EACCES where every way is closed to us. */
export function pointToMapped(file: HeldFile): number {
  const isIt = (pointer: number) => isSame(file, pointer);
  const ends = file.ends.slice(0, TRIED);
  // A server that never answers must not be asked even for a name.
  const paths =
    file.what === 'file' && !file.deleted
      ? ends.filter(({ pid }) => isLocal(pid, file.path.toString('latin1')))
      : [];
  for (const { pid } of paths.slice(0, 1)) {
    // As that process sees it, which may have another root than we.
    const path = Buffer.concat([Buffer.from(`/proc/${pid}/root`), file.path]);
    const pointer = tried(path);
    if (pointer === undefined) continue;
    if (isIt(pointer)) return pointer;
    close(pointer);
  }
  const safe = file.what !== 'file' || paths.length > 0 || file.deleted;
  return pointToOne({ links: safe ? linksOf(ends) : [] }, isIt);
}

function tried(path: Buffer): number | undefined {
  try {
    return pointTo(path);
  } catch {
    return undefined;
  }
}

function isSame({ device, inode, ends }: HeldFile, pointer: number): boolean {
  const status = statusOf(pointer);
  const ours = placeOf('self', pointer);
  // The mount may be one of its own mount namespace.
  const found = ours.device ?? deviceIn(ends[0]?.pid, pointer);
  const text = found ?? '';
  const [major, minor] = text.split(':').map(Number);
  const place =
    major === undefined || minor === undefined || text === '' ? status.device : String(makedev(major, minor));
  return (place === device || status.device === device) && (ours.inode ?? status.inode) === inode;
}

function deviceIn(pid: number | undefined, pointer: number): string | undefined {
  return pid === undefined ? undefined : placeOf('self', pointer, pid).device;
}

/** Its status; undefined where there is no way to it. */
export function statusOfMapped(file: HeldFile): FileStatus | undefined {
  try {
    const pointer = pointToMapped(file);
    try {
      return statusOf(pointer);
    } finally {
      close(pointer);
    }
  } catch {
    return undefined;
  }
}
