/**
 * A look into a POSIX queue by taking all of it and sending all back in its order: the kernel knows no other way. Both halves run without a pause, so that the time in which others meet an
 * emptied queue is short; each message is in a journal before the next is taken, so that only the one that was just taken is at risk should we be killed.
 */
import { toBytes } from '../../../protocol/bytes';
import type { DrainResult } from '../../../protocol/kinds/posixMq';
import { ErrnoError } from '../../libc/errno';
import { attributesOf, type QueuedMessage, sendNow, takeNow } from '../../libc/mqueue';
import { DrainJournal } from './drainJournal';
import type { Recovery, Unacknowledged } from '../common/unacknowledged';

/**
 * Drains and restores through a descriptor for both that does not wait. `recovery`: where the journal is written. Throws ErrnoError (EACCES, `store`: nothing was taken,
 * or all is in the queue again).
 */
export function drainAndRestore(
  fd: number,
  recovery: Recovery | undefined,
  drained: Unacknowledged,
): DrainResult {
  const { messages: most, messageSize } = attributesOf(fd);
  const room = Buffer.alloc(messageSize);
  const journal = recovery && most > 0 ? new DrainJournal(recovery) : undefined;
  const held: QueuedMessage[] = [];
  let failed: unknown;
  try {
    // No more than there were: what a waiting sender puts in meanwhile is not ours to move.
    while (held.length < most) {
      const message = takeNow(fd, room);
      if (!message) break;
      held.push(message);
      journal?.took(held.length - 1, message);
    }
  } catch (error) {
    // What was taken goes back first.
    failed = error;
  }
  const left = giveBack(fd, held, journal);
  journal?.end(left.length > 0);
  if (failed !== undefined && left.length === 0) throw failed as Error;
  const content = { messages: left.map((index) => held[index] && packed(held[index])) };
  return {
    messages: held.map((message, index) => ({ index, ...packed(message) })),
    left,
    ...(left.length > 0 && {
      token: drained.keep(journal ? { acknowledge: () => journal.forget() } : { content, recovery }),
      ...(journal && { journal: journal.name }),
    }),
    moved: held.length !== most || attributesOf(fd).messages !== most - left.length,
    readAt: Date.now(),
  };
}

/** Sends all back in their order; answers which of them found no room. */
function giveBack(fd: number, held: readonly QueuedMessage[], journal: DrainJournal | undefined): number[] {
  const left: number[] = [];
  for (const [index, message] of held.entries()) {
    journal?.sending(index);
    try {
      sendNow(fd, message);
    } catch (error) {
      if (!(error instanceof ErrnoError)) throw error;
      journal?.left(index);
      left.push(index);
    }
  }
  return left;
}

function packed({ priority, content }: QueuedMessage) {
  return { priority, content: toBytes(content) };
}
