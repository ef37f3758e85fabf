/**
 * A lock in shared memory whose owner has ended, or has let go of the memory: nobody will unlock it. Fires while somebody sleeps on it. Silent on robust mutexes, which the kernel hands on when their owner
 * ends (get_robust_list(2)), so that nobody sleeps on one for long, and where the number of the owner may be another's.
 */
import type { Verdict } from '../verdict';
import type { Rule } from '../finding';
import { add } from '../machine';
import { proofOf, refsOf, sinceOne, waitersOf } from '../waiters';

export const endedOwner: Rule<'endedOwner'> = {
  seconds: 1,
  cites: 'pthread_mutexattr_setrobust(3), futex(2)',
  find: ({ waiting, machine }) =>
    waiting.each('word').flatMap(([memory, verdicts]) => {
      const places = new Map<number | string, Verdict[]>();
      for (const one of verdicts.filter(isOrphaned)) add(places, offsetOf(one), one);
      return [...places].map(([offset, at]) => {
        const waiters = waitersOf(at);
        const { proof, doubts } = proofOf(at);
        return {
          severity: proof === 'proven' ? 'error' : 'warning',
          proof,
          doubts,
          subjects: [memory, ...refsOf(waiters, machine)],
          ...sinceOne(waiters),
          parts: { waiters, memory, offset, owner: at[0]?.edge?.members[0]?.pid ?? 0 },
          cures: refsOf(waiters, machine).map((ref) => ({ is: 'debug', ref })),
        };
      });
    }),
};

function isOrphaned({ is, wait, edge }: Verdict): boolean {
  return is === 'stuck' && wait?.on.is === 'word' && edge?.members[0]?.is === 'ended';
}

function offsetOf({ wait }: Verdict): number | string {
  return (wait?.on.is === 'word' ? wait.on.offset : undefined) ?? 0;
}
