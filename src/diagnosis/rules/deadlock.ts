/**
 * Threads that wait for each other in a ring. Fires where each can be ended by members of the ring alone: proven where all edges are closed and nothing can interrupt them. Silent where one member can act, in
 * threads that wait for others of their own process alone (they may rest so for ever on purpose), and where one process waits for itself (`ownOtherEnd`).
 */
import type { Rule } from '../finding';
import { proofOf, refsOf, sinceAll, waitersOf } from '../waiters';
import type { Verdict } from '../verdict';

export const deadlock: Rule<'deadlock'> = {
  seconds: 0,
  cites: 'pipe(7), futex(2), wait(2), unix(7), pthread_join(3)',
  find: ({ rings, machine }) =>
    rings
      .filter(({ members }) => !isOfOneProcess(members) || members.every(isOfThreads))
      .map(({ members, behind }) => {
        const waiters = waitersOf(members);
        const { proof, doubts } = proofOf(members);
        const objects = members.flatMap(({ on }) => on ?? []);
        return {
          severity: proof === 'proven' ? 'error' : 'warning',
          proof,
          doubts,
          subjects: [...refsOf(waiters, machine), ...new Set(objects)],
          ...sinceAll(waiters),
          parts: { members: waiters, behind },
          cures: refsOf(waiters, machine).map((ref) => ({ is: 'debug', ref })),
        };
      }),
};

/** Whether all are threads of one process. */
export function isOfOneProcess(members: readonly Verdict[]): boolean {
  return new Set(members.map(({ node }) => node.process.pid)).size === 1;
}

/** It waits for another thread: for a lock in shared memory, or for its end. */
function isOfThreads({ wait }: Verdict): boolean {
  return wait?.on.is === 'thread' || (wait?.on.is === 'word' && wait.on.shared);
}
