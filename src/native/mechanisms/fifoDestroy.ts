/** Takes the name of a FIFO away. */
import type { Path } from '../libc/path';
import { expectSame, type FifoIdentity, identityOf } from './fifoFile';
import { destroyFile } from './fileDestroy';

/** Unlinks it; who has it open keeps it. Throws as `destroyFile`. */
export function destroyFifo(identity: FifoIdentity, path: Path): void {
  destroyFile(path, (pointer) => expectSame(identity, identityOf(pointer)));
}
