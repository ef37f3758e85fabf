/** Queues and states of sockets in words. Pure. */
import type { SocketQueue } from '../../../protocol/kinds/socket';
import { visible } from '../../../presentation/text';
import { exactSize, size } from '../../format/size';
import type { StateLine } from '../../parts/stateList';
import { t } from '../../strings';
import { type SocketObject, has } from './object';

/** What waits in one direction, and what that number means. */
export function queueText({ amount, unit }: SocketQueue): { text: string; title: string } {
  switch (unit) {
    case 'bytes':
      return { text: size(amount), title: t('{0}, all of it', exactSize(amount)) };
    case 'firstPacket':
      return {
        text: amount === 0 ? size(amount) : t('{0} in the first packet', size(amount)),
        title: t(
          '{0} in the first packet; the kernel does not tell what stands behind it',
          exactSize(amount),
        ),
      };
    case 'memory':
      return {
        text: t('{0} of kernel memory', size(amount)),
        title: t(
          '{0} of kernel memory, bookkeeping included: much more than what was sent. The kernel tells nothing else here.',
          exactSize(amount),
        ),
      };
  }
}

const WORDS: Readonly<Record<string, (object: SocketObject) => StateLine | undefined>> = {
  pendingError: () => ({
    icon: 'warning',
    warns: true,
    text: t('an error waits in it for its owner; a look would take it, so nobody looks'),
  }),
  stale: () => ({
    icon: 'warning',
    warns: true,
    text: t('stale: nobody is bound to this file, in any network namespace'),
  }),
  nobodySeen: () => ({
    icon: 'question',
    text: t('nobody was seen bound to this file, which is no proof: a network namespace may be hidden'),
  }),
  unaccepted: () => ({ icon: 'watch', text: t('it waits to be accepted by the server') }),
  peerClosed: () => ({ icon: 'debug-disconnect', text: t('the other side is closed') }),
  halfClosed: () => ({ icon: 'debug-disconnect', text: t('half closed: one direction is shut down') }),
  unlinked: () => ({ icon: 'circle-slash', text: t('unlinked: its path leads to it no more') }),
  otherNetwork: () => ({ icon: 'globe', text: t('it lives in another network namespace') }),
  ending: () => ({ icon: 'circle-slash', text: t('it is ending') }),
};

/** A line for each flag that says something, the gravest first. */
export function stateLines(object: SocketObject): StateLine[] {
  const { backlog } = object;
  const full = backlog !== undefined && backlog.limit > 0 && backlog.pending >= backlog.limit;
  return [
    ...(full
      ? [
          {
            icon: 'warning',
            warns: true,
            text: t('its backlog is full: who connects now waits, or is refused'),
          },
        ]
      : []),
    ...Object.keys(WORDS).flatMap((flag) => (has(object, flag) ? (WORDS[flag]?.(object) ?? []) : [])),
  ];
}

/** The state of a TCP socket as RFC 9293 names it. */
export function stateText(object: SocketObject): string | undefined {
  if (object.state === undefined) return undefined;
  const known: Readonly<Record<string, string>> = {
    listening: t('listening'),
    connected: t('connected'),
    connecting: t('connecting'),
    unconnected: t('not connected'),
    established: t('established'),
    timeWait: 'TIME_WAIT',
    closeWait: 'CLOSE_WAIT',
    finWait1: 'FIN_WAIT1',
    finWait2: 'FIN_WAIT2',
    lastAck: 'LAST_ACK',
    synSent: 'SYN_SENT',
    synReceived: 'SYN_RECV',
  };
  return Object.hasOwn(known, object.state) ? known[object.state] : visible(object.state, 40);
}
