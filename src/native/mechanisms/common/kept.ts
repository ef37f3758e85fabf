/** Whether the rights in its folder keep a name from being taken away (unlink(2), path_resolution(7)). */
import { accessSync, constants } from 'node:fs';
import { type Path, splitPath, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { fieldOf } from '../../proc/fields';
import { readSmall } from '../../proc/read';
import { reach } from './paths';

/** S_ISVTX */
const STICKY = 0o1000;
const CAP_FOWNER = 3n;

/**
 * `folder`: we may not write there. `sticky`: only the owner of the file (`uid`) or of the folder may. Undefined: neither, or it cannot be told (a file system with a
 * server is not asked).
 */
export function whyKept(path: Path, uid: number): 'folder' | 'sticky' | undefined {
  let parent: number;
  try {
    parent = reach(splitPath(path).directory, { last: true });
  } catch {
    return undefined;
  }
  try {
    try {
      accessSync(`/proc/self/fd/${parent}`, constants.W_OK | constants.X_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'EACCES' || code === 'EROFS' ? 'folder' : undefined;
    }
    const folder = statusOf(parent);
    const me = process.geteuid?.() ?? 0;
    if ((folder.mode & STICKY) === 0 || uid === me || folder.uid === me || ownsAll()) return undefined;
    return 'sticky';
  } catch {
    return undefined;
  } finally {
    close(parent);
  }
}

/** CAP_FOWNER, which passes over the sticky bit. */
function ownsAll(): boolean {
  const found = fieldOf(readSmall('/proc/self/status')?.toString('latin1'), 'CapEff');
  return found !== undefined && ((BigInt(`0x${found}`) >> CAP_FOWNER) & 1n) === 1n;
}
