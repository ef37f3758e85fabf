/** Which two sockets are one connection, and under what its row stands. Pure: no word of a language in here. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';

export type Socket = ObjectOf<'unix'> | ObjectOf<'inet'>;
/** Finds an object by its ref. */
export type Get = ((ref: Ref) => IpcObject | undefined) | undefined;

/** Where a row stands: in its kind's group, in the group's list of pairs, or under a listener or receiver. */
export type RowParent = { in: 'group' } | { in: 'pairs' } | { in: 'object'; ref: Ref };

export function isSocket(object: IpcObject | undefined): object is Socket {
  return object?.kind === 'unix' || object?.kind === 'inet';
}

/** The socket that this one names as its peer. */
function peerOf({ peer }: Socket, get: Get): Socket | undefined {
  const found = peer ? get?.(peer) : undefined;
  return isSocket(found) ? found : undefined;
}

/** The other socket of a connection: both name each other. */
export function otherEnd(socket: Socket, get: Get): Socket | undefined {
  const peer = peerOf(socket, get);
  return peer?.peer === socket.ref ? peer : undefined;
}

/** The one of a connection's two sockets that the row stands for: the accepted one, else the one with a name, else the one that was there first. */
export function frontOf(socket: Socket, get: Get): Socket {
  const other = otherEnd(socket, get);
  if (!other) return socket;
  return (rank(socket) - rank(other) || byAge(socket, other)) <= 0 ? socket : other;
}

function rank(socket: Socket): number {
  if (socket.listener !== undefined) return 0;
  return isNamed(socket) ? 1 : 2;
}

/** Whether others can find it by its name. */
function isNamed(socket: Socket): boolean {
  return socket.kind === 'unix' && socket.name.is !== 'unnamed';
}

/** Decimal numbers without leading zeros: a longer one is larger. Those without one come last. */
export function byAge(a: Socket, b: Socket): number {
  const [one, two] = [a.inode ?? '', b.inode ?? ''];
  if (one === two) return a.ref < b.ref ? -1 : Number(a.ref !== b.ref);
  if (one === '' || two === '') return one === '' ? 1 : -1;
  return one.length - two.length || (one < two ? -1 : 1);
}

/** Where the row of a front stands. */
export function placeOf(front: Socket, get: Get): RowParent {
  const { listener } = front;
  const server = listener === undefined ? undefined : get?.(listener);
  if (isSocket(server) && isParent(server)) return { in: 'object', ref: server.ref };
  const peer = peerOf(front, get);
  // Of datagrams many may have one receiver. One that sends on to another is nobody's child, so that there is no circle.
  if (peer && isParent(peer) && !isNamed(front)) return { in: 'object', ref: peer.ref };
  if (isPaired(front)) return { in: 'pairs' };
  return { in: 'group' };
}

/** Whether others may stand under it: it stands in the group itself. */
function isParent(socket: Socket): boolean {
  return !socket.peer && socket.listener === undefined && !isPaired(socket);
}

/** Whether it is one of two without any name; the other one may be closed by now. */
function isPaired(socket: Socket): boolean {
  const { kind, flags } = socket;
  const connected = ['pair', 'connected', 'peerClosed'].some((flag) => flags.includes(flag));
  return kind === 'unix' && !isNamed(socket) && connected;
}
