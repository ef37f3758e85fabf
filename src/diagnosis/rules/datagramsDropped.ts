/**
 * Datagrams that nobody reads are thrown away: the kernel's count of drops rises, and what waits in the socket is not taken. Fires on UDP sockets. Silent on drops of the past, and where the receiver empties its socket: then it was a burst.
 */
import type { ObjectOf } from '../../protocol/kinds';
import type { Rule } from '../finding';
import { type Sample, withSample } from '../kept';
import { partiesOf, refsOf } from '../waiters';

const WITH_DROPS = {
  kind: 'inet',
  has: ({ protocol, drops = 0 }: ObjectOf<'inet'>) => protocol === 'udp' && drops > 0,
} as const;
/** Milliseconds after the last drop for which it is still so: senders may pause. */
const LASTS = 30_000;

export const datagramsDropped: Rule<'datagramsDropped'> = {
  seconds: 0,
  cites: 'udp(7), socket(7) SO_RCVBUF, SO_RXQ_OVFL',
  find: ({ machine, kept }) =>
    machine.chosen(WITH_DROPS).flatMap(({ ref, drops = 0, receiveQueue, endpoints = [] }) => {
      const samples = kept.note<readonly Sample[]>(`drops ${ref}`, 0, (before = [], at) =>
        withSample(before, { at, value: drops }, LASTS),
      );
      const rises = drops > (samples[0]?.value ?? drops);
      if (!rises || !receiveQueue || receiveQueue.amount === 0) return [];
      const holders = partiesOf(endpoints);
      return {
        severity: 'warning',
        subjects: [ref, ...refsOf(holders, machine)],
        parts: { socket: ref, drops, holders },
      };
    }),
};
