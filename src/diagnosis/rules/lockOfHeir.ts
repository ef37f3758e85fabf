/**
 * A lock on a file whose taker has ended, or has closed its copy, while those who inherited the open file hold it, most likely without knowing (flock(2): it goes with the last copy). Fires while somebody waits behind it. Silent
 * where nobody waits, where who took it has it still, and where it was taken for somebody who is older: a shell has flock(1) lock what the shell itself opened.
 */
import type { HeldLock } from '../../protocol/kinds/lock';
import { locksInTheWay } from '../../protocol/kinds/lock';
import type { Rule } from '../finding';
import type { Machine } from '../machine';
import { refsOf, sinceOne, waitersOf } from '../waiters';

export const lockOfHeir: Rule<'lockOfHeir'> = {
  seconds: 1,
  cites: 'flock(2), fcntl(2)',
  find: ({ waiting, machine }) =>
    machine.of('lock').flatMap((file) =>
      file.held.flatMap((lock) => {
        const how = howInherited(lock, machine);
        if (how === undefined || lock.taker === undefined) return [];
        const behind = waiting
          .at(file.ref)
          .filter(
            ({ wait, node }) =>
              wait?.on.is === 'lock' &&
              locksInTheWay([lock], { ...wait.on, pid: node.process.pid }).length > 0,
          );
        const waiters = waitersOf(behind);
        if (waiters.length === 0) return [];
        const holders = lock.holders.map(({ pid, startTime, fd }) => ({ pid, startTime, fd }));
        return [
          {
            severity: 'warning' as const,
            subjects: [file.ref, ...refsOf(holders, machine), ...refsOf(waiters, machine)],
            ...sinceOne(waiters),
            parts: { waiters, file: file.ref, taker: lock.taker.pid, how, holders },
            cures: refsOf(holders, machine).map((ref) => ({ is: 'end' as const, ref })),
          },
        ];
      }),
    ),
};

/** Whether those who hold it have inherited it. */
function howInherited({ taker, holders }: HeldLock, machine: Machine): 'ended' | 'closed' | undefined {
  if (taker === undefined || holders.length === 0) return undefined;
  // A process that is older than another, as far as their numbers tell.
  if (taker.now === 'ended') return holders.every(({ pid }) => pid > taker.pid) ? 'ended' : undefined;
  if (taker.now !== 'lives') return undefined;
  return holders.every(({ pid }) => machine.ancestorsOf(pid).includes(taker.pid)) ? 'closed' : undefined;
}
