/** Who can end a wait on a word in memory (futex(2)): the owner of a lock, or whoever shares the memory. */
import type { IpcObject } from '../../protocol/kinds';
import type { WaitOnOf } from '../../protocol/waits';
import { type Member, processesOf, type Waiting, withHole } from '../edge';
import { holdersIn, type Machine, type ThreadNode } from '../machine';

/** What the wait for a word comes to. */
export function wordEdge(on: WaitOnOf<'word'>, node: ThreadNode, machine: Machine): Waiting {
  // Only other threads of the same process can wake it (FUTEX_PRIVATE_FLAG).
  if (!on.shared) return node.home.woken;
  const object = machine.object(on.ref);
  // Memory that is no object is its own, as far as can be seen.
  if (!object) return withHole(node.home.woken, 'uncertain');
  const owner = ownerAt(object, on.offset);
  if (owner) return edge([owner], 'closed');
  const sharers = processesOf(holdersIn(object, 'mapped', 'attached', 'open', 'both', 'reader', 'writer'));
  const anonymous = object.kind === 'mapping' && object.what === 'anonymous';
  return edge(sharers, !anonymous ? 'open' : machine.hides('endpoints', object.kind) ? 'unseen' : 'closed');
}

/** Who holds the mutex at this place, where that is told. */
function ownerAt(object: IpcObject, offset: number | string | undefined): Member | undefined {
  if (!('locks' in object) || offset === undefined) return undefined;
  const owner = object.locks?.find((lock) => lock.offset === Number(offset))?.owner;
  if (!owner) return undefined;
  // Whoever has let go of the memory unlocks nothing in it any more.
  if (owner.now === 'gone' || owner.now === 'other') return { is: 'ended', pid: owner.pid ?? owner.tid };
  return owner.pid === undefined ? undefined : { is: 'thread', pid: owner.pid, tid: owner.tid };
}

function edge(members: readonly Member[], closing: 'closed' | 'unseen' | 'open'): Waiting {
  return { is: 'edge', edge: { need: 'any', members, closing, holes: [] } };
}
