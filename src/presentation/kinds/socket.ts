/** Who holds a socket, what waits in it and what state it is in, in words. */
import type { SocketQueue } from '../../protocol/kinds/socket';
import { amount, type Context, type FactRecord } from '../facts';
import { nobodyText } from '../nobody';
import { namePiece, type Piece, plainText } from '../pieces';
import { exactMode, exactOwner, exactSize, type Find, grouped, pidText, size } from '../values';
import { isSocket, otherEnd, type Socket } from './connections';
import { ownActs } from '../ownActs';
import { around, t } from '../translate';

/** Processes named one by one in a tooltip; of more only the number. */
const MOST_NAMED = 8;

/** Each process that has a socket once, lowest pid first; who waits for it or talks to it does not count. */
export function holdersOf({ endpoints = [] }: Socket): number[] {
  const pids = endpoints.filter(({ role, own }) => role !== 'waiter' && own !== true).map(({ pid }) => pid);
  return [...new Set(pids)].sort((a, b) => a - b);
}

/** `sshd (7)`, `sshd (7) and 2 more`; where nobody was seen, why. */
export function holderText(socket: Socket | undefined, find: Find): string {
  if (!socket) return '?';
  const [first, ...more] = holdersOf(socket);
  if (first === undefined) return socket.endpoints === undefined ? '?' : nobodyAt(socket);
  return more.length === 0
    ? pidText(first, find)
    : t('{0} and {1} more', pidText(first, find), grouped(more.length));
}

/** What stands where no process has it. */
export function nobodyAt({ flags, inode, endpoints }: Socket): string {
  if (flags.includes('stale')) return nobodyText('proved');
  if (flags.includes('unaccepted') && inode === null) return t('not accepted yet');
  // The kernel itself keeps these until they are over.
  if (flags.includes('ending') && inode === null) return nobodyText('proved');
  return nobodyText(endpoints === undefined ? 'notLooked' : 'notSeen');
}

/** `postgres (88) - psql (99)`: the accepted side first, where that is known; `app (7) -> syslogd (3)` of who only sends. */
export function connectionText(front: Socket, find: Find): string {
  return plainText(connection(front, find));
}

/** The same with each name by itself: one of letters that go from right to left would turn the sides around. */
export function connection(front: Socket, find: Find): readonly Piece[] {
  const other = otherEnd(front, find.object);
  const near = namePiece(holderText(front, find));
  const receiver = front.peer && !other ? find.object?.(front.peer) : undefined;
  if (isSocket(receiver)) return around('{0} -> {1}', near, namePiece(holderText(receiver, find)));
  const far = other
    ? holderText(other, find)
    : front.flags.includes('peerClosed')
      ? t('closed')
      : front.flags.includes('unaccepted')
        ? t('not accepted yet')
        : '?';
  return around('{0} - {1}', near, namePiece(far));
}

/** What waits in one direction. */
export function queueText({ amount, unit }: SocketQueue): string {
  if (amount === 0) return t('0 unread');
  switch (unit) {
    case 'bytes':
      return t('{0} unread', size(amount));
    case 'firstPacket':
      return t('{0} unread in the first packet', size(amount));
    case 'memory':
      return t('unread packets take {0} of kernel memory', size(amount));
  }
}

/** What waits in a connection, both ways: who has not read it is said where anything is there. */
export function unreadParts(front: Socket, find: Find): string[] {
  const other = otherEnd(front, find.object);
  const sides = [front, other].filter((side) => side?.receiveQueue !== undefined) as Socket[];
  const waiting = sides.filter((side) => (side.receiveQueue?.amount ?? 0) > 0);
  if (waiting.length === 0) return sides.length > 0 ? [t('0 unread')] : [];
  return waiting.map((side) => unreadText(side, other ? side : undefined, find));
}

/** `12 B unread by sshd (7)`. `by`: whose it is to read. */
export function unreadText({ receiveQueue }: Socket, by: Socket | undefined, find: Find): string {
  const said = queueText(receiveQueue as SocketQueue);
  return by ? t('{0} by {1}', said, holderText(by, find)) : said;
}

/** What we do there ourselves. */
export function sessionPart(socket: Socket, find: Find): string[] {
  const other = otherEnd(socket, find.object);
  const acts = [...ownActs(socket), ...(other ? ownActs(other) : [])];
  return [
    ...(acts.some(({ ability }) => ability === 'talk') ? [t('you talk')] : []),
    ...(acts.some(({ ability }) => ability === 'listen') ? [t('you listen')] : []),
  ];
}

