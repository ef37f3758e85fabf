/** What each thread comes to: the verdicts over one look. */
import type { Proof, State } from '../protocol/findings';
import type { Ref } from '../protocol/ref';
import { refOfWait, type Wait } from '../protocol/waits';
import type { Edge, Waiting } from './edge';
import { waitingOf } from './edges';
import { Holes } from './holes';
import { isInert, type Machine, type ThreadNode, waitOf } from './machine';
import { mask } from './masks';
import { stuckIn } from './solve';

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
  const waiting = new Map<number, Waiting>();
  const edges = new Map<number, Edge>();
  const sleepers = new Set<number>();
  const holes = new Holes(machine);
  for (const node of machine.threads) {
    const wait = waitOf(node);
    if (!wait) continue;
    const found = withHoles(waitingOf(node, wait, machine), holes);
    waiting.set(node.number, found);
    if (found.is === 'edge') edges.set(node.number, found.edge);
    // The leader of a process is its program, which goes on when it wakes; other threads may do no more than housekeeping.
    if (wait.on.is === 'time' && node.thread.tid !== node.process.pid) sleepers.add(node.number);
  }
  const proven = stuckIn(machine, { edges, sleepers }, false);
  const likely = likelyStuck(machine, edges, sleepers);
  const troubled = new Set(
    machine.threads
      .filter(({ number }) => (proven.has(number) || likely.has(number)) && !edges.get(number)?.own)
      .map(({ process }) => process.pid),
  );
  return machine.threads.map((node): Verdict => {
    const wait = waitOf(node);
    const edge = edges.get(node.number);
    const on = wait && refOfWait(wait);
    const isProven = proven.has(node.number);
    // A pool thread is at rest, however stuck its process is; and of threads that wait for each other alone nobody can tell whether they rest so on purpose.
    const rests = edge?.own === true && (!troubled.has(node.process.pid) || isOfService(node));
    if (!isProven && !likely.has(node.number))
      return { node, is: stateOf(node, wait, waiting.get(node.number)), proof: undefined, wait, on, edge };
    return rests
      ? { node, is: 'idle', proof: undefined, wait, on, edge }
      : { node, is: 'stuck', proof: isProven ? 'proven' : 'likely', wait, on, edge };
  });
}

/** Those that are likely stuck. Who changed a semaphore last holds it, as far as can be seen, only where its own wait leads back to the waiter: else it may have consumed. */
function likelyStuck(
  machine: Machine,
  edges: ReadonlyMap<number, Edge>,
  sleepers: ReadonlySet<number>,
): Set<number> {
  const known = new Map(edges);
  for (;;) {
    const stuck = stuckIn(machine, { edges: known, sleepers }, true);
    const loose = [...stuck].filter((number) => isLoose(number, stuck, known, machine));
    if (loose.length === 0) return stuck;
    for (const number of loose) known.delete(number);
  }
}

function isLoose(
  from: number,
  stuck: ReadonlySet<number>,
  edges: ReadonlyMap<number, Edge>,
  machine: Machine,
): boolean {
  const members = edges.get(from)?.members ?? [];
  if (!members.every((member) => member.is === 'process' && member.ifHolds)) return false;
  const own = machine.threads[from]?.process.pid;
  const seen = new Set<number>();
  const next = members.map(({ pid }) => pid);
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    if (pid === own) return false;
    if (seen.has(pid)) continue;
    seen.add(pid);
    for (const { number } of machine.threadsOf(pid))
      if (stuck.has(number)) next.push(...(edges.get(number)?.members ?? []).map((member) => member.pid));
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
