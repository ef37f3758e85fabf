/** The chain from a waiter to who keeps it waiting in the end. */
import type { Member } from './edge';
import { isInert, type Machine } from './machine';
import type { Verdict } from './verdict';

/** One step: who waits, and on whom of those who could end that the next step looks. */
export interface Step {
  verdict: Verdict;
  /** All who could end the wait; `only` where there is no other. */
  members: readonly Member[];
  only: boolean;
}

/** Where a chain comes to an end. */
export type End =
  /** It comes back to the step of this number. */
  | { is: 'ring'; from: number }
  /** Who could have ended the wait has ended or is stopped. */
  | { is: 'ended' | 'stopped'; pid: number }
  /** Who can act: it runs, is at rest, or waits for the clock. */
  | { is: 'acts'; verdict: Verdict }
  /** Nobody is known, or nothing of who is. */
  | { is: 'unknown'; pid?: number };

/** A chain. */
export interface Chain {
  steps: readonly Step[];
  end: End;
}

/** Follows a waiter to the end. Of several who could end a wait it takes one that is stuck, if there is one: there the trouble goes on. */
export function chainOf(from: Verdict, verdicts: readonly Verdict[], machine: Machine): Chain {
  const steps: Step[] = [];
  const at = new Map<number, number>();
  let verdict = from;
  for (;;) {
    const seen = at.get(verdict.node.number);
    if (seen !== undefined) return { steps, end: { is: 'ring', from: seen } };
    if (!verdict.edge || (verdict.is !== 'stuck' && verdict.is !== 'waits'))
      return { steps, end: endAt(verdict) };
    const { members } = verdict.edge;
    at.set(verdict.node.number, steps.length);
    steps.push({ verdict, members, only: members.length === 1 && verdict.edge.closing === 'closed' });
    const next = nextOf(members, verdicts, machine);
    if ('is' in next && 'node' in next) verdict = next;
    else return { steps, end: next };
  }
}

function endAt(verdict: Verdict): End {
  const { pid } = verdict.node.process;
  switch (verdict.is) {
    case 'stopped':
    case 'ended':
      return { is: verdict.is, pid };
    case 'unknown':
      return { is: 'unknown', pid };
    default:
      return { is: 'acts', verdict };
  }
}

/** Where the trouble goes on: one of those who could end the wait, who is stuck if any of them is; or the end of the chain. */
export function nextOf(
  members: readonly Member[],
  verdicts: readonly Verdict[],
  machine: Machine,
): Verdict | End {
  const found = members.map((member) => at(member, verdicts, machine));
  const verdict =
    found.find((one): one is Verdict => 'node' in one && one.is === 'stuck') ??
    found.find((one): one is Verdict => 'node' in one);
  return verdict ?? found[0] ?? { is: 'unknown' };
}

/** The thread of a member in which its chain goes on: the leader, where that is stuck like the others. */
function at(member: Member, verdicts: readonly Verdict[], machine: Machine): Verdict | End {
  if (member.is === 'ended') return { is: 'ended', pid: member.pid };
  const process = machine.process(member.pid);
  if (!process) return { is: 'unknown', pid: member.pid };
  const threads =
    member.is === 'thread' ? [machine.threadOf(member.pid, member.tid)] : machine.threadsOf(member.pid);
  const known = threads
    .flatMap((node) => (node ? [verdicts[node.number]] : []))
    .filter((one) => one !== undefined);
  if (known.length === 0)
    return isInert(process)
      ? { is: process.state === 'Z' ? 'ended' : 'stopped', pid: process.pid }
      : { is: 'unknown', pid: process.pid };
  const stuck = known.filter(({ is }) => is === 'stuck');
  // One that waits for others of its own process says nothing of why these do not go on.
  const leader = (all: readonly Verdict[]) => {
    const some = all.filter(({ edge }) => !edge?.own);
    const from = some.length > 0 ? some : all;
    return from.find(({ node }) => node.thread.tid === process.pid) ?? from[0];
  };
  const acting = known.filter(({ is }) => is !== 'stuck' && is !== 'idle');
  return leader(stuck) ?? leader(acting) ?? leader(known) ?? { is: 'unknown', pid: process.pid };
}
