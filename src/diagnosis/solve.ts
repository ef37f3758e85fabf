/**
 * Which threads nothing can free: the greatest set in which each waits for members of the set alone, or for who has ended or stopped. One pass over the edges: a thread that can
 * act frees those who wait for it, and so on (the marking of a graph backwards, as in the liveness analysis of compilers).
 */
import type { Edge, Member } from './edge';
import { isInert, type Machine, type ThreadNode } from './machine';

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
  const waitingFor = new Map<string, number[]>();
  for (const number of stuck)
    for (const member of edges.get(number)?.members ?? [])
      if (member.is !== 'ended') push(waitingFor, keyOf(member), number);

  /** Members of an `all` that cannot act: the wait goes on while there is one. */
  const left = new Map<number, number>();
  for (const number of stuck) {
    const edge = edges.get(number);
    if (edge?.need === 'all') left.set(number, edge.members.length);
  }

  const freed: number[] = [];
  const free = (key: string) => {
    for (const number of waitingFor.get(key) ?? []) {
      if (!stuck.has(number)) continue;
      const rest = left.get(number);
      if (rest !== undefined && rest > 1) left.set(number, rest - 1);
      else {
        stuck.delete(number);
        freed.push(number);
      }
    }
    // What it frees it frees once.
    waitingFor.delete(key);
  };
  const act = ({ number, process, thread }: ThreadNode) => {
    if (likely && sleepers.has(number) && hasStuck(machine, process.pid, stuck)) return;
    free(keyOf({ is: 'thread', pid: process.pid, tid: thread.tid }));
    free(keyOf({ is: 'process', pid: process.pid }));
  };

  for (const node of machine.threads) if (!stuck.has(node.number) && !isInert(node.thread)) act(node);
  // A process of whose threads not all are known can act, as far as anybody knows.
  for (const key of [...waitingFor.keys()]) if (isUnknown(machine, key)) free(key);
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

function isUnknown(machine: Machine, key: string): boolean {
  const [, pid = ''] = key.split(' ');
  const process = machine.process(Number(pid));
  if (!process) return true;
  const { length } = machine.threadsOf(process.pid);
  return length < (process.threadCount ?? 0) || (length === 0 && !isInert(process));
}

function keyOf(member: Exclude<Member, { is: 'ended' }>): string {
  return member.is === 'process' ? `process ${member.pid}` : `thread ${member.pid} ${member.tid}`;
}

function push(to: Map<string, number[]>, key: string, number: number): void {
  const known = to.get(key);
  if (known) known.push(number);
  else to.set(key, [number]);
}
