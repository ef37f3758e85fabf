/** inet_diag (linux/inet_diag.h, net/ipv4/inet_diag.c): TCP and UDP sockets as the kernel tells them; bytes in, records out. */
import { inetInodeRef, inetRef, type Ref } from '../../protocol/ref';
import type { InetObject } from '../../protocol/kinds/inet';
import { addressOf } from '../libc/socketAddress';
import { dumpRequest, eachAttribute } from './messages';

const FAMILIES = { 4: 2, 6: 10 };
const PROTOCOLS = { tcp: 6, udp: 17 };
const ATTRIBUTE = { memory: 7, shutdown: 8, v6only: 11 };
/** Of `memory` (INET_DIAG_SKMEMINFO): where the drops stand, and the bit of the request that asks for it. */
const DROPS = 32;
const WITH_MEMORY = 1 << (ATTRIBUTE.memory - 1);

type State = InetObject['state'];
/** include/net/tcp_states.h; the last is a connection of which only the first packet came. */
const STATES: readonly (State | undefined)[] = [
  undefined,
  'established',
  'synSent',
  'synReceived',
  'finWait1',
  'finWait2',
  'timeWait',
  'closed',
  'closeWait',
  'lastAck',
  'listening',
  'closing',
  'synReceived',
];

/** One TCP or UDP socket. */
export interface InetRecord {
  protocol: 'tcp' | 'udp';
  family: 4 | 6;
  /** Decimal text; undefined where the kernel tells none (/proc/net/tcp). */
  cookie: string | undefined;
  /** Decimal text; `0`: none (not accepted, TIME_WAIT, or closed by its process). */
  inode: string;
  state: State;
  local: { address: string; port: number };
  remote: { address: string; port: number } | undefined;
  receive: number;
  send: number;
  uid: number | undefined;
  shutdown?: { receive: boolean; send: boolean };
  onlyV6?: boolean;
  /** Of UDP: datagrams that were thrown away. */
  drops?: number;
}

/** The name of a socket's object. */
export function inetRefOf({ cookie, inode }: Pick<InetRecord, 'cookie' | 'inode'>): Ref {
  return cookie === undefined ? inetInodeRef(inode) : inetRef(cookie);
}

/** The request for all of a protocol and family (struct inet_diag_req_v2). */
export function inetRequest(protocol: 'tcp' | 'udp', family: 4 | 6): Buffer {
  const payload = Buffer.alloc(56);
  payload.writeUInt8(FAMILIES[family], 0);
  payload.writeUInt8(PROTOCOLS[protocol], 1);
  if (protocol === 'udp') payload.writeUInt8(WITH_MEMORY, 2);
  payload.writeUInt32LE(0xffffffff, 4);
  payload.fill(0xff, 48, 56);
  return dumpRequest(payload);
}

/** Where the cookie stands in the payload (struct inet_diag_msg). */
export const INET_COOKIE = 44;
const FIXED = 72;

/** Whether two payloads tell the same: timers and retransmissions, which always change, are not told of. */
export function sameInet(
  a: Buffer,
  fromA: number,
  toA: number,
  b: Buffer,
  fromB: number,
  toB: number,
): boolean {
  if (toA - fromA !== toB - fromB) return false;
  const same = (from: number, to: number) =>
    a.compare(b, fromB + from, fromB + to, fromA + from, fromA + to) === 0;
  return same(0, 2) && same(4, 52) && same(56, toA - fromA);
}

/** One socket, of the payload of a message. Undefined where it is too short to be one. */
export function parseInet(
  protocol: 'tcp' | 'udp',
  buffer: Buffer,
  start: number,
  end: number,
): InetRecord | undefined {
  if (start + FIXED > end) return undefined;
  const family = buffer.readUInt8(start) === FAMILIES[6] ? 6 : 4;
  const inode = String(buffer.readUInt32LE(start + 68));
  const told = stateOf(protocol, buffer.readUInt8(start + 1));
  // Of those in no connection only what is bound is told of (inet_diag.c), and a process still has it: it is not on its way out.
  const state = told === 'closed' && inode !== '0' ? 'unconnected' : told;
  if (!state) return undefined;
  const remotePort = buffer.readUInt16BE(start + 6);
  const record: InetRecord = {
    protocol,
    family,
    cookie: String(buffer.readBigUInt64LE(start + INET_COOKIE)),
    inode,
    state,
    local: { address: addressOf(family, buffer, start + 8), port: buffer.readUInt16BE(start + 4) },
    remote:
      remotePort === 0 || state === 'listening'
        ? undefined
        : { address: addressOf(family, buffer, start + 24), port: remotePort },
    receive: buffer.readUInt32LE(start + 56),
    send: buffer.readUInt32LE(start + 60),
    // What has no process any more, or none yet, is told with uid 0.
    uid: inode === '0' ? undefined : buffer.readUInt32LE(start + 64),
  };
  eachAttribute(buffer, start + FIXED, end, (type, from, to) => {
    if (from === to) return;
    const value = buffer.readUInt8(from);
    if (type === ATTRIBUTE.shutdown)
      record.shutdown = { receive: (value & 1) === 0, send: (value & 2) === 0 };
    if (type === ATTRIBUTE.v6only) record.onlyV6 = value !== 0;
    const drops = type === ATTRIBUTE.memory && to - from >= DROPS + 4 ? buffer.readUInt32LE(from + DROPS) : 0;
    if (drops > 0) record.drops = drops;
  });
  return record;
}

/** The state of a number; UDP has two of TCP's and means others. */
export function stateOf(protocol: 'tcp' | 'udp', number: number): State | undefined {
  if (protocol === 'tcp') return STATES[number];
  return number === 1 ? 'connected' : 'unconnected';
}

/** The same address without regard to the family of the socket: ::ffff:a.b.c.d is a.b.c.d. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Whether an address never leaves this host by itself (RFC 1122, RFC 4291). */
export function isLoopback(address: string): boolean {
  const plain = unmapped(address);
  return plain === '::1' || plain.startsWith('127.');
}

/** Whether it stands for every address of the host. */
export function isAny(address: string): boolean {
  const plain = unmapped(address);
  return plain === '0.0.0.0' || plain === '::';
}
