/** The chain from a waiter to who keeps it waiting in the end. */
import type { Member } from './edge';
import { isInert, type Machine, type ThreadNode } from './machine';
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
    const next = ways.from(members, verdict.node.process.pid);
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

const NONE: readonly ThreadNode[] = [];

/** Where trouble goes on. Each process is asked once. */
export class Ways {
  private readonly known = new Map<number, Verdict | End>();

  constructor(
    private readonly verdicts: readonly Verdict[],
    private readonly machine: Machine,
  ) {}

  /** One of those who could end a wait of a process, who is stuck if any of them is, and rather another than itself; or the end of the chain. */
  from(members: readonly Member[], waiter: number): Verdict | End {
    let [least, first]: [number, Verdict | End] = [Infinity, { is: 'unknown' }];
    for (const member of members) {
      const found = this.at(member);
      const isStuck = 'node' in found && found.is === 'stuck';
      const rank = (isStuck ? 0 : 'node' in found ? 2 : 4) + (member.pid === waiter ? 1 : 0);
      if (rank < least) [least, first] = [rank, found];
      if (rank === 0) break;
    }
    return first;
  }

  private at(member: Member): Verdict | End {
    if (member.is === 'ended') return { is: 'ended', pid: member.pid };
    if (member.is === 'thread') {
      const node = this.machine.threadOf(member.pid, member.tid);
      return (node && this.verdicts[node.number]) ?? this.inProcess(member.pid, NONE);
    }
    let known = this.known.get(member.pid);
    if (!known) {
      known = this.inProcess(member.pid, this.machine.threadsOf(member.pid));
      this.known.set(member.pid, known);
    }
    return known;
  }

  /** The thread of a process in which its chain goes on: the leader, where that is stuck like the others. */
  private inProcess(pid: number, threads: readonly ThreadNode[]): Verdict | End {
    const process = this.machine.process(pid);
    if (!process) return { is: 'unknown', pid };
    let [least, first]: [number, Verdict | undefined] = [Infinity, undefined];
    for (const { number } of threads) {
      const verdict = this.verdicts[number];
      const rank = verdict ? rankOf(verdict) : Infinity;
      if (rank < least) [least, first] = [rank, verdict];
    }
    if (first) return first;
    return isInert(process)
      ? { is: process.state === 'Z' ? 'ended' : 'stopped', pid }
      : { is: 'unknown', pid };
  }
}

/** Of the threads of a process the one that tells most stands lowest: what is stuck, then what can act, then what is at rest. */
function rankOf(verdict: Verdict): number {
  const { is } = verdict;
  return (is === 'stuck' ? 0 : is !== 'idle' ? LEAD : 2 * LEAD) + leadOf(verdict);
}

/** More than any `leadOf`. */
const LEAD = 4;

/** The leader stands before the others; one that waits for others of its own process says nothing of why these do not go on. */
function leadOf({ edge, node: { thread, process } }: Verdict): number {
  return (edge?.own ? 2 : 0) + (thread.tid === process.pid ? 0 : 1);
}

/** The leader, or the first of those who do not wait for their own process. */
export function leaderOf(all: readonly Verdict[]): Verdict | undefined {
  return all.reduce<Verdict | undefined>(
    (first, one) => (first && leadOf(first) <= leadOf(one) ? first : one),
    undefined,
  );
}
