/** The acts on a FIFO that take something away. Nothing here asks or tells the user. */
import { fromBytes } from '../../protocol/bytes';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { ObjectOf, ParametersOf, ResultOf } from '../../protocol/kinds';
import type { StoredMessage } from '../history';
import type { Acting } from './acting';
import { onDisk } from './messages';

type Fifo = ObjectOf<'fifo'>;

/** What a read gave. */
export interface ReadBytes extends ResultOf<'fifo', 'read'> {
  /** Where it is kept until it is dismissed; absent where there was nothing. */
  entry?: StoredMessage;
}

/**
 * Reads a FIFO and keeps what came on disk. Nothing can copy it before it is taken: a copy needs a reader that is there already, and taking it
 * from under that one is what was asked for. Throws IpcFailure.
 */
export async function readFifo(
  { helper, history, inventory }: Acting,
  fifo: Fifo,
  { length, wait = false }: Omit<ParametersOf<'fifo', 'read'>, 'ref'>,
): Promise<ReadBytes> {
  const { ref, path } = fifo;
  const result = await helper.act('fifo', 'read', { ref, length, ...(wait && { wait }) });
  inventory.refresh();
  if (fromBytes(result.content).length === 0) return result;
  const prepared = history.prepare({ ref, bootId: helper.bootId, name: path });
  const entry: StoredMessage = { ...prepared, content: result.content, at: Date.now(), what: 'received' };
  await onDisk('message', history, () => history.replace(entry));
  return { ...result, entry };
}

/** A failure of looking into a pipe, marked as one: its sentence is not that of a segment. */
export function asStreamFailure(error: unknown): IpcFailure {
  const failure = asFailure(error);
  return new IpcFailure(failure.code === 'disturbs' ? { call: 'tee', ...failure } : failure);
}
