/** The acts on a queue that take more than one call. Nothing here asks or tells the user. */
import type { Bytes } from '../../protocol/bytes';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { ObjectOf } from '../../protocol/kinds';
import type { MessageType, ReceiveRule } from '../../protocol/kinds/sysvMsg';
import type { HistoryEntry } from '../../protocol/panels';
import type { History, Origin, StoredMessage } from '../history';
import { settle } from '../settle';
import type { Acting } from './acting';

/** Sends one message without blocking, and notes it. Throws IpcFailure. */
export async function send(
  { helper, history, inventory }: Acting,
  origin: Origin,
  message: { type: MessageType; content: Bytes },
): Promise<{ bytes: number }> {
  const { type, content } = message;
  const sent = await helper.act('sysv.msg', 'send', { ref: origin.ref, type, content });
  history.addSent(origin.ref, { type, content });
  inventory.refresh();
  return sent;
}

/**
 * Receives one message without blocking, in the order copy, store, take: at every moment the message is in the queue, on
 * disk, or both. What was really taken replaces the copy, but for bytes that the rule throws away. Throws IpcFailure.
 */
export async function receive(acting: Acting, origin: Origin, rule: ReceiveRule): Promise<StoredMessage> {
  const { helper, history, inventory } = acting;
  const { ref } = origin;
  const copy = await helper.act('sysv.msg', 'copy', { ref, rule });
  const stored = await onDisk('copy', history, () => history.store(history.prepare(origin), copy));
  let taken;
  try {
    const recovery = history.recoveryOf(stored, rule.truncate);
    taken = await helper.act('sysv.msg', 'take', { ref, rule, recovery });
  } catch (error) {
    // Where the helper died under it nobody knows whether the message was taken: the copy stays, as uncertain.
    if (asFailure(error).code === 'helperEnded') history.giveUp(stored);
    else await history.dismiss(ref, stored.id);
    throw error;
  }
  const received = await keepTaken(
    acting,
    'sysv.msg',
    { ...stored, ...settle(copy, taken, rule.truncate) },
    taken,
  );
  inventory.refresh();
  return received;
}

/** Waits for a message, which nothing can copy before it is there; the helper keeps what came until it is stored. Throws IpcFailure. */
export async function receiveWaiting(
  acting: Acting,
  origin: Origin,
  rule: ReceiveRule,
): Promise<StoredMessage> {
  const { helper, history } = acting;
  const entry = history.prepare(origin);
  const recovery = history.recoveryOf(entry, rule.truncate);
  const taken = await helper.act('sysv.msg', 'take', { ref: origin.ref, rule, wait: true, recovery });
  return keepTaken(acting, 'sysv.msg', { ...entry, ...settle(undefined, taken, rule.truncate) }, taken);
}

/** What the helper answers of what it took, with the token that it is kept under. */
interface Kept {
  token: number;
  takenAt: number;
}

/** Stores what was taken, and only then tells the helper that it need not keep it any more. */
export async function keepTaken(
  { helper, history }: Pick<Acting, 'helper' | 'history'>,
  kind: 'sysv.msg' | 'posix.mq' | 'fifo',
  entry: StoredMessage,
  { token, takenAt }: Kept,
): Promise<StoredMessage> {
  const received: StoredMessage = { ...entry, at: takenAt, what: 'received' };
  // Until it is on disk the helper keeps it too, so nothing is acknowledged where that fails.
  await onDisk('message', history, () => history.replace(received));
  await helper.act(kind, 'acknowledge', { token }).catch(() => undefined);
  return received;
}

/** Writes, and says what could not be written: the copy before anything was taken, or a message that was. Throws IpcFailure. */
export async function onDisk<T>(
  what: 'copy' | 'message',
  { folder }: History,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new IpcFailure({ code: 'unstored', errno: code, detail: { path: folder, what } });
  }
}

/** Bytes go to the end of a FIFO, behind what others wrote meanwhile. */
async function writeBack(
  { helper, inventory }: Acting,
  { ref }: Origin,
  content: Bytes,
): Promise<{ bytes: number }> {
  const written = await helper.act('fifo', 'write', { ref, content });
  inventory.refresh();
  return written;
}

/** Sends a line of the history to its queue or FIFO again, as `resend` does it. A received one is marked as returned. Throws IpcFailure. */
export async function sendAgain(
  acting: Acting,
  origin: Origin,
  id: string,
  resend: (entry: HistoryEntry) => Promise<{ bytes: number }> = ({ type, content }) =>
    type === undefined ? writeBack(acting, origin, content) : send(acting, origin, { type, content }),
): Promise<{ bytes: number }> {
  const entry = await acting.history.get(origin.ref, id);
  if (!entry) throw new IpcFailure({ code: 'gone', detail: { why: 'dismissed' } });
  const sent = await resend(entry);
  if (entry.what !== 'sent')
    await acting.history.replace({ ...(entry as StoredMessage), returnedAt: Date.now() });
  return sent;
}

/** Of which queue a message is. */
export function originOf(object: ObjectOf<'sysv.msg' | 'posix.mq'>, bootId: string, name: string): Origin {
  return { ref: object.ref, bootId, name };
}
