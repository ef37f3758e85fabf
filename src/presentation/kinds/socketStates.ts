/** The state of a socket in words, short for a row and whole for the rest. */
import { t } from '../translate';
import type { Socket } from './connections';
import type { State } from './kindView';

interface SocketState extends State {
  /** In a row, where that has room for it. */
  short?: string;
}

/** Each flag that says something, the gravest first. */
const STATES = (): SocketState[] => [
  {
    ...{ key: 'pendingError', icon: 'warning', warns: true, short: t('an error waits for its owner') },
    text: t('an error waits in it for its owner; a look would take it, so nobody looks'),
  },
  {
    ...{ key: 'stale', icon: 'warning', warns: true, short: t('stale, nobody is bound to it') },
    text: t('stale: nobody is bound to this file, in any network namespace'),
  },
  {
    ...{ key: 'nobodySeen', icon: 'question', short: t('nobody seen bound to it') },
    text: t('nobody was seen bound to this file, which is no proof: a network namespace may be hidden'),
  },
  {
    ...{ key: 'unaccepted', icon: 'watch', short: t('waits to be accepted') },
    text: t('it waits to be accepted by the server'),
  },
  {
    ...{ key: 'peerClosed', icon: 'debug-disconnect', short: t('the other side is closed') },
    text: t('the other side is closed'),
  },
  {
    ...{ key: 'halfClosed', icon: 'debug-disconnect', short: t('half closed') },
    text: t('half closed: one direction is shut down'),
  },
  {
    ...{ key: 'unlinked', icon: 'circle-slash', short: t('unlinked') },
    text: t('unlinked: its path leads to it no more'),
  },
  {
    ...{ key: 'otherNetwork', icon: 'globe', short: t('in another network namespace') },
    text: t('it lives in another network namespace'),
  },
  { key: 'ending', icon: 'circle-slash', text: t('it is ending') },
];

/** Everything that is to be said. */
export function socketStates(socket: Socket): State[] {
  const full = {
    ...{ key: 'full', icon: 'warning', warns: true },
    text: t('its backlog is full: who connects now waits, or is refused'),
  };
  return [...(isFull(socket) ? [full] : []), ...flagStates(socket)].map(
    ({ key, icon, text, warns = false }) => ({
      ...{ key, icon, text },
      ...(warns && { warns }),
    }),
  );
}

/** What a row tells of it. */
export function stateParts(socket: Socket): string[] {
  return flagStates(socket).flatMap(({ short }) => short ?? []);
}

function flagStates({ flags }: Socket): SocketState[] {
  return flags.length === 0 ? [] : STATES().filter(({ key }) => flags.includes(key));
}

/** Whether something is wrong. A full backlog keeps those away who want to connect. */
export function isWrong(socket: Socket): boolean {
  return isFull(socket) || socket.flags.includes('stale') || socket.flags.includes('pendingError');
}

function isFull({ backlog }: Socket): boolean {
  return backlog !== undefined && backlog.limit > 0 && backlog.pending >= backlog.limit;
}
