/** Why a process waits: the answer to one question, over the ground of one step. */
import type { Answer, ChainEnd, Link, State, Way } from '../protocol/findings';
import { chainOf, type End, leaderOf, type Step } from './chain';
import type { Member } from './edge';
import type { Ground } from './finding';
import { isInert } from './machine';
import type { Verdict } from './verdict';
import { proofOf, waiterOf } from './waiters';

/** The most telling state of a process's threads first: what is wrong, then what it does, then what it waits for. */
const TELLING: readonly State[] = ['stuck', 'stopped', 'ended', 'runs', 'waits', 'ends', 'unknown', 'idle'];

/** The answer for a process; undefined of one that is not in the look. `of`: those of its threads that are asked about; else all. */
export function answerOf(
  pid: number,
  { machine, verdicts, ways }: Ground,
  of?: readonly Verdict[],
): Answer | undefined {
  const process = machine.process(pid);
  if (!process) return undefined;
  const { startTime } = process;
  const known = machine.threadsOf(pid).flatMap(({ number }) => verdicts[number] ?? []);
  const threads: Answer['threads'] = {};
  for (const { is } of known) threads[is] = (threads[is] ?? 0) + 1;
  const told = mostTelling(of ?? known);
  if (!told) {
    const state = !isInert(process) ? 'unknown' : process.state === 'Z' ? 'ended' : 'stopped';
    return { pid, startTime, state, chain: [], threads };
  }
  const waiter = waiterOf(told);
  const { steps, end } = chainOf(told, ways);
  return {
    ...{ pid, startTime, state: told.is, threads },
    ...(isAmongItself(known) && { amongItself: true as const }),
    ...(told.proof && { proof: told.proof }),
    ...(waiter && { waiter }),
    chain: steps.flatMap(linkOf),
    ...(steps.length > 0 && { end: endOf(end) }),
  };
}

/** Those who are stuck, by where their chains end: each root with a process that waits for it, the one for which most wait first. */
export function stuckProcesses({ verdicts, ways }: Ground): { pid: number; others: number }[] {
  const roots = new Map<string, { pid: number; others: number }>();
  const told = new Set<number>();
  for (const verdict of verdicts) {
    const { pid } = verdict.node.process;
    if (verdict.is !== 'stuck' || told.has(pid)) continue;
    told.add(pid);
    const { steps, end } = chainOf(verdict, ways);
    const root = rootOf(steps, end);
    const known = roots.get(root);
    if (known) known.others++;
    else roots.set(root, { pid, others: 0 });
  }
  return [...roots.values()].sort((a, b) => b.others - a.others);
}

function mostTelling(known: readonly Verdict[]): Verdict | undefined {
  // A leader that has ended tells nothing of the threads that go on without it.
  const alive = known.filter(({ is }) => is !== 'ended');
  const some = alive.length > 0 ? alive : known;
  // What waits for others of its own process says least.
  const outward = some.filter(({ is, edge }) => is === 'stuck' || edge?.own !== true);
  for (const from of [outward, some])
    for (const state of TELLING) {
      const found = leaderOf(from.filter(({ is }) => is === state));
      if (found) return found;
    }
  return undefined;
}

/** Whether all its threads wait for each other alone: then none of them can wake another, and only a signal can. */
function isAmongItself(known: readonly Verdict[]): boolean {
  return (
    known.length > 0 && known.every(({ is, edge }) => edge?.own === true && (is === 'idle' || is === 'waits'))
  );
}

function linkOf({ verdict, members, only }: Step): Link[] {
  const waiter = waiterOf(verdict);
  if (!waiter) return [];
  const { on, edge, proof } = verdict;
  return [
    {
      ...{ waiter, only, need: edge?.need ?? 'any', ways: members.map(wayOf) },
      is: verdict.is === 'stuck' ? 'stuck' : 'waits',
      doubts: proofOf([verdict]).doubts,
      ...(proof && { proof }),
      ...(on !== undefined && { on }),
    },
  ];
}

function wayOf(member: Member): Way {
  return { ...member };
}

function endOf(end: End): ChainEnd {
  if (end.is !== 'acts') return end;
  const { verdict } = end;
  const waiter = waiterOf(verdict);
  return {
    ...{ is: 'acts', pid: verdict.node.process.pid, state: verdict.is },
    ...(waiter && { waiter }),
  };
}

function rootOf(steps: readonly Step[], end: End): string {
  switch (end.is) {
    case 'ring':
      return `ring ${Math.min(...steps.slice(end.from).map(({ verdict }) => verdict.node.number))}`;
    case 'ended':
    case 'stopped':
      return `${end.is} ${end.pid}`;
    case 'acts':
      return `acts ${end.verdict.node.process.pid}`;
    case 'unknown':
      return `unknown ${end.pid ?? steps.at(-1)?.verdict.node.process.pid ?? ''}`;
  }
}
