/**
 * Nobody but the waiter itself has the other end, and none of its threads can act: the end of file, or the room, can never come. Fires on pipes and socketpairs. Silent where a thread can act, where the process catches signals (their
 * handlers may write into it), and on FIFOs, which others may open.
 */
import type { Rule } from '../finding';
import { proofOf, refsOf, sinceAll, waitersOf } from '../waiters';
import { isOfOneProcess } from './deadlock';

export const ownOtherEnd: Rule<'ownOtherEnd'> = {
  seconds: 3,
  cites: 'pipe(7), socketpair(2)',
  find: ({ rings, machine }) =>
    rings.flatMap(({ members }) => {
      const [waiter] = waitersOf(members.filter(({ wait }) => wait?.on.is === 'descriptors'));
      const stream = members.find(({ wait }) => wait?.on.is === 'descriptors')?.on;
      if (!isOfOneProcess(members) || !waiter || stream === undefined) return [];
      const refs = refsOf([waiter], machine);
      return {
        severity: 'warning',
        ...proofOf(members),
        subjects: [stream, ...refs],
        ...sinceAll([waiter]),
        parts: { waiter, stream },
        cures: refs.map((ref) => ({ is: 'debug', ref })),
      };
    }),
};
