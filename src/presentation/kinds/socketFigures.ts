/** The key figures of a socket. */
import type { Context } from '../facts';
import { type Find, grouped } from '../values';
import { otherEnd, type Socket } from './connections';
import type { Figure } from './kindView';
import { exactQueue, unreadText } from './socket';
import { t } from '../translate';

/** `1 connection`, `3 connections`; nothing where there is none. */
export function connectionsPart({ connections }: Socket): string[] {
  if (connections === undefined || connections === 0) return [];
  return [connections === 1 ? t('1 connection') : t('{0} connections', grouped(connections))];
}

/** `1 sender`, `5 senders`: who is connected to a receiver of datagrams. */
export function sendersPart({ senders }: { senders?: number | undefined }): string[] {
  if (senders === undefined || senders === 0) return [];
  return [senders === 1 ? t('1 sender') : t('{0} senders', grouped(senders))];
}

/** Its state, who waits to be accepted or is, and what is not yet read. `state`: in words, where it has one. */
export function socketFigures<O extends Socket>(
  socket: O,
  { process }: Context,
  state: string | undefined,
): Figure<O>[] {
  const { backlog, connections } = socket;
  return [
    ...(state === undefined ? [] : [{ key: 'state', look: 'value' as const, says: [state] }]),
    ...(backlog
      ? [
          {
            ...{ key: 'backlog', look: 'value' as const },
            says: [t('backlog {0} of {1}', grouped(backlog.pending), grouped(backlog.limit))],
            detail: t('connections that nobody accepted yet, and how many may be (listen(2))'),
            chart: {
              label: t('Connections not yet accepted, since this panel was opened'),
              top: backlog.limit,
              of: (sample: O) => sample.backlog?.pending,
            },
          },
        ]
      : []),
    ...(connections === undefined
      ? []
      : [
          {
            key: 'connections',
            says: connections === 0 ? [t('{0} connections', '0')] : connectionsPart(socket),
          },
        ]),
    ...(socket.kind === 'unix' ? sendersPart(socket).map((text) => ({ key: 'senders', says: [text] })) : []),
    ...unreadFigures(socket, process),
  ];
}

function unreadFigures<O extends Socket>(socket: O, find: Find): Figure<O>[] {
  if (socket.inode === null || socket.flags.includes('listening')) return [];
  const other = otherEnd(socket, find.object);
  return [
    socket.receiveQueue
      ? {
          ...{ key: 'unread', look: 'value', says: [unreadText(socket, other && socket, find)] },
          detail: exactQueue(socket.receiveQueue),
          chart: {
            label: t('Unread, since this panel was opened'),
            of: (sample) => sample.receiveQueue?.amount,
          },
        }
      : { key: 'unread', look: 'dim', says: [t('unread: not known')] },
    ...(other?.receiveQueue
      ? [
          {
            ...{ key: 'otherUnread', look: 'value' as const, says: [unreadText(other, other, find)] },
            detail: exactQueue(other.receiveQueue),
          },
        ]
      : []),
  ];
}
