/** What the panels of sockets share: their type, and which two are one connection. Pure. */
import type { Endpoint } from '../../../../protocol/facts';
import type { ObjectOf } from '../../../../protocol/kinds';

export type SocketKind = 'unix' | 'inet';
export type SocketObject = ObjectOf<SocketKind>;

export function has({ flags }: SocketObject, flag: string): boolean {
  return flags.includes(flag);
}

/** The descriptors of a socket, in an order that no live value changes. Who only waits for it, or talks to it, has none. */
export function holdersOf({ endpoints = [] }: SocketObject): Endpoint[] {
  return endpoints
    .filter(({ role, own }) => role !== 'waiter' && own !== true)
    .sort((a, b) => a.pid - b.pid || (a.fd ?? 0) - (b.fd ?? 0));
}

/** Whether bytes or packets may wait in it. */
export function canPeek(object: SocketObject): boolean {
  return object.inode !== null && !has(object, 'listening');
}

/** Whether somebody can be talked to through its name. */
export function canTalk(object: SocketObject): boolean {
  if (has(object, 'listening')) return true;
  return object.kind === 'unix'
    ? object.type === 'dgram' && object.name.is !== 'unnamed'
    : object.protocol === 'udp' && object.remote === null;
}

/** Whether it keeps packets apart. */
export function keepsPackets(object: SocketObject): boolean {
  return object.kind === 'unix' ? object.type !== 'stream' : object.protocol === 'udp';
}
