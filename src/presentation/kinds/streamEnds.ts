/** Who stands on which side of a pipe or FIFO. Pure: no word of a language in here. */
import type { Endpoint } from '../../protocol/facts';
import type { ObjectOf } from '../../protocol/kinds';
import { directionsOf } from '../../protocol/waits';

export type Stream = ObjectOf<'pipe'> | ObjectOf<'fifo'>;
export type Side = 'reader' | 'writer';

/** The descriptors of one side; one that is both stands on both. */
export function endsOf({ endpoints = [] }: Pick<Stream, 'endpoints'>, side: Side): Endpoint[] {
  return endpoints.filter(({ role }) => role === side || role === 'both');
}

/** Each process of one side once, lowest pid first: an order that no live value changes. */
export function pidsOn(stream: Pick<Stream, 'endpoints'>, side: Side): number[] {
  return [...new Set(endsOf(stream, side).map(({ pid }) => pid))].sort((a, b) => a - b);
}

/** Those that hold nothing yet: blocked in open(2) of a FIFO. `side`: undefined where the kernel does not tell. Our own acts are left out. */
export function openersOf({ endpoints = [] }: Pick<Stream, 'endpoints'>, side: Side | undefined): Endpoint[] {
  return endpoints.filter((end) => end.role === 'waiter' && end.own !== true && sideOf(end) === side);
}

function sideOf({ waits = [] }: Endpoint): Side | undefined {
  const told = waits.flatMap(({ on }) => (on.is === 'path' ? [on.direction] : []));
  return told.includes('write') ? 'writer' : told.includes('read') ? 'reader' : undefined;
}

/** How many descriptors of a side have a thread that waits. Of one opened for both, only a wait of that side counts. */
export function waitingOf(stream: Pick<Stream, 'endpoints'>, side: Side): number {
  const direction = side === 'writer' ? 'write' : 'read';
  return endsOf(stream, side).filter(({ role, fd, waits = [] }) =>
    role === 'both' ? waits.some(({ on }) => directionsOf(on, fd).includes(direction)) : waits.length > 0,
  ).length;
}
