/** What may interrupt who is waited for, so that a proof is none: timers and children of its own, of which the kernel tells little. */
import type { Hole, Member } from './edge';
import { isInert, type Machine } from './machine';
import { mask } from './masks';

/** SIGALRM, SIGVTALRM, SIGPROF and SIGIO (signal(7)) as bits of a mask. */
const TIMERS = (1n << 13n) | (1n << 25n) | (1n << 26n) | (1n << 28n);
const SIGCHLD = 1n << 16n;

/** The holes that the members of an edge bring. */
export function holesOf(members: readonly Member[], machine: Machine): Hole[] {
  const holes = new Set<Hole>();
  const inside = new Set(members.map(({ pid }) => pid));
  for (const member of members) {
    if (member.is === 'ended') continue;
    const process = machine.process(member.pid);
    const caught = mask(process?.signals?.caught);
    if (caught & TIMERS) holes.add('timer');
    if (
      caught & SIGCHLD &&
      machine.childrenOf(member.pid).some((child) => !inside.has(child.pid) && !isInert(child))
    )
      holes.add('child');
  }
  return [...holes];
}
