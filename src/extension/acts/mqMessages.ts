/** The acts on a POSIX queue that give or take messages. Nothing here asks or tells the user. */
import type { Bytes } from '../../protocol/bytes';
import { drainedId } from '../../protocol/drainJournal';
import type { DrainResult } from '../../protocol/kinds/posixMq';
import type { Origin, StoredMessage } from '../history';
import type { Acting } from './acting';
import { keepTaken, onDisk } from './messages';

/** Sends one message, and notes it. Throws IpcFailure. */
export async function sendMq(
  { helper, history, inventory }: Acting,
  origin: Origin,
  { priority, content, wait = false }: { priority: number; content: Bytes; wait?: boolean | undefined },
): Promise<{ bytes: number }> {
  const { ref } = origin;
  const sent = await helper.act('posix.mq', 'send', { ref, priority, content, ...(wait && { wait }) });
  history.addSent(ref, { priority, content });
  inventory.refresh();
  return sent;
}

/** Takes the first message and stores it. Nothing can copy it before: the helper keeps it until it is stored. Throws IpcFailure. */
export async function receiveMq(acting: Acting, origin: Origin, wait: boolean): Promise<StoredMessage> {
  const { helper, history, inventory } = acting;
  const entry = history.prepare(origin);
  const recovery = history.recoveryOf(entry, undefined);
  const taken = await helper.act('posix.mq', 'take', {
    ref: origin.ref,
    ...(wait && { wait }),
    recovery,
  });
  const { priority, content } = taken;
  const received = await keepTaken(acting, 'posix.mq', { ...entry, priority, content }, taken);
  inventory.refresh();
  return received;
}

/**
 * Takes every message and sends all back. What could not be sent back is stored as received messages, and only then given up by
 * the helper. Throws IpcFailure; `disturbs` where somebody would notice and `insist` is false.
 */
export async function drain(acting: Acting, origin: Origin, insist: boolean): Promise<DrainResult> {
  const { helper, history, inventory } = acting;
  const { ref } = origin;
  const recovery = history.recoveryOfMany(origin);
  const drained = await helper.act('posix.mq', 'drainAndRestore', { ref, insist, recovery });
  const { journal } = drained;
  const left = new Set(drained.left);
  for (const { index, priority, content } of drained.messages) {
    if (!left.has(index)) continue;
    const id = journal === undefined ? undefined : drainedId(journal, index);
    const entry = { ...history.prepare(origin), ...(id !== undefined && { id }), priority, content };
    await onDisk('message', history, () =>
      history.replace({ ...entry, at: drained.readAt, what: 'received' }),
    );
  }
  if (drained.token !== undefined)
    await helper.act('posix.mq', 'acknowledge', { token: drained.token }).catch(() => undefined);
  inventory.refresh();
  return drained;
}

/** A received message as the contract's `take` answers it, for a panel. */
export function asTaken({ priority = 0, content, at }: StoredMessage) {
  return { token: 0, priority, content, takenAt: at };
}
