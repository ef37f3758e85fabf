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
export function chainOf(from: Verdict, ways: Ways): Chain {
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
    const next = ways.from(members);
    if (!('node' in next)) return { steps, end: next };
    verdict = next;
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

/** Where trouble goes on. Each process is asked once. */
export class Ways {
  private readonly known = new Map<number, Verdict | End>();

  constructor(
    private readonly verdicts: readonly Verdict[],
    private readonly machine: Machine,
  ) {}

  /** One of those who could end a wait, who is stuck if any of them is; or the end of the chain. */
  from(members: readonly Member[]): Verdict | End {
    let first: Verdict | End | undefined;
    for (const member of members) {
      const found = this.at(member);
      if ('node' in found && found.is === 'stuck') return found;
      if (!first || ('node' in found && !('node' in first))) first = found;
    }
    return first ?? { is: 'unknown' };
  }

  private at(member: Member): Verdict | End {
    if (member.is === 'ended') return { is: 'ended', pid: member.pid };
    if (member.is === 'thread') {
      const node = this.machine.threadOf(member.pid, member.tid);
      return (node && this.verdicts[node.number]) ?? this.inProcess(member.pid, []);
    }
    let known = this.known.get(member.pid);
    if (!known) {
      const threads = this.machine.threadsOf(member.pid);
      known = this.inProcess(
        member.pid,
        threads.flatMap(({ number }) => this.verdicts[number] ?? []),
      );
      this.known.set(member.pid, known);
    }
    return known;
  }

  /** The thread of a process in which its chain goes on: the leader, where that is stuck like the others. */
  private inProcess(pid: number, known: readonly Verdict[]): Verdict | End {
    const process = this.machine.process(pid);
    if (!process) return { is: 'unknown', pid };
    if (known.length === 0)
      return isInert(process)
        ? { is: process.state === 'Z' ? 'ended' : 'stopped', pid }
        : { is: 'unknown', pid };
    const stuck = known.filter(({ is }) => is === 'stuck');
    const acting = known.filter(({ is }) => is !== 'stuck' && is !== 'idle');
    return leaderOf(stuck) ?? leaderOf(acting) ?? leaderOf(known) ?? { is: 'unknown', pid };
  }
}

/** The leader, or the first; one that waits for others of its own process says nothing of why these do not go on. */
export function leaderOf(all: readonly Verdict[]): Verdict | undefined {
  const some = all.filter(({ edge }) => !edge?.own);
  const from = some.length > 0 ? some : all;
  return from.find(({ node: { thread, process } }) => thread.tid === process.pid) ?? from[0];
}