/** The processes with their descriptors, bounded. */
export function holderNames(socket: Socket, find: Find): string {
  const pids = holdersOf(socket);
  if (pids.length === 0) return nobodyAt(socket);
  const { endpoints = [] } = socket;
  const named = pids.slice(0, MOST_NAMED).map((pid) => {
    const fds = endpoints.flatMap((end) => (end.pid === pid && end.fd !== undefined ? [end.fd] : []));
    return fds.length === 0 ? pidText(pid, find) : t('{0} fd {1}', pidText(pid, find), fds.join(', '));
  });
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  return named.join(', ');
}

export function exactQueue({ amount, unit }: SocketQueue): string {
  switch (unit) {
    case 'bytes':
      return exactSize(amount);
    case 'firstPacket':
      return t('{0} in the first packet; more may stand behind it', exactSize(amount));
    case 'memory':
      return t('{0} of kernel memory, bookkeeping included', exactSize(amount));
  }
}

/** The kernel's names of the fields that both kinds have. */
interface Fields {
  receive: string;
  send: string;
  inode: string;
  owner: string;
}

/** The facts that both kinds have. */
export function socketFacts(fields: Fields): FactRecord<Socket>[] {
  const other = (socket: Socket, { process }: Context) => otherEnd(socket, process.object);
  const queue = (one: SocketQueue | undefined) => one && exactQueue(one);
  return [
    {
      key: 'holders',
      label: () => t('Held by'),
      value: (socket, { process }) => ({
        label: socket.flags.includes('listening') ? t('Served by') : t('Held by'),
        text: holderNames(socket, process),
      }),
    },
    {
      key: 'otherHolders',
      label: () => t('Other side'),
      value: (socket, context) => {
        const there = other(socket, context);
        return there && holderNames(there, context.process);
      },
    },
    {
      key: 'backlog',
      label: () => t('Backlog'),
      kernelName: `${fields.receive}, ${fields.send}`,
      value: ({ backlog }) => backlog && t('{0} of {1}', grouped(backlog.pending), grouped(backlog.limit)),
      ...amount('count', ({ backlog }) => backlog?.pending),
    },
    {
      key: 'connections',
      label: () => t('Accepted connections'),
      value: ({ connections }) => (connections === undefined ? undefined : grouped(connections)),
      ...amount('count', ({ connections }) => connections),
    },
    {
      key: 'unread',
      label: () => t('Unread'),
      kernelName: fields.receive,
      value: ({ receiveQueue }) => queue(receiveQueue),
      ...amount('number', ({ receiveQueue }) => receiveQueue?.amount),
    },
    {
      key: 'otherUnread',
      label: () => t('Unread by the other side'),
      value: (socket, context) => queue(other(socket, context)?.receiveQueue),
    },
    {
      key: 'sent',
      label: () => t('Sent, not yet read'),
      kernelName: fields.send,
      value: ({ sendQueue }) => queue(sendQueue),
      ...amount('number', ({ sendQueue }) => sendQueue?.amount),
    },
    { key: 'shutdown', label: () => t('Shut down'), kernelName: 'shutdown', value: shutText },
    {
      key: 'inode',
      label: () => t('Inode'),
      kernelName: fields.inode,
      value: ({ inode }) => inode ?? t('none'),
    },
    {
      key: 'otherInode',
      label: () => t("Other side's inode"),
      value: (socket, context) => {
        const there = other(socket, context);
        return there && (there.inode ?? t('none'));
      },
    },
    {
      key: 'owner',
      label: () => t('Owner'),
      kernelName: fields.owner,
      value: ({ owner }) => owner && exactOwner(owner),
    },
    {
      key: 'mode',
      label: () => t('Mode'),
      kernelName: 'st_mode',
      value: ({ mode }) => (typeof mode === 'number' ? exactMode(mode) : undefined),
    },
    { key: 'network', label: () => t('Network namespace'), value: ({ network }) => network },
  ];
}

function shutText({ shutdown }: Socket): string | undefined {
  if (!shutdown || (shutdown.receive && shutdown.send)) return undefined;
  return [
    ...(shutdown.receive ? [] : [t('receives no more')]),
    ...(shutdown.send ? [] : [t('sends no more')]),
  ].join(', ');
}
