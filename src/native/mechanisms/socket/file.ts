/** Socket files by what they are, never by what a path happens to mean. */
import { constants } from 'node:fs';
import type * as v from 'valibot';
import { IpcFailure } from '../../../protocol/errors';
import type { socketFile } from '../../../protocol/kinds/unix';
import { type Path, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { expectSame, reach } from '../common/paths';
import { unlinkSame } from '../common/unlinking';

export type SocketFileIdentity = v.InferOutput<typeof socketFile>;

/** Which socket file it is that we point to. Throws IpcFailure `replaced` where it is none. */
function identityOf(pointer: number): SocketFileIdentity {
  const { mode, device, inode, birth } = statusOf(pointer);
  if ((mode & constants.S_IFMT) !== constants.S_IFSOCK) throw new IpcFailure({ code: 'replaced' });
  return { device, inode, birth };
}

/** Points to the socket file at the end of this path, links followed. To be closed. Throws IpcFailure `gone`, `replaced` (no socket, or another), ErrnoError. */
export function pointToSocket(path: Path, identity?: SocketFileIdentity): number {
  const pointer = reach(path, { last: true });
  try {
    const found = identityOf(pointer);
    if (identity) expectSame(identity, found);
    return pointer;
  } catch (error) {
    close(pointer);
    throw error;
  }
}

/** Which socket file it is that we point to; undefined where it is none, or may not be asked. */
export function socketFileOf(pointer: number): SocketFileIdentity | undefined {
  try {
    return identityOf(pointer);
  } catch {
    return undefined;
  }
}

/** Which socket file a path names. Throws as `pointToSocket`. */
export function socketFileAt(path: Path): SocketFileIdentity {
  const pointer = pointToSocket(path);
  try {
    return identityOf(pointer);
  } finally {
    close(pointer);
  }
}

/** Unlinks it; who is bound to it stays so. Throws as `unlinkSame`. */
export function destroySocketFile(identity: SocketFileIdentity, path: Path): void {
  unlinkSame(path, (pointer) => expectSame(identity, identityOf(pointer)));
}
