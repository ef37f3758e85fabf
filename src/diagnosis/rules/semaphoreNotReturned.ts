/**
 * A semaphore that is too low, and who changed it last has ended: if that one held it, nobody gives it back. Fires where two wait, or one for a minute. Never proven: anybody with the right may raise it, and
 * who changed it last may merely have consumed. Silent where the last changer lives or may live.
 */
import { waitedFor } from '../edges/sysv';
import type { Rule } from '../finding';
import { refsOf, sinceOne, waitersOf } from '../waiters';
import type { Verdict } from '../verdict';
import type { Ref } from '../../protocol/ref';
import type { Machine } from '../machine';

export const semaphoreNotReturned: Rule<'semaphoreNotReturned'> = {
  seconds: 1,
  cites: 'semop(2), semctl(2) GETPID',
  find: ({ waiting, machine, thresholds }) =>
    waiting.each('operations').flatMap(([set, verdicts]) => {
      const stuck = verdicts.filter(
        ({ wait, edge }) =>
          wait?.on.is === 'operations' &&
          edge !== undefined &&
          edge.members.length > 0 &&
          edge.members.every(({ is }) => is === 'ended'),
      );
      const waiters = waitersOf(stuck);
      const low = lowOf(set, stuck, machine);
      const { since } = sinceOne(waiters);
      const enough =
        waiters.length > 1 ||
        (since !== undefined && machine.at - since >= thresholds.semaphoreSeconds * 1000);
      if (!low || !enough) return [];
      const { needs, ...parts } = low;
      return {
        severity: 'warning',
        proof: 'likely',
        doubts: ['open', 'ifHolds'],
        subjects: [set, ...refsOf(waiters, machine)],
        ...(since !== undefined && { since }),
        parts: { set, waiters, ...parts },
        cures: [{ is: 'add', ref: set, number: parts.number, change: needs }],
      };
    }),
};

/** The first semaphore that is too low for who waits, and by how much. */
function lowOf(ref: Ref, stuck: readonly Verdict[], machine: Machine) {
  const set = machine.object(ref);
  if (set?.kind !== 'sysv.sem' || !set.details) return undefined;
  for (const { wait } of stuck)
    for (const { number, change } of (wait?.on.is === 'operations' ? wait.on.of : undefined) ??
      waitedFor(set.details)) {
      const value = set.details.values[number] ?? 0;
      const last = set.details.lastPids[number] ?? 0;
      if (change < 0 && value < -change && last !== 0) return { number, value, last, needs: -change - value };
    }
  return undefined;
}
