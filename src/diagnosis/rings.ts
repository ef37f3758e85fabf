/** Rings in the wait graph: threads of which each is kept waiting by the next, and the last by the first. */
import type { Ways } from './chain';
import type { Verdict } from './verdict';

/** `behind`: how many others are stuck because of these. */
export interface Ring {
  members: readonly Verdict[];
  behind: number;
}

/** Every ring of stuck threads, each once; the member that began first stands first. One pass: nobody is asked twice. */
export function ringsOf(verdicts: readonly Verdict[], ways: Ways): Ring[] {
  const rings: Verdict[][] = [];
  const stuck: number[] = [];
  /** To which ring a thread leads, by its number; undefined: to none. */
  const leadsTo = new Map<number, number | undefined>();
  for (const from of verdicts) {
    if (from.is !== 'stuck' || leadsTo.has(from.node.number)) continue;
    const path: Verdict[] = [];
    const places = new Map<number, number>();
    let here: Verdict | undefined = from;
    while (here?.is === 'stuck' && !leadsTo.has(here.node.number) && !places.has(here.node.number)) {
      places.set(here.node.number, path.length);
      path.push(here);
      const next = ways.from(here.edge?.members ?? []);
      here = 'node' in next ? next : undefined;
    }
    const start = here && places.get(here.node.number);
    if (start !== undefined) stuck[rings.push(inOrder(path.slice(start))) - 1] = 0;
    const ring = start === undefined ? here && leadsTo.get(here.node.number) : rings.length - 1;
    for (const { node } of path) leadsTo.set(node.number, ring);
    if (ring !== undefined) stuck[ring] = (stuck[ring] ?? 0) + path.length;
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
