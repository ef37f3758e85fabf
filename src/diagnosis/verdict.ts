/** What each thread comes to: the verdicts over one look. */
import type { Proof, State } from '../protocol/findings';
import type { Ref } from '../protocol/ref';
import { refOfWait, type Wait } from '../protocol/waits';
import { circlesOf } from './cycles';
import type { Edge, Waiting } from './edge';
import { waitingOf } from './edges';
import { likelyOn } from './edges/hidden';
import { Holes } from './holes';
import type { Machine, ThreadNode } from './machine';
import { mask } from './masks';
import { type Nodes, type Sleeper, type Stuck, stuckIn } from './solve';

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
  const sleepers = new Map<number, Sleeper>();
  /** What is thought of waits that the kernel hides, where it is one thing alone. */
  const guessed = new Map<number, Wait>();
  const holes = new Holes(machine);
  for (const node of machine.threads) {
    const { wait } = node;
    if (!wait) continue;
    const on = wait.on.is === 'unknown' ? likelyOn(node, wait, machine) : undefined;
    const meant: Wait = on ? { ...wait, on } : wait;
    if (on) guessed.set(node.number, { ...meant, certain: false, by: 'elimination' });
    const found = withHoles(waitingOf(node, meant, machine), holes);
    waiting[node.number] = found;
    if (found.is === 'edge') edges[node.number] = found.edge;
    const sleeper = sleeperOf(node, wait);
    if (sleeper) sleepers.set(node.number, sleeper);
  }
  const proven = stuckIn(machine, { edges, sleepers }, false);
  const likely = likelyStuck(machine, { edges, sleepers });
  const isStuck = (number: number) => proven[number] === 1 || likely[number] === 1;
  /** By place: processes of which a thread is stuck because of others. */
  const troubled = new Uint8Array(machine.homes.length);
  for (const { number, home } of machine.threads)
    if (isStuck(number) && !edges[number]?.own) troubled[home.place] = 1;
  return machine.threads.map((node): Verdict => {
    const { number, home } = node;
    const wait = guessed.get(number) ?? node.wait;
    const edge = edges[number];
    const on = wait && refOfWait(wait);
    if (!isStuck(number))
      return { node, is: stateOf(node, wait, waiting[number]), proof: undefined, wait, on, edge };
    // A pool thread is at rest, however stuck its process is; and of threads that wait for each other alone nobody can tell whether they rest so on purpose.
    if (edge?.own && (troubled[home.place] === 0 || isOfService(node)))
      return { node, is: 'idle', proof: undefined, wait, on, edge };
    return { node, is: 'stuck', proof: proven[number] === 1 ? 'proven' : 'likely', wait, on, edge };
  });
}

/** Threads of the Java virtual machine that look after it from time to time: the names that HotSpot gives them, cut off as the kernel does. */
const OF_JAVA =
  /^(VM Thread|VM Periodic Tas|Sweeper thread|Common-Cleaner|Monitor Deflati|Service Thread|Notification Th|C[12] Compiler|G1 |GC Thread)/;

/** Of a thread whose time will come, what that may be good for; undefined of others. The leader of a process is its program, which goes on. */
function sleeperOf({ thread, process }: ThreadNode, { on, timeout }: Wait): Sleeper | undefined {
  if (thread.tid === process.pid) return undefined;
  if (on.is === 'time') return 'other';
  const timed = timeout !== undefined && timeout !== null;
  return on.is === 'word' && !on.shared && timed && OF_JAVA.test(thread.name ?? '') ? 'keeper' : undefined;
}

/** Those that are likely stuck. Who changed a semaphore last holds it, as far as can be seen, only where its own wait leads back to the waiter: else it may have consumed. */
function likelyStuck(machine: Machine, { edges, sleepers }: Nodes): Stuck {
  const unsure: number[] = [];
  for (let number = 0; number < edges.length; number++) if (isIfHolds(edges[number])) unsure.push(number);
  if (unsure.length === 0) return stuckIn(machine, { edges, sleepers }, true);
  const known = [...edges];
  for (;;) {
    const stuck = stuckIn(machine, { edges: known, sleepers }, true);
    const circles = circlesOf(machine, known, stuck);
    const leadsBack = (number: number) => {
      const own = circles[machine.threads[number]?.home.place ?? -1];
      return (
        known[number]?.members.some(({ pid }) => circles[machine.home(pid)?.place ?? -1] === own) === true
      );
    };
    const loose = unsure.filter((number) => stuck[number] === 1 && !leadsBack(number));
    if (loose.length === 0) return stuck;
    for (const number of loose) known[number] = undefined;
  }
}

/** Whether all depends on who may hold it. */
function isIfHolds(edge: Edge | undefined): edge is Edge {
  return edge?.members.every((member) => member.is === 'process' && member.ifHolds) === true;
}

function withHoles(waiting: Waiting, holes: Holes): Waiting {
  // Who waits for its own process alone goes on with it.
  if (waiting.is !== 'edge' || waiting.edge.own) return waiting;
  const { edge } = waiting;
  const found = holes.of(edge.members);
  if (found.length === 0) return waiting;
  return { is: 'edge', edge: { ...edge, holes: [...new Set([...edge.holes, ...found])] } };
}

function stateOf({ thread, inert }: ThreadNode, wait: Wait | undefined, waiting: Waiting | undefined): State {
  if (inert) return /^[ZXx]$/.test(thread.state) ? 'ended' : 'stopped';
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
