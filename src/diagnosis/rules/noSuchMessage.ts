/**
 * Receivers wait for types of which no message is queued, though others are: the kernel wakes a receiver as soon as one fits, so that who sleeps has none. Fires where nothing was sent or received for a while. Silent where a receiver takes
 * any type, and while the process that received last works, as a server does that is asked by type and answers later.
 */
import type { ObjectOf } from '../../protocol/kinds';
import type { Ground, Rule } from '../finding';
import { refsOf, sinceOne, waitersOf } from '../waiters';

export const noSuchMessage: Rule<'noSuchMessage'> = {
  seconds: 5,
  cites: 'msgop(2) "msgrcv()"',
  find: ({ verdicts, waiting, machine }) =>
    waiting.each('receive').flatMap(([ref, all]) => {
      const queue = machine.object(ref);
      if (queue?.kind !== 'sysv.msg' || queue.messages === 0) return [];
      const receivers = waitersOf(all);
      const sure = all.every(({ wait }) => wait?.certain);
      const { since } = sinceOne(receivers);
      if (receivers.length === 0 || !sure || works(queue, { verdicts, machine })) return [];
      const { lastSend, lastReceive, messages } = queue;
      return {
        severity: 'warning',
        subjects: [ref, ...refsOf(receivers, machine)],
        ...(since !== undefined && { since: Math.max(since, lastSend?.at ?? 0, lastReceive?.at ?? 0) }),
        parts: { queue: ref, messages, receivers },
        cures: [{ is: 'send', ref }],
      };
    }),
};

/** Whether who received last may be at work on it. */
function works(
  { lastReceive }: ObjectOf<'sysv.msg'>,
  { verdicts, machine }: Pick<Ground, 'verdicts' | 'machine'>,
): boolean {
  if (!lastReceive || lastReceive.now === 'gone' || lastReceive.now === 'other') return false;
  const threads = machine.threadsOf(lastReceive.pid);
  const rests = threads.every(({ number }) =>
    ['idle', 'waits', 'stuck'].includes(verdicts[number]?.is ?? ''),
  );
  return threads.length === 0 || !rests;
}
