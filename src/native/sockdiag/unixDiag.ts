/** unix_diag (linux/unix_diag.h, net/unix/diag.c): Unix sockets as the kernel tells them; bytes in, records out. */
import { type Ref, unixRef } from '../../protocol/ref';
import { type SocketName, unixNameOf } from '../libc/socketAddress';
import { dumpRequest, eachAttribute } from './messages';

const AF_UNIX = 1;
/** UDIAG_SHOW_NAME and VFS; PEER, ICONS, RQLEN and UID */
const NAMES = 1 | 2;
const SHOW = NAMES | 4 | 8 | 16 | 64;
const ATTRIBUTE = { name: 0, vfs: 1, peer: 2, icons: 3, queues: 4, shutdown: 6, uid: 7 };
const TYPES = new Map([
  [1, 'stream'],
  [2, 'dgram'],
  [5, 'seqpacket'],
] as const);
const ESTABLISHED = 1;
const CLOSED = 7;
const LISTEN = 10;
const RCV_SHUTDOWN = 1;
const SEND_SHUTDOWN = 2;

/** One Unix socket. What the kernel did not tell is absent. */
export interface UnixRecord {
  /** Decimal text. `0`: not known. */
  cookie: string;
  inode: string;
  type: 'stream' | 'dgram' | 'seqpacket' | undefined;
  state: 'listening' | 'connected' | 'connecting' | 'unconnected' | undefined;
  /** As bind(2) got it, an abstract one without its NUL. */
  name: SocketName | undefined;
  /** Of a path: the file in its file system. `device` is that of the superblock, `major:minor`, which stat(2) may not give. */
  file?: { device: string; inode: string };
  /** Inode of the other side; 0: it is not accepted yet, or closed. */
  peer?: string;
  /** Of a listener: inodes of the clients that wait to be accepted. */
  waiting?: string[];
  receive?: number;
  send?: number;
  shutdown?: { receive: boolean; send: boolean };
  uid?: number;
}

/** The name of a socket's object. */
export function unixRefOf({ inode, cookie }: Pick<UnixRecord, 'inode' | 'cookie'>): Ref {
  return unixRef(inode, cookie);
}

/** The request for all of them (struct unix_diag_req). */
export function unixRequest(): Buffer {
  return request(SHOW);
}

/** The same for nothing but names, and files that are bound to. */
export function unixNamesRequest(): Buffer {
  return request(NAMES);
}

/** Of an answer to `unixNamesRequest`: whether it has neither. Then it is a header and which sides are shut down (sk_diag_fill), no more. */
export function isNameless(_buffer: Buffer, start: number, end: number): boolean {
  return end - start <= 16 + 8;
}

function request(show: number): Buffer {
  const payload = Buffer.alloc(24);
  payload.writeUInt8(AF_UNIX, 0);
  payload.writeUInt32LE(0xffffffff, 4);
  payload.writeUInt32LE(show, 12);
  payload.fill(0xff, 16, 24);
  return dumpRequest(payload);
}

/** Where the cookie stands in the payload (struct unix_diag_msg). */
export const UNIX_COOKIE = 8;

/** One socket, of the payload of a message. Undefined where it is too short to be one. */
export function parseUnix(buffer: Buffer, start: number, end: number): UnixRecord | undefined {
  if (start + 16 > end) return undefined;
  const record: UnixRecord = {
    cookie: String(buffer.readBigUInt64LE(start + UNIX_COOKIE)),
    inode: String(buffer.readUInt32LE(start + 4)),
    type: TYPES.get(buffer.readUInt8(start + 1) as 1),
    state: stateOf(buffer.readUInt8(start + 2)),
    name: undefined,
  };
  eachAttribute(buffer, start + 16, end, (type, from, to) => note(record, buffer, type, from, to));
  // The kernel calls a datagram socket connected also when somebody else has connected to it (unix_dgram_connect).
  if (record.type === 'dgram') record.state = record.peer === undefined ? 'unconnected' : 'connected';
  return record;
}

function stateOf(state: number): UnixRecord['state'] {
  switch (state) {
    case ESTABLISHED:
      return 'connected';
    case CLOSED:
      return 'unconnected';
    case LISTEN:
      return 'listening';
    default:
      return undefined;
  }
}

function note(record: UnixRecord, buffer: Buffer, type: number, from: number, to: number): void {
  const length = to - from;
  switch (type) {
    case ATTRIBUTE.name:
      record.name = unixNameOf(buffer.subarray(from, to));
      break;
    case ATTRIBUTE.vfs:
      if (length >= 8)
        record.file = {
          inode: String(buffer.readUInt32LE(from)),
          device: deviceText(buffer.readUInt32LE(from + 4)),
        };
      break;
    case ATTRIBUTE.peer:
      if (length >= 4) record.peer = String(buffer.readUInt32LE(from));
      break;
    case ATTRIBUTE.icons:
      record.waiting = [];
      for (let at = from; at + 4 <= to; at += 4) record.waiting.push(String(buffer.readUInt32LE(at)));
      break;
    case ATTRIBUTE.queues:
      if (length >= 8) {
        record.receive = buffer.readUInt32LE(from);
        record.send = buffer.readUInt32LE(from + 4);
      }
      break;
    case ATTRIBUTE.shutdown: {
      if (length < 1) break;
      const bits = buffer.readUInt8(from);
      record.shutdown = { receive: (bits & RCV_SHUTDOWN) === 0, send: (bits & SEND_SHUTDOWN) === 0 };
      break;
    }
    case ATTRIBUTE.uid:
      if (length >= 4) record.uid = buffer.readUInt32LE(from);
  }
}

/** The kernel's own encoding of a device: 12 bits for the major number, 20 for the minor. */
function deviceText(device: number): string {
  return `${device >>> 20}:${device & 0xfffff}`;
}
