/** Takes the name of a FIFO away. */
import type { Path } from '../../libc/path';
import { type FifoIdentity, identityOf } from './fifoFile';
import { expectSame } from '../common/paths';
import { unlinkSame } from '../common/unlinking';

/** Unlinks it, if its path still is that FIFO's; who has it open keeps it. Throws as `unlinkSame`. */
export function destroyFifo(identity: FifoIdentity, path: Path): void {
  unlinkSame(path, (pointer) => expectSame(identity, identityOf(pointer)));
}
