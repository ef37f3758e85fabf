/** What the panels of pipes and FIFOs share: their type, and who stands on which side. Pure. */
import type { Endpoint } from '../../../protocol/facts';
import type { ObjectOf } from '../../../protocol/kinds';
import { directionsOf } from '../../../protocol/waits';

export type StreamKind = 'pipe' | 'fifo';
export type StreamObject = ObjectOf<StreamKind>;
export type SideName = 'writers' | 'readers';

const ROLES: Readonly<Record<SideName, readonly Endpoint['role'][]>> = {
  writers: ['writer', 'both'],
  readers: ['reader', 'both'],
};

/** The descriptors of a side, in an order that no live value changes. A descriptor opened for both stands on both. */
export function endsOf(endpoints: readonly Endpoint[], side: SideName): Endpoint[] {
  return endpoints
    .filter(({ role }) => ROLES[side].includes(role))
    .sort((a, b) => a.pid - b.pid || (a.fd ?? 0) - (b.fd ?? 0));
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

/** Those that hold nothing yet: blocked in open(2) of a FIFO. `side`: undefined where the kernel does not tell. Our own stand in "You". */
export function openersOf(endpoints: readonly Endpoint[], side: SideName | undefined): Endpoint[] {
  return endpoints.filter((end) => end.role === 'waiter' && end.own !== true && directionOf(end) === side);
}

function directionOf({ waits = [] }: Endpoint): SideName | undefined {
  const told = waits.flatMap(({ on }) => (on.is === 'path' ? [on.direction] : []));
  return told.includes('write') ? 'writers' : told.includes('read') ? 'readers' : undefined;
}

/** How many descriptors of a side have a thread that waits. Of one opened for both, only a wait of that side counts. */
export function waitingOf(endpoints: readonly Endpoint[], side: SideName): number {
  const direction = side === 'writers' ? 'write' : 'read';
  return endsOf(endpoints, side).filter(({ role, fd, waits = [] }) =>
    role === 'both' ? waits.some(({ on }) => directionsOf(on, fd).includes(direction)) : waits.length > 0,
  ).length;
}
