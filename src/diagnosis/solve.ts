/**
 * Which threads nothing can free: the greatest set in which each waits for members of the set alone, or for who has ended or stopped. One pass over the edges: a thread that can
 * act frees those who wait for it, and so on (the marking of a graph backwards, as in the liveness analysis of compilers).
 */
import type { Edge, Member } from './edge';
import { add, isInert, type Machine, type ThreadNode } from './machine';

/** By number of thread. `edge`: of those that wait for others. */
export interface Nodes {
  readonly edges: ReadonlyMap<number, Edge>;
  /** Sleeps for the clock alone. */
  readonly sleepers: ReadonlySet<number>;
}

/**
 * The numbers of the threads that are stuck. `likely`: what is open or unseen counts as closed where a known way leads to somebody else, and a process in which others are stuck is
 * not freed by a thread that merely sleeps.
 */
export function stuckIn(machine: Machine, { edges, sleepers }: Nodes, likely: boolean): Set<number> {
  const stuck = new Set<number>();
  for (const [number, edge] of edges)
    if (mayBeStuck(edge, machine.threads[number], likely)) stuck.add(number);
  const waitingFor = new Waiters();
  for (const number of stuck)
    for (const member of edges.get(number)?.members ?? []) waitingFor.add(member, number);

  /** Members of an `all` that cannot act: the wait goes on while there is one. */
  const left = new Map<number, number>();
  for (const number of stuck) {
    const edge = edges.get(number);
    if (edge?.need === 'all') left.set(number, edge.members.length);
  }

  const freed: number[] = [];
  const free = (waiting: readonly number[]) => {
    for (const number of waiting) {
      if (!stuck.has(number)) continue;
      const rest = left.get(number);
      if (rest !== undefined && rest > 1) left.set(number, rest - 1);
      else {
        stuck.delete(number);
        freed.push(number);
      }
    }
  };
  const act = ({ number, process, thread }: ThreadNode) => {
    if (likely && sleepers.has(number) && hasStuck(machine, process.pid, stuck)) return;
    free(waitingFor.takeOfThread(thread.tid));
    free(waitingFor.takeOfProcess(process.pid));
  };

  for (const node of machine.threads) if (!stuck.has(node.number) && !isInert(node.thread)) act(node);
  // A process of whose threads not all are known can act, as far as anybody knows.
  for (const pid of waitingFor.pids()) if (isUnknown(machine, pid)) free(waitingFor.takeOfAny(pid));
  for (let number = freed.pop(); number !== undefined; number = freed.pop()) {
    const node = machine.threads[number];
    if (node) act(node);
  }
  return stuck;
}

function mayBeStuck(edge: Edge, node: ThreadNode | undefined, likely: boolean): boolean {
  if (!node || isInert(node.thread)) return false;
  if (!likely) return edge.closing === 'closed' && edge.holes.length === 0;
  if (edge.closing === 'closed' && edge.holes.length === 0) return true;
  if (edge.own) return true;
  // Without any known way but itself it is at rest.
  return edge.members.some((member) => member.pid !== node.process.pid);
}

function hasStuck(machine: Machine, pid: number, stuck: ReadonlySet<number>): boolean {
  return machine.threadsOf(pid).some(({ number }) => stuck.has(number));
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
