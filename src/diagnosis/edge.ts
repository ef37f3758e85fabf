/** The edges of the wait graph: who can end a wait. */

/**
 * Who can end a wait. `process`: it can act if any of its threads can; `ifHolds`: only if it still has what it took, which nobody can see. `thread`: that one alone. `ended`: it
 * would have been this process, or this thread, and it is gone.
 */
export type Member =
  | { is: 'process'; pid: number; ifHolds?: true }
  | { is: 'thread'; pid: number; tid: number }
  | { is: 'ended'; pid: number };

/**
 * Whether the members are all that can end the wait. `closed`: proved. `unseen`: all that can be seen, but processes or descriptors are hidden among which there may be
 * others. `open`: anybody with the right may.
 */
export type Closing = 'closed' | 'unseen' | 'open';

/** What lowers a proof to a likelihood. */
export type Hole =
  /** The kernel does not tell the call or what it names; or it was found as the only one that fits. */
  | 'uncertain'
  /** A member's own timer may interrupt it. */
  | 'timer'
  /** The end of a child outside may interrupt a member. */
  | 'child'
  /** A receive or send of a socket may have a limit of time that nobody told. */
  | 'limit'
  /** A thread of a member sleeps for the clock alone. */
  | 'sleeper'
  /** Who changed it last may not be who holds it. */
  | 'ifHolds';

/** A wait and who can end it. */
export interface Edge {
  /** `any`: one of the members suffices. `all`: each of them has to. */
  need: 'any' | 'all';
  members: readonly Member[];
  closing: Closing;
  holes: readonly Hole[];
  /** It waits for others of its process to wake it: in a private futex, or at pipes and eventfds of its own. By itself that is no trouble. */
  own?: true;
}

/**
 * What a wait comes to before anything is known of others. `edge`: it depends on them. `ends`: the clock ends it. `idle`: it waits for work, clients or a person, which is no trouble.
 * `unknown`: nobody can tell for what.
 */
export type Waiting = { is: 'edge'; edge: Edge } | { is: 'ends' } | { is: 'idle' } | { is: 'unknown' };

/** The same with something more that lowers a proof. */
export function withHole(waiting: Waiting, hole: Hole): Waiting {
  if (waiting.is !== 'edge' || waiting.edge.holes.includes(hole)) return waiting;
  return { is: 'edge', edge: { ...waiting.edge, holes: [...waiting.edge.holes, hole] } };
}

/** The same without what is known to be none. */
export function withoutHole(waiting: Waiting, hole: Hole): Waiting {
  if (waiting.is !== 'edge' || !waiting.edge.holes.includes(hole)) return waiting;
  return { is: 'edge', edge: { ...waiting.edge, holes: waiting.edge.holes.filter((one) => one !== hole) } };
}

/** Whether one of several edges is enough, as of a poll of several descriptors. */
export function anyOf(parts: readonly Waiting[]): Waiting {
  if (parts.length === 0) return { is: 'unknown' };
  // Whoever also waits for clients or a person is at rest, whatever else may come.
  for (const is of ['ends', 'idle', 'unknown'] as const)
    if (parts.some((part) => part.is === is)) return { is };
  const edges = parts.flatMap((part) => (part.is === 'edge' ? [part.edge] : []));
  const [first] = edges;
  if (first && edges.length === 1) return { is: 'edge', edge: first };
  return {
    is: 'edge',
    edge: {
      need: 'any',
      members: edges.flatMap(({ members }) => members),
      closing: weakest(edges.map(({ closing }) => closing)),
      holes: [...new Set(edges.flatMap(({ holes }) => holes))],
    },
  };
}

function weakest(all: readonly Closing[]): Closing {
  return all.includes('open') ? 'open' : all.includes('unseen') ? 'unseen' : 'closed';
}

/** The members as processes, by pid. */
export function processesOf(pids: readonly number[]): Member[] {
  return pids.map((pid) => ({ is: 'process', pid }));
}
