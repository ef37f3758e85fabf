/** The file behind a shared mapping, found through those who have it, and compared as /proc/PID/maps names it: on overlay and btrfs stat(2) tells another device. */
import { IpcFailure } from '../../../protocol/errors';
import type { HeldFile } from '../../census/memory/held';
import { type FileStatus, makedev } from '../../libc/directory';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { placeOf } from '../../proc/mounts';
import { isObstacle, withPathResolver } from '../../proc/pathResolver';
import type { Obstacle } from '../../proc/walk';
import { nameNow } from './nameNow';
import { linksOf, pointToOne } from '../common/holderLinks';
import type { Untold } from '../common/untold';

/** How many of those who have it are tried. */
const TRIED = 8;

/** Points to it. To be closed. Throws `gone`, `unsupported` (`why`: `remote`) for a file that is not asked, or ErrnoError EACCES where every way is closed to us. */
export function pointToMapped(file: HeldFile): number {
  const ends = file.ends.slice(0, TRIED);
  const isIt = (pointer: number) => isSame(file, pointer);
  if (file.what !== 'file') return pointToOne({ links: linksOf(ends) }, isIt);
  // Others may have renamed it since those who have it last ran.
  const { path, deleted } = nameNow(file) ?? file;
  const found = deleted ? 'missing' : byPath(file, path);
  if (typeof found === 'number') return found;
  if (found === 'remote') throw new IpcFailure({ code: 'unsupported', detail: { why: 'remote' } });
  return pointToOne({ links: linksOf(ends) }, isIt);
}

/** Whether a path leads to it, as those who have it see it. */
export function isAt(file: HeldFile, path: Buffer): boolean {
  const found = byPath(file, path);
  if (typeof found === 'number') close(found);
  return typeof found === 'number';
}

/** Points to it by a path that a process shows, as that process sees it: its root may be another than ours. To be closed. */
function byPath(file: HeldFile, path: Buffer): number | Obstacle {
  const [first] = file.ends;
  const found = first ? withPathResolver((sight) => sight.of(first.pid, path)) : 'missing';
  if (isObstacle(found)) return found;
  // The path that the kernel gave has no links.
  if (found.path.equals(path) && isSame(file, found.pointer)) return found.pointer;
  close(found.pointer);
  return 'missing';
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
