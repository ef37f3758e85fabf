/**
 * FIFOs by their file, never by what a path happens to mean: first we point to it, then compare, then open what we point to. Paths are absolute.
 */
import { constants } from 'node:fs';
import type * as v from 'valibot';
import { IpcFailure } from '../../protocol/errors';
import type { fifoIdentity as identitySchema } from '../../protocol/kinds/fifo';
import { ErrnoError } from '../libc/errno';
import { makeFifo, openNow, type Path, pointTo, pointToDirectory, splitPath, statusOf } from '../libc/path';
import { close } from '../libc/pipe';
import { isWithinReach } from '../proc/reach';

export type FifoIdentity = v.InferOutput<typeof identitySchema>;

/** Makes a FIFO with exactly these permission bits, and says which it is. Throws ErrnoError (`mkfifo`: EEXIST, EACCES, ...; `open`: its directory). */
export function createFifo(path: Path, mode: number): FifoIdentity {
  const { directory, name } = splitPath(walkable(path));
  const parent = pointToDirectory(directory);
  try {
    makeFifo(parent, name, mode);
    return withPointer(name, parent, identityOf);
  } finally {
    close(parent);
  }
}

/** Which FIFO a path names, links at its end not followed. Throws IpcFailure `gone` (nothing), `replaced` (no FIFO), or ErrnoError. */
export function fifoIdentity(path: Path): FifoIdentity {
  return withPointer(walkable(path), undefined, identityOf);
}

/** Points to the FIFO of this path if it still is the one. To be closed. Throws IpcFailure `gone`, `replaced`, as `walkable` does, or ErrnoError. */
export function pointToFifo(path: Path, identity: FifoIdentity): number {
  const pointer = pointed(walkable(path));
  try {
    expectSame(identity, identityOf(pointer));
    return pointer;
  } catch (error) {
    close(pointer);
    throw error;
  }
}

/**
 * Opens it without waiting. To write: ENXIO where nobody has it open for reading or waits to. Such an open releases who waits for a partner in its own
 * open, so it is for acts alone, never for looking. To be closed. Throws as `pointToFifo`, and ErrnoError.
 */
export function openFifoFor(access: 'read' | 'write', path: Path, identity: FifoIdentity): number {
  const pointer = pointToFifo(path, identity);
  try {
    return openNow(pointer, access);
  } finally {
    close(pointer);
  }
}

/**
 * The path, if we may walk it. Throws IpcFailure `invalid` where it is not absolute, and `unsupported` (`why`: `remote`) where it leads through a file system
 * with a server: that may never answer, and nobody could end the call. `last`: also where a link at its end leads.
 */
export function walkable(path: Path, { last = false } = {}): Path {
  const bytes = Buffer.from(path);
  // Ours is not the working directory that anybody has in mind.
  if (bytes[0] !== 0x2f) throw new IpcFailure({ code: 'invalid', text: 'the path is not absolute' });
  if (isWithinReach(bytes, { last })) return path;
  throw new IpcFailure({ code: 'unsupported', detail: { why: 'remote' } });
}

/** Which FIFO it is that we point to. Throws IpcFailure `replaced` where it is none. */
export function identityOf(pointer: number): FifoIdentity {
  const { mode, device, inode, birth } = statusOf(pointer);
  if ((mode & constants.S_IFMT) !== constants.S_IFIFO) throw new IpcFailure({ code: 'replaced' });
  return { device, inode, birth };
}

/** Throws IpcFailure `replaced` unless both are the same file. */
export function expectSame(expected: FifoIdentity, found: FifoIdentity): void {
  const same =
    expected.device === found.device && expected.inode === found.inode && expected.birth === found.birth;
  if (!same) throw new IpcFailure({ code: 'replaced' });
}

/** Points to a name, in a directory that we point to or as a path. Throws IpcFailure `gone` where there is none, or ErrnoError. */
export function pointed(path: Path, directory?: number): number {
  try {
    return pointTo(path, directory === undefined ? {} : { directory });
  } catch (error) {
    if (error instanceof ErrnoError && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR'))
      throw new IpcFailure({ code: 'gone' });
    throw error;
  }
}

function withPointer<T>(path: Path, directory: number | undefined, use: (pointer: number) => T): T {
  const pointer = pointed(path, directory);
  try {
    return use(pointer);
  } finally {
    close(pointer);
  }
}
