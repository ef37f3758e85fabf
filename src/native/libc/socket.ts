/** sys/socket.h (socket(2), unix(7), tcp(7), udp(7)): looking at copies of others' sockets, and sockets of our own. Nothing here waits but the calls named so. */
import type koffi from 'koffi';
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy, lazyBlocking, native } from './load';
import { AF_INET, AF_INET6, AF_UNIX, readAddress, type Named } from './socketAddress';

const TYPES = { stream: 1, dgram: 2, seqpacket: 5 } as const;
const FAMILIES = { unix: AF_UNIX, 4: AF_INET, 6: AF_INET6 } as const;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_PEEK = 2;
const MSG_CTRUNC = 8;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_PEERCRED = 17;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const SO_PEEK_OFF = 42;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const SHUT_WR = 1;
const FIONREAD = 0x541b;
const POLLERR = 8;
const POLLHUP = 16;
const POLLRDHUP = 0x2000;
const F_GETFL = 3;
const F_SETFL = 4;
/** struct msghdr of 64 bits */
const MSGHDR = 56;
const ADDRESS_MOST = 128;

const CONNECT = 'int connect(int, const void *, uint32_t)';
const c = {
  socket: lazy<[number, number, number], number>('int socket(int, int, int)'),
  connect: lazy<[number, Buffer, number], number>(CONNECT),
  bind: lazy<[number, Buffer, number], number>('int bind(int, const void *, uint32_t)'),
  listen: lazy<[number, number], number>('int listen(int, int)'),
  accept4: lazy<[number, Buffer, Buffer, number], number>('int accept4(int, void *, void *, int)'),
  getsockname: lazy<[number, Buffer, Buffer], number>('int getsockname(int, void *, void *)'),
  getsockopt: lazy<[number, number, number, Buffer, Buffer], number>(
    'int getsockopt(int, int, int, void *, void *)',
  ),
  setsockopt: lazy<[number, number, number, Buffer, number], number>(
    'int setsockopt(int, int, int, const void *, uint32_t)',
  ),
  shutdown: lazy<[number, number], number>('int shutdown(int, int)'),
  recv: lazy<[number, Buffer, number, number], number>('long recv(int, void *, size_t, int)'),
  recvmsg: lazy<[number, Buffer, number], number>('long recvmsg(int, void *, int)'),
  sendto: lazy<[number, Buffer, number, number, Buffer | null, number], number>(
    'long sendto(int, const void *, size_t, int, const void *, uint32_t)',
  ),
  ioctl: lazy<[number, number, Buffer], number>('int ioctl(int, unsigned long, void *)'),
  fcntl: lazy<[number, number, number], number>('int fcntl(int, int, long)'),
  poll: lazy<[Buffer, number, number], number>('int poll(void *, unsigned long, int)'),
};
const blocking = { connect: lazyBlocking<[number, Buffer, number]>(CONNECT) };

export type SocketFamily = keyof typeof FAMILIES;
export type Type = keyof typeof TYPES;

function checked(call: string, result: number): number {
  if (result < 0) throw new ErrnoError(call, lastErrno());
  return result;
}

/** True: an error waits for the owner, which the next call would take (poll(2), POLLERR). Throws ErrnoError. */
export function errorWaits(fd: number): boolean {
  return (eventsOf(fd, 0) & POLLERR) !== 0;
}

/** What poll(2) says at once, of what was asked for and what it always tells. Throws ErrnoError. */
function eventsOf(fd: number, asked: number): number {
  const pollfd = Buffer.alloc(8);
  pollfd.writeInt32LE(fd, 0);
  pollfd.writeInt16LE(asked, 4);
  // Without waiting too, a signal that is pending interrupts it.
  while (c.poll(pollfd, 1, 0) < 0) {
    const errno = lastErrno();
    if (errno !== 'EINTR') throw new ErrnoError('poll', errno);
  }
  return pollfd.readInt16LE(6);
}

/** True: its owner has set where the next look is to begin (SO_PEEK_OFF, socket(7)), and each look would move that. False where the kernel knows no such thing. */
export function peekMoves(fd: number): boolean {
  const value = option(fd, SO_PEEK_OFF, 4);
  return value !== undefined && value.readInt32LE(0) >= 0;
}

