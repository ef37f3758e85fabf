/** Who holds a socket, what waits in it and what state it is in, in words. */
import type { SocketQueue } from '../../protocol/kinds/socket';
import type { Fact } from '../facts';
import { exactMode, exactSize, type Find, grouped, groupText, pidText, size, userText } from '../values';
import { isSocket, otherEnd, type Socket } from './connections';
import { ownActs } from '../ownActs';
import { t } from '../translate';

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
  if (first === undefined) return nobodyText(socket);
  return more.length === 0
    ? pidText(first, find)
    : t('{0} and {1} more', pidText(first, find), grouped(more.length));
}

function nobodyText({ flags, inode, endpoints }: Socket): string {
  if (flags.includes('unaccepted') && inode === null) return t('not accepted yet');
  // The kernel itself keeps these until they are over.
  if (flags.includes('ending') && inode === null) return t('nobody');
  return endpoints === undefined ? '?' : t('nobody seen');
}

/** `postgres (88) - psql (99)`: the accepted side first, where that is known; `app (7) -> syslogd (3)` of who only sends. */
export function connectionText(front: Socket, find: Find): string {
  const other = otherEnd(front, find.object);
  const receiver = front.peer && !other ? find.object?.(front.peer) : undefined;
  if (isSocket(receiver)) return t('{0} -> {1}', holderText(front, find), holderText(receiver, find));
  const far = other
    ? holderText(other, find)
    : front.flags.includes('peerClosed')
      ? t('closed')
      : front.flags.includes('unaccepted')
        ? t('not accepted yet')
        : '?';
  return t('{0} - {1}', holderText(front, find), far);
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
  return waiting.map((side) => {
    const said = queueText(side.receiveQueue as SocketQueue);
    return other ? t('{0} by {1}', said, holderText(side, find)) : said;
  });
}

/** The states that a row tells, gravest first. */
export function stateParts({ flags }: Socket): string[] {
  const words: Readonly<Record<string, string>> = {
    pendingError: t('an error waits for its owner'),
    stale: t('stale, nobody is bound to it'),
    nobodySeen: t('nobody seen bound to it'),
    unaccepted: t('waits to be accepted'),
    peerClosed: t('the other side is closed'),
    halfClosed: t('half closed'),
    unlinked: t('unlinked'),
    otherNetwork: t('in another network namespace'),
  };
  return Object.keys(words)
    .filter((flag) => flags.includes(flag))
    .map((flag) => words[flag] as string);
}

/** Whether something is wrong. A full backlog keeps those away who want to connect. */
export function isWrong({ flags, backlog }: Socket): boolean {
  const full = backlog !== undefined && backlog.limit > 0 && backlog.pending >= backlog.limit;
  return full || flags.includes('stale') || flags.includes('pendingError');
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
  if (pids.length === 0) return nobodyText(socket);
  const { endpoints = [] } = socket;
  const named = pids.slice(0, MOST_NAMED).map((pid) => {
    const fds = endpoints.flatMap((end) => (end.pid === pid && end.fd !== undefined ? [end.fd] : []));
    return fds.length === 0 ? pidText(pid, find) : t('{0} fd {1}', pidText(pid, find), fds.join(', '));
  });
  if (pids.length > MOST_NAMED) named.push(t('{0} more', grouped(pids.length - MOST_NAMED)));
  return named.join(', ');
}

function exactQueue({ amount, unit }: SocketQueue): string {
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
export function socketFacts(socket: Socket, find: Find, fields: Fields): Fact[] {
  const { backlog, receiveQueue, sendQueue, connections, shutdown, owner, mode } = socket;
  const listens = socket.flags.includes('listening');
  const other = otherEnd(socket, find.object);
  const shut = shutdown && [
    ...(shutdown.receive ? [] : [t('receives no more')]),
    ...(shutdown.send ? [] : [t('sends no more')]),
  ];
  return [
    [listens ? t('Served by') : t('Held by'), holderNames(socket, find)],
    ...(other ? [[t('Other side'), holderNames(other, find)] as const] : []),
    ...(backlog
      ? [
          [
            t('Backlog'),
            t('{0} of {1}', grouped(backlog.pending), grouped(backlog.limit)),
            fields.receive,
          ] as const,
        ]
      : []),
    ...(connections === undefined ? [] : [[t('Accepted connections'), grouped(connections)] as const]),
    ...(receiveQueue ? [[t('Unread'), exactQueue(receiveQueue), fields.receive] as const] : []),
    ...(other?.receiveQueue
      ? [[t('Unread by the other side'), exactQueue(other.receiveQueue)] as const]
      : []),
    ...(sendQueue ? [[t('Sent, not yet read'), exactQueue(sendQueue), fields.send] as const] : []),
    ...(shut && shut.length > 0 ? [[t('Shut down'), shut.join(', '), 'shutdown'] as const] : []),
    [t('Inode'), socket.inode ?? t('none'), fields.inode],
    ...(other ? [[t("Other side's inode"), other.inode ?? t('none')] as const] : []),
    ...(owner ? [[t('Owner'), ownerText(owner), fields.owner] as const] : []),
    ...(typeof mode === 'number' ? [[t('Mode'), exactMode(mode), 'st_mode'] as const] : []),
    ...(socket.network === undefined ? [] : [[t('Network namespace'), socket.network] as const]),
  ];
}

function ownerText(owner: NonNullable<Socket['owner']>): string {
  const user = owner.user === undefined ? userText(owner) : t('{0} ({1})', userText(owner), owner.uid);
  if (owner.gid === undefined) return user;
  const { gid, group } = owner;
  const named = groupText({ gid, ...(group !== undefined && { group }) });
  return `${user} : ${group === undefined ? named : t('{0} ({1})', named, gid)}`;
}
