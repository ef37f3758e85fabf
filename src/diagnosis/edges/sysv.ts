/** Who can end a wait on a System V queue or semaphore set: whoever has the right, of whom some are known. */
import type { ObjectOf } from '../../protocol/kinds';
import type { WaitOnOf } from '../../protocol/waits';
import { type Member, processesOf, type Waiting } from '../edge';
import type { Machine } from '../machine';

/** What the wait of a semop(2) comes to. */
export function operationsEdge(on: WaitOnOf<'operations'>, pid: number, machine: Machine): Waiting {
  const set = machine.object(on.ref);
  if (set?.kind !== 'sysv.sem') return { is: 'unknown' };
  return {
    is: 'edge',
    edge: { need: 'any', members: lastChangers(set, on, pid), closing: 'open', holes: ['ifHolds'] },
  };
}

/** Who changed the semaphores last that keep the call from going on, but the waiter itself. */
function lastChangers(
  { details }: ObjectOf<'sysv.sem'>,
  on: WaitOnOf<'operations'>,
  waiter: number,
): Member[] {
  if (!details) return [];
  const members = new Map<number, Member>();
  for (const { number, change } of on.of ?? waitedFor(details)) {
    const value = details.values[number] ?? 0;
    const holdsUp = change < 0 ? value < -change : change === 0 && value !== 0;
    const pid = details.lastPids[number] ?? 0;
    if (!holdsUp || pid === 0 || pid === waiter) continue;
    const past = details.past.find((one) => one.pid === pid);
    const gone = past?.now === 'gone' || past?.now === 'other';
    members.set(pid, gone ? { is: 'ended', pid } : { is: 'process', pid, ifHolds: true });
  }
  return [...members.values()];
}

/** Where the call itself is hidden: the semaphores at which anybody waits. */
export function waitedFor({
  waitForIncrease,
  waitForZero,
}: NonNullable<ObjectOf<'sysv.sem'>['details']>): { number: number; change: number }[] {
  return waitForIncrease.flatMap((count, number) => [
    ...(count > 0 ? [{ number, change: -1 }] : []),
    ...((waitForZero[number] ?? 0) > 0 ? [{ number, change: 0 }] : []),
  ]);
}

/** What the wait for a message, or for room for one, comes to: those at work at the other side of the queue are known ways. */
export function queueEdge(on: WaitOnOf<'receive' | 'send'>, pid: number, machine: Machine): Waiting {
  const queue = machine.object(on.ref);
  if (queue?.kind !== 'sysv.msg') return { is: 'unknown' };
  const others = (queue.endpoints ?? []).filter(
    (end) =>
      end.pid !== pid &&
      (end.waits ?? []).some((wait) => wait.on.is === (on.is === 'receive' ? 'send' : 'receive')),
  );
  const members = processesOf([...new Set(others.map((end) => end.pid))]);
  return { is: 'edge', edge: { need: 'any', members, closing: 'open', holes: [] } };
}
