/** Takes the name of a file away, and of no other: its path may come to mean another between a look and an unlink(2). */
import { randomBytes } from 'node:crypto';
import { IpcFailure } from '../../../protocol/errors';
import { ErrnoError } from '../../libc/errno';
import { type Path, renameWithin, splitPath, unlinkWithin } from '../../libc/path';
import { close } from '../../libc/fd';
import { pointed, reach } from './paths';

/**
 * Unlinks a file; who has it open keeps it. `expect` is given what the name leads to (O_PATH, links not followed), and throws where it is another. In its directory, which is held, it is first renamed aside to a name that nobody knows, over no other file, and compared
 * there; another file gets its name back. Throws IpcFailure `gone`; `replaced` (`aside`: the name which the other file has now, where somebody took its own meanwhile);
 * `unsupported` where the file system cannot rename so; ErrnoError (`rename`: EACCES, EPERM in a sticky directory, EROFS).
 */
export function unlinkSame(path: Path, expect: (pointer: number) => void): void {
  const { directory, name } = splitPath(path);
  const parent = reach(directory, { last: true });
  try {
    // A file that obviously is another is not even moved.
    compare(expect, parent, name);
    const aside = Buffer.from(`.ipc-inspector-${randomBytes(12).toString('hex')}`);
    moveAside(parent, name, aside);
    try {
      compare(expect, parent, aside);
    } catch (error) {
      moveBack(parent, aside, name);
      throw error;
    }
    try {
      unlinkWithin(parent, aside);
    } catch (error) {
      moveBack(parent, aside, name);
      throw error;
    }
  } finally {
    close(parent);
  }
}

function compare(expect: (pointer: number) => void, parent: number, name: Path): void {
  const pointer = pointed(name, parent);
  try {
    expect(pointer);
  } finally {
    close(pointer);
  }
}

function moveAside(parent: number, name: Path, aside: Path): void {
  try {
    withGone(() => renameWithin(parent, name, aside));
  } catch (error) {
    if (error instanceof ErrnoError && error.errno === 'EINVAL')
      throw new IpcFailure({ code: 'unsupported', detail: { why: 'rename' } });
    throw error;
  }
}

/** Throws IpcFailure `replaced` with the name that stays, where its own has been taken. */
function moveBack(parent: number, aside: Buffer, name: Path): void {
  try {
    renameWithin(parent, aside, name);
  } catch {
    throw new IpcFailure({ code: 'replaced', detail: { aside: aside.toString('latin1') } });
  }
}

function withGone<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ErrnoError && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR'))
      throw new IpcFailure({ code: 'gone' });
    throw error;
  }
}
