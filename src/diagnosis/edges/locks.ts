/** Who can end a wait for a lock on a file: for each one that is in the way, whoever has the open file by which it is held. */
import { type HeldLock, locksInTheWay } from '../../protocol/kinds/lock';
import type { WaitOnOf } from '../../protocol/waits';
import { type Closing, type Edge, processesOf, type Waiting } from '../edge';
import type { Machine } from '../machine';

/** What the wait for a lock comes to. */
export function lockEdge(on: WaitOnOf<'lock'>, pid: number, machine: Machine): Waiting {
  const file = machine.object(on.ref);
  if (file?.kind !== 'lock' || on.type === undefined) return { is: 'unknown' };
  const ahead = locksInTheWay(file.held, { ...on, pid });
  const unseen =
    ahead.some(({ holders }) => holders.length === 0) || machine.hides('endpoints', file.kind, file.ref);
  // Other machines may hold one too.
  const closing: Closing = file.local !== true ? 'open' : unseen ? 'unseen' : 'closed';
  return { is: 'edge', edge: { ...waysPast(ahead.map(pidsOf)), closing, holes: [] } };
}

/**
 * All of these locks have to go. Of one that several share, as heirs do, each may unlock it for all (flock(2)), and often does: who waits behind such ones alone is stuck only if none of them can act. One that a single
 * process has decides by itself.
 */
function waysPast(locks: readonly number[][]): Pick<Edge, 'need' | 'members'> {
  const single = locks.filter(({ length }) => length === 1);
  const [need, pids] = single.length > 0 ? (['all', single] as const) : (['any', locks] as const);
  return { need, members: processesOf([...new Set(pids.flat())]) };
}

function pidsOf({ holders }: HeldLock): number[] {
  return [...new Set(holders.map(({ pid }) => pid))];
}
