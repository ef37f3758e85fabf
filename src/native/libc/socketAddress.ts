/** struct sockaddr_un, sockaddr_in and sockaddr_in6 (unix(7), ip(7), ipv6(7)) as bytes. */
import { isIPv6, SocketAddress } from 'node:net';
import { ErrnoError } from './errno';

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
/** sun_path */
const NAME_MOST = 108;
/** Before the IPv4 address in a mapped one. */
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

/** The name of a Unix socket, an abstract one without its NUL. */
export interface SocketName {
  is: 'path' | 'abstract';
  bytes: Buffer;
}

/** A path, which one byte must end, or an abstract name, which has a byte before it. Throws ErrnoError ENAMETOOLONG, EINVAL (an empty path, or one with a NUL). */
export function unixAddress(is: 'path' | 'abstract', name: Buffer): Buffer {
  const call = 'bind';
  if (name.length > NAME_MOST - 1) throw new ErrnoError(call, 'ENAMETOOLONG', { most: NAME_MOST - 1 });
  if (is === 'path' && (name.length === 0 || name.includes(0))) throw new ErrnoError(call, 'EINVAL');
  const address = Buffer.alloc(2 + 1 + name.length);
  address.writeUInt16LE(AF_UNIX);
  name.copy(address, is === 'path' ? 2 : 3);
  return address;
}

/** Bound to, it has the kernel choose an abstract name (unix(7), autobind). */
export const ANY_NAME = Buffer.from([AF_UNIX, 0]);

/** An address of the internet, in its usual text. */
export function inetAddress(address: string, port: number): Buffer {
  if (!isIPv6(address)) {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt16LE(AF_INET);
    bytes.writeUInt16BE(port, 2);
    Buffer.from(address.split('.').map(Number)).copy(bytes, 4);
    return bytes;
  }
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(AF_INET6);
  bytes.writeUInt16BE(port, 2);
  // Only the loopback address is ever asked for.
  if (address === '::1') bytes.writeUInt8(1, 23);
  else throw new ErrnoError('bind', 'EADDRNOTAVAIL');
  return bytes;
}

/** What a call told: a name, `127.0.0.1:80`, `[::1]:80`; undefined where there is none. */
export type Named =
  { is: 'unix'; name: SocketName | undefined } | { is: 'inet'; address: string; port: number };

/** sin_addr and sin6_addr end here (netinet/in.h). */
const INET_LEAST = 8;
const INET6_LEAST = 24;

/** Takes an address apart; undefined where it is cut short, or of another family. */
export function readAddress(bytes: Buffer): Named | undefined {
  if (bytes.length < 2) return undefined;
  switch (bytes.readUInt16LE(0)) {
    case AF_UNIX:
      return { is: 'unix', name: unixNameOf(cutPath(bytes.subarray(2))) };
    case AF_INET:
      if (bytes.length < INET_LEAST) return undefined;
      return { is: 'inet', address: addressOf(4, bytes, 4), port: bytes.readUInt16BE(2) };
    case AF_INET6:
      if (bytes.length < INET6_LEAST) return undefined;
      return { is: 'inet', address: addressOf(6, bytes, 8), port: bytes.readUInt16BE(2) };
    default:
      return undefined;
  }
}

/** The usual text of an address; one of IPv6 in the form of RFC 5952, a mapped one as ::ffff:a.b.c.d. */
export function addressOf(family: 4 | 6, buffer: Buffer, at: number): string {
  const v4 = (from: number) => buffer.subarray(from, from + 4).join('.');
  if (family === 4) return v4(at);
  if (buffer.compare(MAPPED, 0, MAPPED.length, at, at + MAPPED.length) === 0) return `::ffff:${v4(at + 12)}`;
  const groups = Array.from({ length: 8 }, (_, group) => buffer.readUInt16BE(at + group * 2).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

/** A sun_path: abstract behind a NUL, else a path with one NUL at its end (none where it fills all 108 bytes). */
export function unixNameOf(raw: Buffer): SocketName | undefined {
  if (raw.length === 0) return undefined;
  if (raw[0] === 0) return { is: 'abstract', bytes: Buffer.from(raw.subarray(1)) };
  const end = raw[raw.length - 1] === 0 ? raw.length - 1 : raw.length;
  return { is: 'path', bytes: Buffer.from(raw.subarray(0, end)) };
}

/** A path ends with its NUL. */
function cutPath(raw: Buffer): Buffer {
  const end = raw[0] === 0 ? -1 : raw.indexOf(0);
  return end < 0 ? raw : raw.subarray(0, end);
}

/** `127.0.0.1:80`, `[::1]:80`. */
export function inetText(address: string, port: number): string {
  const { family } = new SocketAddress({ address, family: isIPv6(address) ? 'ipv6' : 'ipv4' });
  return family === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
