/**
 * FIFOs by their file, never by what a path happens to mean: first we point to it, then compare, then open what we point to. Paths are absolute.
 */
import { constants } from 'node:fs';
import type * as v from 'valibot';
import { IpcFailure } from '../../../protocol/errors';
import type { fifoIdentity as identitySchema } from '../../../protocol/kinds/fifo';
import { ErrnoError } from '../../libc/errno';
import { makeFifo, openNow, type Path, splitPath, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { absolute, expectSame, pointed, reach } from '../common/paths';

export type FifoIdentity = v.InferOutput<typeof identitySchema>;

/** Makes a FIFO with exactly these permission bits, and says which it is. Throws ErrnoError (`mkfifo`: EEXIST, EACCES, ...; `open`: its directory). */
export function createFifo(path: Path, mode: number): FifoIdentity {
  const { directory, name } = splitPath(absolute(path));
  const parent = folderOf(directory);
  try {
    makeFifo(parent, name, mode);
    return withPointer(name, parent, identityOf);
  } finally {
    close(parent);
  }
}

function folderOf(directory: Buffer): number {
  try {
    return reach(directory, { last: true });
  } catch (error) {
    // There is nothing of ours that could be gone.
    if (error instanceof IpcFailure && error.failure.code === 'gone') throw new ErrnoError('open', 'ENOENT');
    throw error;
  }
}

/** Which FIFO a path names, links at its end not followed. Throws IpcFailure `gone` (nothing), `replaced` (no FIFO), or ErrnoError. */
export function fifoIdentity(path: Path): FifoIdentity {
  const pointer = reach(path);
  try {
    return identityOf(pointer);
  } finally {
    close(pointer);
  }
}

/** Points to the FIFO of this path if it still is the one. To be closed. Throws IpcFailure `gone`, `replaced`, as `reach` does, or ErrnoError. */
export function pointToFifo(path: Path, identity: FifoIdentity): number {
  const pointer = reach(path);
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

/** Which FIFO it is that we point to. Throws IpcFailure `replaced` where it is none. */
export function identityOf(pointer: number): FifoIdentity {
  const { mode, device, inode, birth } = statusOf(pointer);
  if ((mode & constants.S_IFMT) !== constants.S_IFIFO) throw new IpcFailure({ code: 'replaced' });
  return { device, inode, birth };
}

function withPointer<T>(path: Path, directory: number, use: (pointer: number) => T): T {
  const pointer = pointed(path, directory);
  try {
    return use(pointer);
  } finally {
    close(pointer);
  }
}
