/**
 * Which threads nothing can free: the greatest set in which each waits for members of the set alone, or for who has ended or stopped. One pass over the edges: a thread that can
 * act frees those who wait for it, and so on (the marking of a graph backwards, as in the liveness analysis of compilers).
 */
import type { Edge, Member } from './edge';
import { add, isInert, type Machine, type ThreadNode } from './machine';

/** By number of thread. `edges`: of those that wait for others. */
export interface Nodes {
  readonly edges: readonly (Edge | undefined)[];
  /** Sleeps for the clock alone. */
  readonly sleepers: ReadonlySet<number>;
}

/** 1 for each thread, by its number, that is stuck. */
export type Stuck = Uint8Array;

/**
 * The threads that are stuck. `likely`: what is open or unseen counts as closed where a known way leads to somebody else, and a process in which others are stuck is
 * not freed by a thread that merely sleeps.
 */
export function stuckIn(machine: Machine, { edges, sleepers }: Nodes, likely: boolean): Stuck {
  const stuck = new Uint8Array(machine.threads.length);
  const waitingFor = new Waiters();
  /** Members of an `all` that cannot act: the wait goes on while there is one. */
  const left = new Map<number, number>();
  for (const node of machine.threads) {
    const { number } = node;
    const edge = edges[number];
    if (!edge || !mayBeStuck(edge, node, likely)) continue;
    stuck[number] = 1;
    for (const member of edge.members) waitingFor.add(member, number);
    if (edge.need === 'all') left.set(number, edge.members.length);
  }

  const freed: number[] = [];
  const free = (waiting: readonly number[]) => {
    for (const number of waiting) {
      if (stuck[number] === 0) continue;
      const rest = left.get(number);
      if (rest !== undefined && rest > 1) left.set(number, rest - 1);
      else {
        stuck[number] = 0;
        freed.push(number);
      }
    }
  };
  const act = ({ number, process, thread }: ThreadNode) => {
    if (likely && sleepers.has(number) && hasStuck(machine, process.pid, stuck)) return;
    free(waitingFor.takeOfThread(thread.tid));
    free(waitingFor.takeOfProcess(process.pid));
  };

  for (const node of machine.threads) if (stuck[node.number] === 0 && !isInert(node.thread)) act(node);
  // A process of whose threads not all are known can act, as far as anybody knows.
  for (const pid of waitingFor.pids()) if (isUnknown(machine, pid)) free(waitingFor.takeOfAny(pid));
  for (let number = freed.pop(); number !== undefined; number = freed.pop()) {
    const node = machine.threads[number];
    if (node) act(node);
  }
  return stuck;
}

function mayBeStuck(edge: Edge, node: ThreadNode, likely: boolean): boolean {
  // Where nobody is known at all, an end was on its way while the look went on.
  if (isInert(node.thread) || edge.members.length === 0) return false;
  if (!likely) return edge.closing === 'closed' && edge.holes.length === 0;
  if (edge.closing === 'closed' && edge.holes.length === 0) return true;
  if (edge.own) return true;
  // Without any known way but itself it is at rest.
  return edge.members.some((member) => member.pid !== node.process.pid);
}

function hasStuck(machine: Machine, pid: number, stuck: Stuck): boolean {
  return machine.threadsOf(pid).some(({ number }) => stuck[number] === 1);
}

function isUnknown(machine: Machine, pid: number): boolean {
  const process = machine.process(pid);
  if (!process) return true;
  const { length } = machine.threadsOf(pid);
  return length < (process.threadCount ?? 0) || (length === 0 && !isInert(process));
}

/** Who waits for whom, by numbers of threads. What is taken is gone: who acts frees once. */
class Waiters {
  private readonly ofThread = new Map<number, number[]>();
  private readonly ofProcess = new Map<number, number[]>();
  /** Threads that are waited for, by their process. */
  private readonly tids = new Map<number, number[]>();

  add(member: Member, number: number): void {
    if (member.is === 'process') add(this.ofProcess, member.pid, number);
    if (member.is !== 'thread') return;
    add(this.ofThread, member.tid, number);
    add(this.tids, member.pid, member.tid);
  }

  pids(): number[] {
    return [...this.ofProcess.keys(), ...this.tids.keys()];
  }

  takeOfThread(tid: number): readonly number[] {
    return take(this.ofThread, tid);
  }

  takeOfProcess(pid: number): readonly number[] {
    return take(this.ofProcess, pid);
  }

  takeOfAny(pid: number): readonly number[] {
    const ofThreads = (this.tids.get(pid) ?? []).flatMap((tid) => this.takeOfThread(tid));
    return [...ofThreads, ...this.takeOfProcess(pid)];
  }
}

const NONE: readonly number[] = [];

function take(from: Map<number, number[]>, key: number): readonly number[] {
  const taken = from.get(key);
  if (!taken) return NONE;
  from.delete(key);
  return taken;
}
