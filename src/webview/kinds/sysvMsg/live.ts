/** When to peek again: on a change, and as long as the facts are too young to show every change. */
import type { QueueObject } from '../../../protocol/kinds/sysvMsg';

/**
 * Queue times are whole seconds, and two operations within one second can leave all facts as they were. Younger
 * than this, equal facts prove nothing.
 */
const YOUNG = 3000;

/** Whether the queue may have changed although its facts did not. */
export function isYoung(object: QueueObject, now: number): boolean {
  const newest = Math.max(object.changedAt, object.lastSend?.at ?? 0, object.lastReceive?.at ?? 0);
  return now - newest < YOUNG;
}

/** Whether two sights of a queue differ in anything that sending or receiving changes. */
export function differs(a: QueueObject | undefined, b: QueueObject): boolean {
  return (
    a?.messages !== b.messages ||
    a.bytes !== b.bytes ||
    a.mode !== b.mode ||
    a.owner.uid !== b.owner.uid ||
    a.changedAt !== b.changedAt ||
    a.lastSend?.at !== b.lastSend?.at ||
    a.lastSend?.pid !== b.lastSend?.pid ||
    a.lastReceive?.at !== b.lastReceive?.at ||
    a.lastReceive?.pid !== b.lastReceive?.pid
  );
}
