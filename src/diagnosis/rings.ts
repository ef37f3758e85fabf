/** Rings in the wait graph: threads of which each is kept waiting by the next, and the last by the first. */
import type { Ways } from './chain';
import type { Verdict } from './verdict';

/** `behind`: how many others are stuck because of these. */
export interface Ring {
  members: readonly Verdict[];
  behind: number;
}

/** Of a thread that was not asked yet, and of one that leads to no ring. */
const NEW = -2;
const NOWHERE = -1;

/** Every ring of stuck threads, each once; the member that began first stands first. One pass: nobody is asked twice. */
export function ringsOf(verdicts: readonly Verdict[], ways: Ways): Ring[] {
  const rings: Verdict[][] = [];
  /** How many lead to each ring, its members included. */
  const stuck: number[] = [];
  /** To which ring a thread leads, by its number. */
  const leadsTo = new Int32Array(verdicts.length).fill(NEW);
  /** Where it stands on the path that is followed. */
  const places = new Int32Array(verdicts.length).fill(NOWHERE);
  for (const from of verdicts) {
    if (from.is !== 'stuck' || leadsTo[from.node.number] !== NEW) continue;
    const path: Verdict[] = [];
    let here: Verdict | undefined = from;
    while (
      here?.is === 'stuck' &&
      leadsTo[here.node.number] === NEW &&
      places[here.node.number] === NOWHERE
    ) {
      places[here.node.number] = path.length;
      path.push(here);
      const next: ReturnType<Ways['from']> = ways.from(here.edge?.members ?? [], here.node.process.pid);
      here = 'node' in next ? next : undefined;
    }
    const start = here ? (places[here.node.number] ?? NOWHERE) : NOWHERE;
    let ring = here && start === NOWHERE ? Math.max(leadsTo[here.node.number] ?? NOWHERE, NOWHERE) : NOWHERE;
    if (start !== NOWHERE) ring = rings.push(inOrder(path.slice(start))) - 1;
    for (const { node } of path) {
      leadsTo[node.number] = ring;
      places[node.number] = NOWHERE;
    }
    if (ring >= 0) stuck[ring] = (stuck[ring] ?? 0) + path.length;
  }
  return rings.map((members, at) => ({ members, behind: (stuck[at] ?? 0) - members.length }));
}

function inOrder(ring: readonly Verdict[]): Verdict[] {
  const first = ring.reduce(
    (least, one, at) => (one.node.number < (ring[least]?.node.number ?? 0) ? at : least),
    0,
  );
  return [...ring.slice(first), ...ring.slice(0, first)];
}
