/** What the panels of pipes and FIFOs share: their type, and how the ends of a side are laid out. Pure. */
import type { Endpoint } from '../../../../protocol/facts';
import type { ObjectOf } from '../../../../protocol/kinds';
import { endsOf, type Side } from '../../../../presentation/kinds/streamEnds';

export type StreamKind = 'pipe' | 'fifo';
export type StreamObject = ObjectOf<StreamKind>;

/** The descriptors of a side, in an order that no live value changes. */
export function sortedEnds(object: StreamObject, side: Side): Endpoint[] {
  return endsOf(object, side).sort((a, b) => a.pid - b.pid || (a.fd ?? 0) - (b.fd ?? 0));
}

/** Descriptors that share one open file description, or one alone. */
export interface Group {
  key: string;
  ends: Endpoint[];
}

/** The descriptors grouped by what they share; those of which that is not known stand alone. */
export function groupsOf(ends: readonly Endpoint[]): Group[] {
  const groups = new Map<string, Group>();
  for (const end of ends) {
    const alone = `${end.pid} ${end.tid ?? ''} ${end.fd ?? ''}`;
    const key = end.description === undefined ? alone : `description ${end.description}`;
    const group = groups.get(key);
    if (group) group.ends.push(end);
    else groups.set(key, { key, ends: [end] });
  }
  return [...groups.values()];
}
