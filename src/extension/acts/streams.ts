/** The acts on a FIFO that take something away. Nothing here asks or tells the user. */
import { fromBytes } from '../../protocol/bytes';
import { asFailure } from '../../protocol/errors';
import type { ObjectOf, ParametersOf, ResultOf } from '../../protocol/kinds';
import type { StoredMessage } from '../history';
import type { Acting } from './acting';
import { settle } from '../settle';
import { keepTaken, onDisk } from './messages';

type Fifo = ObjectOf<'fifo'>;

/** What a read gave. */
export interface ReadBytes extends Pick<ResultOf<'fifo', 'read'>, 'end' | 'unread' | 'content'> {
  /** Where it is kept until it is dismissed; absent where there was nothing. */
  entry?: StoredMessage;
}

/**
 * Reads a FIFO in the order copy, store, take: at every moment the bytes are in the FIFO, on disk, or both. What came while nobody had it open cannot be
 * copied beforehand, nor what is waited for; the helper keeps that until it is stored. Throws IpcFailure.
 */
export async function readFifo(
  acting: Acting,
  { ref, path }: Fifo,
  { length, wait = false }: Omit<ParametersOf<'fifo', 'read'>, 'ref'>,
): Promise<ReadBytes> {
  const { helper, history, inventory } = acting;
  const prepared = history.prepare({ ref, bootId: helper.bootId, name: path });
  const recovery = history.recoveryOf(prepared, undefined);
  if (wait) return keep(acting, prepared, await helper.act('fifo', 'read', { ref, length, wait, recovery }));
  const { copied, content } = await helper.act('fifo', 'copy', { ref, length, recovery });
  const stored = fromBytes(content).length > 0;
  if (stored)
    try {
      await onDisk('copy', history, () => history.store(prepared, { content }));
    } catch (error) {
      await helper.act('fifo', 'release', { copied }).catch(() => undefined);
      throw error;
    }
  try {
    const taken = await helper.act('fifo', 'read', { ref, length, copied, recovery });
    // Somebody else took what was copied.
    if (taken.token === undefined && stored) await history.dismiss(ref, prepared.id);
    const entry = stored ? { ...prepared, ...settle({ content }, taken) } : prepared;
    return await keep(acting, entry, taken);
  } catch (error) {
    // Where the helper died under it nobody knows whether they were taken: the copy stays, as uncertain.
    if (stored && asFailure(error).code === 'helperEnded') history.giveUp({ ...prepared, content });
    else if (stored && asFailure(error).code !== 'unstored') await history.dismiss(ref, prepared.id);
    throw error;
  } finally {
    inventory.refresh();
  }
}

/** Stores what was taken, if there was anything. */
async function keep(
  acting: Acting,
  prepared: StoredMessage,
  { token, takenAt, content, end, unread }: ResultOf<'fifo', 'read'>,
): Promise<ReadBytes> {
  if (token === undefined) return { content, end, unread };
  const entry = await keepTaken(acting, 'fifo', { ...prepared, content }, { token, takenAt });
  return { content, end, unread, entry };
}
