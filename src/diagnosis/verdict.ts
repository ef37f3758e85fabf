/** What each thread comes to: the verdicts over one look. */
import type { Proof, State } from '../protocol/findings';
import type { Ref } from '../protocol/ref';
import { refOfWait, type Wait } from '../protocol/waits';
import type { Edge, Waiting } from './edge';
import { waitingOf } from './edges';
import { Holes } from './holes';
import { isInert, type Machine, type ThreadNode, waitOf } from './machine';
import { mask } from './masks';
import { type Nodes, type Stuck, stuckIn } from './solve';

/** The verdict of one thread. */
export interface Verdict {
  node: ThreadNode;
  is: State;
  /** Of a stuck one: `proven`: by closed edges alone, with no hole. */
  proof: Proof | undefined;
  wait: Wait | undefined;
  /** The object that it waits on, where it is one. */
  on: Ref | undefined;
  /** Of one that waits for others. */
  edge: Edge | undefined;
}

/** The verdicts of every thread, by its number. */
export function verdictsOf(machine: Machine): Verdict[] {
  const count = machine.threads.length;
  const waiting = new Array<Waiting | undefined>(count);
  const edges = new Array<Edge | undefined>(count);
  const sleepers = new Set<number>();
  const holes = new Holes(machine);
  for (const node of machine.threads) {
    const wait = waitOf(node);
    if (!wait) continue;
    const found = withHoles(waitingOf(node, wait, machine), holes);
    waiting[node.number] = found;
    if (found.is === 'edge') edges[node.number] = found.edge;
    // The leader of a process is its program, which goes on when it wakes; other threads may do no more than housekeeping.
    if (wait.on.is === 'time' && node.thread.tid !== node.process.pid) sleepers.add(node.number);
  }
  const proven = stuckIn(machine, { edges, sleepers }, false);
  const likely = likelyStuck(machine, { edges, sleepers });
  const isStuck = (number: number) => proven[number] === 1 || likely[number] === 1;
  const troubled = new Set<number>();
  for (const { number, process } of machine.threads)
    if (isStuck(number) && !edges[number]?.own) troubled.add(process.pid);
  return machine.threads.map((node): Verdict => {
    const { number, process } = node;
    const wait = waitOf(node);
    const edge = edges[number];
    const on = wait && refOfWait(wait);
    if (!isStuck(number))
      return { node, is: stateOf(node, wait, waiting[number]), proof: undefined, wait, on, edge };
    // A pool thread is at rest, however stuck its process is; and of threads that wait for each other alone nobody can tell whether they rest so on purpose.
    if (edge?.own && (!troubled.has(process.pid) || isOfService(node)))
      return { node, is: 'idle', proof: undefined, wait, on, edge };
    return { node, is: 'stuck', proof: proven[number] === 1 ? 'proven' : 'likely', wait, on, edge };
  });
}

/** Those that are likely stuck. Who changed a semaphore last holds it, as far as can be seen, only where its own wait leads back to the waiter: else it may have consumed. */
function likelyStuck(machine: Machine, { edges, sleepers }: Nodes): Stuck {
  const known = [...edges];
  const unsure = machine.threads.flatMap(({ number }) => (isIfHolds(edges[number]) ? [number] : []));
  for (;;) {
    const stuck = stuckIn(machine, { edges: known, sleepers }, true);
    const loose = unsure.filter((number) => stuck[number] === 1 && isLoose(number, stuck, known, machine));
    if (loose.length === 0) return stuck;
    for (const number of loose) known[number] = undefined;
  }
}

/** Whether all depends on who may hold it. */
function isIfHolds(edge: Edge | undefined): edge is Edge {
  return edge?.members.every((member) => member.is === 'process' && member.ifHolds) === true;
}

function isLoose(from: number, stuck: Stuck, edges: Nodes['edges'], machine: Machine): boolean {
  const own = machine.threads[from]?.process.pid;
  const seen = new Set<number>();
  const next = (edges[from]?.members ?? []).map(({ pid }) => pid);
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    if (pid === own) return false;
    if (seen.has(pid)) continue;
    seen.add(pid);
    for (const { number } of machine.threadsOf(pid))
      if (stuck[number] === 1) next.push(...(edges[number]?.members ?? []).map((member) => member.pid));
  }
  return true;
}

function withHoles(waiting: Waiting, holes: Holes): Waiting {
  // Who waits for its own process alone goes on with it.
  if (waiting.is !== 'edge' || waiting.edge.own) return waiting;
  const { edge } = waiting;
  const found = holes.of(edge.members);
  if (found.length === 0) return waiting;
  return { is: 'edge', edge: { ...edge, holes: [...new Set([...edge.holes, ...found])] } };
}

function stateOf({ thread }: ThreadNode, wait: Wait | undefined, waiting: Waiting | undefined): State {
  if (isInert(thread)) return thread.state === 'T' || thread.state === 't' ? 'stopped' : 'ended';
  if (thread.wait === 'runs') return 'runs';
  if (!wait || !waiting) return 'unknown';
  if (waiting.is !== 'edge') return waiting.is;
  // Of those who might come nobody is known.
  return waiting.edge.closing === 'open' && waiting.edge.members.length === 0 ? 'idle' : 'waits';
}

/** SIGHUP, SIGINT and SIGTERM, as bits of a mask. */
const ENDING = (1n << 0n) | (1n << 1n) | (1n << 14n);

/** Of a program that waits for the signal to end: its other threads wait for jobs. */
function isOfService({ process }: ThreadNode): boolean {
  return (mask(process.signals?.caught) & ENDING) !== 0n;
}
