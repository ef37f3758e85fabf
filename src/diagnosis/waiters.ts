/** What rules ask of those who wait. */
import type { Doubt, Party, Proof, Waiter } from '../protocol/findings';
import type { Endpoint } from '../protocol/facts';
import type { Ref } from '../protocol/ref';
import type { Machine } from './machine';
import type { Verdict } from './verdict';

/** A thread that waits, as findings tell it; undefined where it does not wait. */
export function waiterOf({ node: { process, thread }, wait }: Verdict): Waiter | undefined {
  return wait && { pid: process.pid, startTime: process.startTime, tid: thread.tid, wait };
}

/** Those of these who wait. */
export function waitersOf(verdicts: readonly Verdict[]): Waiter[] {
  return verdicts.flatMap((one) => waiterOf(one) ?? []);
}

/** The moment from which on all of them have waited without a break; nothing where that of one is not known. */
export function sinceAll(waiters: readonly Waiter[]): { since?: number } {
  const since = waiters.map(({ wait }) => wait.since);
  const known = since.filter((at) => at !== undefined);
  return known.length === 0 || known.length < since.length ? {} : { since: Math.max(...known) };
}

/** The moment from which on one of them has waited without a break: the longest wait; nothing where none is known. */
export function sinceOne(waiters: readonly Waiter[]): { since?: number } {
  const known = waiters.flatMap(({ wait: { since } }) => since ?? []);
  return known.length === 0 ? {} : { since: Math.min(...known) };
}

/** How sure it is that these are stuck, and what makes it less than proven. */
export function proofOf(verdicts: readonly Verdict[]): { proof: Proof; doubts: Doubt[] } {
  const proven = verdicts.every(({ proof }) => proof === 'proven');
  const doubts = new Set<Doubt>();
  for (const { edge } of verdicts) {
    if (edge?.closing === 'open') doubts.add('open');
    if (edge?.closing === 'unseen') doubts.add('hidden');
    for (const hole of edge?.holes ?? []) doubts.add(hole);
  }
  return { proof: proven ? 'proven' : 'likely', doubts: proven ? [] : [...doubts] };
}

/** Each process of these endpoints once, with its first descriptor. */
export function partiesOf(ends: readonly Endpoint[]): Party[] {
  const parties = new Map<number, Party>();
  for (const { pid, startTime, fd } of ends)
    if (!parties.has(pid)) parties.set(pid, { pid, startTime, ...(fd !== undefined && { fd }) });
  return [...parties.values()];
}

/** The refs of processes, each once. */
export function refsOf(all: readonly { pid: number }[], machine: Machine): Ref[] {
  return [...new Set(all.map(({ pid }) => pid))].flatMap((pid) => machine.refOf(pid) ?? []);
}
