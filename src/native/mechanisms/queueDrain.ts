/**
 * A look into a POSIX queue by taking all of it and sending all back in its order: the kernel knows no other way. Both halves run without a pause, so that the time in which others meet an
 * emptied queue is short; each message is written down before the next is taken, so that at most one is at risk should we be killed.
 */
import { rmSync } from 'node:fs';
import { toBytes } from '../../protocol/bytes';
import type { DrainResult } from '../../protocol/kinds/posixMq';
import { ErrnoError } from '../libc/errno';
import { attributesOf, type QueuedMessage, sendNow, takeNow } from '../libc/mqueue';
import { type Recovery, rescue, type Taken } from './taken';

interface Held {
  message: QueuedMessage;
  /** Where it is written down, for as long as it is not in the queue. */
  file?: string;
}

/** Drains and restores through a descriptor for both that does not wait. `recovery`: where messages are written down meanwhile. Throws ErrnoError (EACCES: nothing was taken). */
export function drainAndRestore(fd: number, recovery: Recovery | undefined, taken: Taken): DrainResult {
  const { messages: most, messageSize } = attributesOf(fd);
  const room = Buffer.alloc(messageSize);
  const held: Held[] = [];
  let failed: unknown;
  try {
    // No more than there were: what a waiting sender puts in meanwhile is not ours to move.
    while (held.length < most) {
      const message = takeNow(fd, room);
      if (!message) break;
      const one: Held = { message };
      held.push(one);
      if (recovery) one.file = rescue(recovery, { ...packed(message), takenAt: Date.now() }, held.length);
    }
  } catch (error) {
    // What was taken goes back first.
    failed = error;
  }
  const taking = held.length;
  const left = held.flatMap((one, index) => (giveBack(fd, one) ? [] : [index]));
  if (failed !== undefined && left.length === 0) throw failed as Error;
  const files = left.flatMap((index) => held[index]?.file ?? []);
  return {
    messages: held.map(({ message }, index) => ({ index, ...packed(message) })),
    left,
    ...(left.length > 0 && {
      token: taken.keep(
        recovery
          ? { acknowledge: () => files.forEach(forget) }
          : {
              content: { messages: left.map((index) => held[index] && packed(held[index].message)) },
              recovery,
            },
      ),
    }),
    moved: taking !== most || attributesOf(fd).messages !== most - left.length,
    readAt: Date.now(),
  };
}

/** True where it is in the queue again. */
function giveBack(fd: number, { message, file }: Held): boolean {
  try {
    sendNow(fd, message);
  } catch (error) {
    if (error instanceof ErrnoError) return false;
    throw error;
  }
  if (file !== undefined) forget(file);
  return true;
}

function forget(file: string): void {
  rmSync(file, { force: true });
}

function packed({ priority, content }: QueuedMessage) {
  return { priority, content: toBytes(content) };
}
