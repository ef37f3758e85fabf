/**
 * A queue has no room, by its bytes or its number of messages, and senders wait: nobody receives. Fires where no sender has got through for a while. Silent while somebody receives, since each message that is taken lets one of them in.
 */
import type { IpcObject } from '../../protocol/kinds';
import type { Rule } from '../finding';
import type { Verdict } from '../verdict';
import { refsOf, sinceAll, sinceOne, waitersOf } from '../waiters';

export const queueFull: Rule<'queueFull'> = {
  seconds: 5,
  cites: 'msgop(2) "msgsnd()", mq_send(3)',
  find: ({ waiting, machine }) =>
    [...waiting.each('send'), ...waiting.each('descriptors')].flatMap(([ref, all]) => {
      const queue = machine.object(ref);
      const senders = waitersOf(all.filter((one) => sends(one, queue)));
      const messages = queue && 'messages' in queue ? queue.messages : undefined;
      if (!queue || messages === undefined || senders.length === 0) return [];
      return {
        severity: 'warning',
        subjects: [ref, ...refsOf(senders, machine)],
        ...sinceOf(queue, senders),
        parts: { queue: ref, messages, senders },
      };
    }),
};

function sends({ wait }: Verdict, queue: IpcObject | undefined): boolean {
  if (queue?.kind === 'sysv.msg') return wait?.on.is === 'send';
  return queue?.kind === 'posix.mq' && wait?.call === 'mq_timedsend';
}

/** The kernel remembers when somebody received from a System V queue; of a POSIX queue only its senders tell. */
function sinceOf(queue: IpcObject, senders: ReturnType<typeof waitersOf>): { since?: number } {
  if (queue.kind !== 'sysv.msg') return sinceAll(senders);
  const { since } = sinceOne(senders);
  return since === undefined ? {} : { since: Math.max(since, queue.lastReceive?.at ?? 0) };
}