/** SO_PEERCRED (unix(7)); undefined where it has none. */
export function peerCredentials(fd: number): { pid: number; uid: number; gid: number } | undefined {
  const value = option(fd, SO_PEERCRED, 12);
  if (!value) return undefined;
  const [pid, uid, gid] = [value.readInt32LE(0), value.readUInt32LE(4), value.readUInt32LE(8)];
  return uid === 0xffffffff ? undefined : { pid, uid, gid };
}

/** How long a send (`write`) or a receive waits at most: milliseconds; null: for ever; undefined: it is no socket (socket(7), SO_RCVTIMEO, a struct timeval). */
export function timeLimit(fd: number, write: boolean): number | null | undefined {
  const value = option(fd, write ? SO_SNDTIMEO : SO_RCVTIMEO, 16);
  if (!value) return undefined;
  const limit = Number(value.readBigInt64LE(0)) * 1000 + Math.ceil(Number(value.readBigInt64LE(8)) / 1000);
  return limit === 0 ? null : Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
}

function option(fd: number, name: number, size: number): Buffer | undefined {
  const value = Buffer.alloc(size);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(size);
  return c.getsockopt(fd, SOL_SOCKET, name, value, length) < 0 || length.readUInt32LE() < size
    ? undefined
    : value;
}

/** Bytes that wait to be read: all of a stream and of seqpacket sockets, of datagrams the first (FIONREAD). Throws ErrnoError (EINVAL: a listener). */
export function unreadOf(fd: number): number {
  const value = Buffer.alloc(4);
  checked('ioctl', c.ioctl(fd, FIONREAD, value));
  return value.readInt32LE(0);
}

/**
 * Looks at what comes first and leaves it there. Never with a place for ancillary data: the kernel would give us the descriptors in it. `packet`: the real length is told too.
 * Undefined: nothing is there. Throws ErrnoError (what waits for the owner: ask `errorWaits` before).
 */
export function peekNow(
  fd: number,
  length: number,
  packet: boolean,
): { content: Buffer; length: number } | undefined {
  const buffer = Buffer.alloc(length);
  // Of TCP the flag would mean something else: no bytes at all.
  const got = c.recv(fd, buffer, length, MSG_PEEK | MSG_DONTWAIT | (packet ? MSG_TRUNC : 0));
  if (got >= 0) return { content: buffer.subarray(0, Math.min(got, length)), length: got };
  const errno = lastErrno();
  if (errno === 'EAGAIN') return undefined;
  throw new ErrnoError('recv', errno);
}

/** A socket of our own, which waits only in `connectBlocking`. To be closed. Throws ErrnoError. */
export function openSocket(family: SocketFamily, type: Type): number {
  return checked('socket', c.socket(FAMILIES[family], TYPES[type] | SOCK_CLOEXEC, 0));
}

/** From now on nothing waits on it. Throws ErrnoError. */
export function stopWaiting(fd: number): void {
  const flags = checked('fcntl', c.fcntl(fd, F_GETFL, 0));
  checked('fcntl', c.fcntl(fd, F_SETFL, flags | SOCK_NONBLOCK));
}

/** Connects as any program does, blocking a pool thread while a backlog is full or a handshake lasts. Rejects with ErrnoError (EINTR: a signal). */
export async function connectBlocking(fd: number, address: Buffer): Promise<void> {
  const { result, errno } = await blocking.connect(fd, address, address.length);
  if (result < 0) throw new ErrnoError('connect', errnoName(errno));
}

/** Gives it a name. Throws ErrnoError (EADDRINUSE, EACCES, ENOENT). */
export function bindTo(fd: number, address: Buffer): void {
  checked('bind', c.bind(fd, address, address.length));
}

/** A port that a connection of before has not quite left may be taken (socket(7)). */
export function reuseAddress(fd: number): void {
  checked('setsockopt', c.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, one(), 4));
}

/** Takes no IPv4 connections (ipv6(7)). */
export function onlyV6(fd: number): void {
  checked('setsockopt', c.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, one(), 4));
}

function one(): Buffer {
  const value = Buffer.alloc(4);
  value.writeInt32LE(1);
  return value;
}

/** Throws ErrnoError. */
export function listenOn(fd: number, backlog: number): void {
  checked('listen', c.listen(fd, backlog));
}

/** Where a socket of ours is bound. Throws ErrnoError. */
export function nameOf(fd: number): Named | undefined {
  const { address, length } = addressRoom();
  checked('getsockname', c.getsockname(fd, address, length));
  return readAddress(address.subarray(0, length.readUInt32LE()));
}

