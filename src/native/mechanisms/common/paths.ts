/** Paths of people, walked by ourselves: nothing is asked that may never answer, and what is found is pointed to. */
import { IpcFailure } from '../../../protocol/errors';
import type { FileParts } from '../../../protocol/ref';
import { ErrnoError } from '../../libc/errno';
import { type Path, pointTo } from '../../libc/path';
import { close } from '../../libc/fd';
import { withMounts } from '../../proc/mountTable';
import { isObstacle } from '../../proc/pathResolver';
import { Walker } from '../../proc/walk';

/**
 * The path, if we may walk it. Throws IpcFailure `invalid` where it is not absolute, and `unsupported` (`why`: `remote`) where it leads through a file system
 * with a server: that may never answer, and nobody could end the call. `last`: also where a link at its end leads.
 */
export function walkable(path: Path, { last = false } = {}): Path {
  try {
    close(reach(path, { last }));
  } catch (error) {
    // What is not there is no obstacle.
    if (!(error instanceof ErrnoError) && !(error instanceof IpcFailure && error.failure.code === 'gone'))
      throw error;
  }
  return path;
}

/**
 * Points to what a path leads to, asking no file system with a server. `last`: also where a link at its end leads. To be closed. Throws IpcFailure as `walkable` does, and `gone` where nothing is there;
 * ErrnoError.
 */
export function reach(path: Path, { last = false } = {}): number {
  const bytes = absolute(path);
  const found = withMounts((mounts) => {
    const walker = new Walker('/', mounts);
    try {
      return walker.to(bytes, { last });
    } finally {
      walker.close();
    }
  });
  if (!isObstacle(found)) return found.pointer;
  if (found === 'missing') throw new IpcFailure({ code: 'gone' });
  if (found instanceof ErrnoError) throw found;
  throw new IpcFailure({ code: 'unsupported', detail: { why: 'remote' } });
}

/** The bytes of a path. Throws IpcFailure `invalid` where it is not absolute. */
export function absolute(path: Path): Buffer {
  const bytes = Buffer.from(path);
  // Ours is not the working directory that anybody has in mind.
  if (bytes[0] !== 0x2f) throw new IpcFailure({ code: 'invalid', text: 'the path is not absolute' });
  return bytes;
}

/** Points to a name in a directory that we point to. Throws IpcFailure `gone` where there is none, or ErrnoError. */
export function pointed(name: Path, directory: number): number {
  try {
    return pointTo(name, { directory });
  } catch (error) {
    if (error instanceof ErrnoError && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR'))
      throw new IpcFailure({ code: 'gone' });
    throw error;
  }
}

/** Throws IpcFailure `replaced` unless both are the same file. */
export function expectSame(expected: FileParts, found: FileParts): void {
  const same =
    expected.device === found.device && expected.inode === found.inode && expected.birth === found.birth;
  if (!same) throw new IpcFailure({ code: 'replaced' });
}
