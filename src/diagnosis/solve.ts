/**
 * Which threads nothing can free: the greatest set in which each waits for members of the set alone, or for who has ended or stopped. One pass over the edges: a thread that can
 * act frees those who wait for it, and so on (the marking of a graph backwards, as in the liveness analysis of compilers).
 */
import type { Edge, Member } from './edge';
import { type Home, isInert, type Machine, type ThreadNode } from './machine';

/** `keeper`: what it does is known to be housekeeping. `other`: it may be more, until it has woken without helping anybody. */
export type Sleeper = 'keeper' | 'other';

/** By number of thread. `edges`: of those that wait for others. */
export interface Nodes {
  readonly edges: readonly (Edge | undefined)[];
  /** Sleep for a time, and may do no more than housekeeping when it has come. */
  readonly sleepers: ReadonlyMap<number, Sleeper>;
}

/** 1 for each thread, by its number, that is stuck. */
export type Stuck = Uint8Array;

/**
 * The threads that are stuck. `likely`: what is open or unseen counts as closed where a known way leads to somebody else, and a process in which others are stuck is
 * not freed by a thread that merely sleeps and has woken before without freeing it.
 */
export function stuckIn(machine: Machine, { edges, sleepers }: Nodes, likely: boolean): Stuck {
  const { threads, homes } = machine;
  const stuck: Stuck = new Uint8Array(threads.length);
  const waiting = new Waiters(machine);
  /** Members of an `all` that cannot act: the wait goes on while there is one. */
  const left = new Map<number, number>();
  /** By place: 1 for each process that can act. */
  const acts = new Uint8Array(homes.length);
  /** How many threads of each process are stuck because of others, by its place. */
  const stuckOf = new Int32Array(homes.length);
  for (const node of threads) {
    const edge = edges[node.number];
    if (!edge || !mayBeStuck(edge, node, likely)) continue;
    stuck[node.number] = 1;
    // It goes on as soon as its process does, and makes nobody else go on before.
    if (edge.own) continue;
    stuckOf[node.home.place] = (stuckOf[node.home.place] ?? 0) + 1;
    for (const member of edge.members) waiting.add(member, node.number);
    if (edge.need === 'all') left.set(node.number, edge.members.length);
  }

  const freed: ThreadNode[] = [];
  const free = (number: number) => {
    if (stuck[number] === 0) return;
    const rest = left.get(number);
    if (rest !== undefined && rest > 1) {
      left.set(number, rest - 1);
      return;
    }
    stuck[number] = 0;
    const node = threads[number];
    if (node) freed.push(node);
  };
  const act = ({ number, home }: ThreadNode) => {
    waiting.ofThread(number, free);
    const sleeper = likely && stuckOf[home.place] !== 0 ? sleepers.get(number) : undefined;
    if (sleeper === 'keeper') return;
    if (sleeper) {
      // It has woken since others wait for its process, and that has not helped them.
      waiting.lookAtProcess(home.place, (waiter) => {
        if (!hasWokenSince(threads[number], threads[waiter])) free(waiter);
      });
      return;
    }
    if (acts[home.place] === 0) awaken(home);
  };
  const awaken = ({ place, threads: all }: Home) => {
    acts[place] = 1;
    waiting.ofProcess(place, free);
    for (const { number } of all)
      if (stuck[number] === 1 && edges[number]?.own) {
        stuck[number] = 0;
        waiting.ofThread(number, free);
      }
  };

  for (const node of threads) if (stuck[node.number] === 0 && !node.inert) act(node);
  for (const home of homes) if (acts[home.place] === 0 && isUnknown(home)) awaken(home);
  waiting.ofUnknown(free);
  for (let node = freed.pop(); node; node = freed.pop()) {
    act(node);
    const { place, threads: all } = node.home;
    const rest = (stuckOf[place] ?? 0) - 1;
    stuckOf[place] = rest;
    if (rest === 0 && likely) for (const one of all) if (sleepers.has(one.number)) act(one);
  }
  return stuck;
}

/** Milliseconds by which two that woke each other may differ. */
const TOGETHER = 1000;

/** Whether a sleeper has woken since another began to wait; where that is not known, it may have. */
function hasWokenSince(sleeper: ThreadNode | undefined, waiter: ThreadNode | undefined): boolean {
  const [woke, from] = [sleeper?.wait?.since, waiter?.wait?.since];
  return woke === undefined || from === undefined || woke > from + TOGETHER;
}

function mayBeStuck(edge: Edge, node: ThreadNode, likely: boolean): boolean {
  // Where nobody is known at all, an end was on its way while the look went on.
  if (node.inert || edge.members.length === 0) return false;
  if (edge.closing === 'closed' && edge.holes.length === 0) return true;
  if (!likely) return false;
  // Without any known way but itself it is at rest.
  return edge.own === true || edge.members.some((member) => member.pid !== node.process.pid);
}

/** Of whose threads not all are known, it can act, as far as anybody knows. */
function isUnknown({ process, threads }: Home): boolean {
  return threads.length < (process.threadCount ?? 0) || (threads.length === 0 && !isInert(process));
}

const NOBODY = -1;

/** Who waits for whom, by numbers of threads and places of processes: lists in two arrays. Who is told is taken out, since who acts frees once. */
class Waiters {
  /** Where the list of each thread, and of each process, begins. */
  private readonly threads: Int32Array;
  private readonly processes: Int32Array;
  private readonly who: number[] = [];
  private readonly next: number[] = [];
  private readonly unknown: number[] = [];

  constructor(private readonly machine: Machine) {
    this.threads = new Int32Array(machine.threads.length).fill(NOBODY);
    this.processes = new Int32Array(machine.homes.length).fill(NOBODY);
  }

  add(member: Member, number: number): void {
    if (member.is === 'ended') return;
    const home = this.machine.home(member.pid);
    if (!home || isUnknown(home)) this.unknown.push(number);
    else if (member.is === 'process') this.put(this.processes, home.place, number);
    else {
      const thread = home.threads.find(({ thread: { tid } }) => tid === member.tid);
      if (thread) this.put(this.threads, thread.number, number);
    }
  }

  ofThread(number: number, tell: (number: number) => void): void {
    this.take(this.threads, number, tell);
  }

  ofProcess(place: number, tell: (number: number) => void): void {
    this.take(this.processes, place, tell);
  }

  /** The same, but they stay in the list. */
  lookAtProcess(place: number, tell: (number: number) => void): void {
    for (let entry = this.processes[place] ?? NOBODY; entry !== NOBODY; entry = this.next[entry] ?? NOBODY)
      tell(this.who[entry] ?? NOBODY);
  }

  /** Those who wait for somebody of whom not all is known. */
  ofUnknown(tell: (number: number) => void): void {
    this.unknown.forEach(tell);
  }

  private put(heads: Int32Array, at: number, number: number): void {
    this.who.push(number);
    this.next.push(heads[at] ?? NOBODY);
    heads[at] = this.who.length - 1;
  }

  private take(heads: Int32Array, at: number, tell: (number: number) => void): void {
    let entry = heads[at] ?? NOBODY;
    heads[at] = NOBODY;
    for (; entry !== NOBODY; entry = this.next[entry] ?? NOBODY) tell(this.who[entry] ?? NOBODY);
  }
}