function addressRoom() {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(ADDRESS_MOST);
  return { address: Buffer.alloc(ADDRESS_MOST), length };
}

/** The next connection of a listener that does not wait, and who it is; undefined where there is none. Throws ErrnoError. */
export function acceptNow(fd: number): { fd: number; from: Named | undefined } | undefined {
  const { address, length } = addressRoom();
  const accepted = c.accept4(fd, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (accepted >= 0) return { fd: accepted, from: readAddress(address.subarray(0, length.readUInt32LE())) };
  const errno = lastErrno();
  if (errno === 'EAGAIN' || errno === 'ECONNABORTED' || errno === 'EINTR') return undefined;
  throw new ErrnoError('accept', errno);
}

/** What one recvmsg(2) took. */
export interface Received {
  content: Buffer;
  /** Of a packet: how long it was, perhaps more than we took. */
  length: number;
  /** Descriptors came along; the kernel closed them, since we gave them no room. */
  descriptors: boolean;
  from: Named | undefined;
  /** The raw address, to answer to. */
  address: Buffer;
}

/** Takes what comes first, at most `length` bytes; undefined where nothing is there yet. An empty stream's end is empty content. Throws ErrnoError. */
export function receiveNow(fd: number, length: number, packet: boolean): Received | undefined {
  const content = Buffer.alloc(length);
  const address = Buffer.alloc(ADDRESS_MOST);
  const vector = Buffer.alloc(16);
  const message = Buffer.alloc(MSGHDR);
  const { address: place } = native();
  vector.writeBigUInt64LE(place(content), 0);
  vector.writeBigUInt64LE(BigInt(length), 8);
  message.writeBigUInt64LE(place(address), 0);
  message.writeUInt32LE(ADDRESS_MOST, 8);
  message.writeBigUInt64LE(place(vector), 16);
  message.writeBigUInt64LE(1n, 24);
  const got = c.recvmsg(fd, message, MSG_DONTWAIT | (packet ? MSG_TRUNC : 0));
  if (got < 0) {
    const errno = lastErrno();
    if (errno === 'EAGAIN' || errno === 'EINTR') return undefined;
    throw new ErrnoError('recv', errno);
  }
  const flags = message.readInt32LE(48);
  const sender = address.subarray(0, message.readUInt32LE(8));
  return {
    content: content.subarray(0, Math.min(got, length)),
    length: got,
    descriptors: (flags & MSG_CTRUNC) !== 0,
    from: readAddress(sender),
    address: sender,
  };
}

/** Sends what fits and answers how much; undefined where nothing fits now. Packets are sent whole or not at all. Throws ErrnoError (EPIPE, EMSGSIZE, ECONNREFUSED). */
export function sendNow(fd: number, data: Buffer, to?: Buffer): number | undefined {
  const sent = c.sendto(fd, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, to ?? null, to?.length ?? 0);
  if (sent >= 0) return sent;
  const errno = lastErrno();
  if (errno === 'EAGAIN' || errno === 'EINTR') return undefined;
  throw new ErrnoError('send', errno);
}

/** We send no more (shutdown(2), SHUT_WR). Throws ErrnoError (ENOTCONN). */
export function halfClose(fd: number): void {
  checked('shutdown', c.shutdown(fd, SHUT_WR));
}

/** What of a descriptor is waited for. */
export interface Wanted {
  readable: boolean;
  writable: boolean;
}

/** Calls back whenever a descriptor of ours is ready, in the main loop. */
export class Watch {
  private readonly handle: ReturnType<typeof koffi.node.poll>;
  private now: Wanted = { readable: false, writable: false };

  constructor(
    fd: number,
    private readonly ready: () => void,
  ) {
    // A handle is made started; there is one only of a descriptor.
    this.handle = native().node.poll(fd, this.now, () => undefined);
    this.handle.stop();
  }

  /** What is waited for from now on. */
  want({ readable, writable }: Wanted): void {
    if (readable === this.now.readable && writable === this.now.writable) return;
    this.now = { readable, writable };
    this.handle.stop();
    if (readable || writable) this.handle.start(this.now, () => this.ready());
  }

  /** Before the descriptor is closed. */
  end(): void {
    this.handle.close();
  }
}

/** Whether the other side of a connection sends no more (poll(2), POLLRDHUP). Throws ErrnoError. */
export function otherEnded(fd: number): boolean {
  return (eventsOf(fd, POLLRDHUP) & (POLLRDHUP | POLLHUP)) !== 0;
}
