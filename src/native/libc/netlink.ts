/** linux/netlink.h and linux/sock_diag.h: asks the kernel for all its sockets of a family (sock_diag(7)). Needs no right; sees our own network namespace. */
import { constants } from 'node:os';
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy } from './load';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_DUMP_INTR = 0x10;
/** The kernel fills up to 32 KiB in one go. */
const PART = 1 << 16;
/** Times that a dump is repeated, during which sockets came and went, before it is taken as it is. */
const REPEATS = 3;

const c = {
  socket: lazy<[number, number, number], number>('int socket(int, int, int)'),
  send: lazy<[number, Buffer, number, number], number>('long send(int, const void *, size_t, int)'),
  recv: lazy<[number, Buffer, number, number], number>('long recv(int, void *, size_t, int)'),
  close: lazy<[number], number>('int close(int)'),
};

/** What one dump gave: netlink messages, one behind the other, in the first `length` bytes. */
export interface Dump {
  buffer: Buffer;
  length: number;
  /** It changed while the kernel wrote it, also when asked again: a socket may be missing or stand twice. */
  interrupted: boolean;
}

/** Buffers of a kind of dump: two, so that the last answer is there to be compared with. */
export class DumpBuffers {
  private spare = Buffer.allocUnsafe(4 * PART);
  private used = Buffer.allocUnsafe(4 * PART);

  /** Sends a request and collects its answer. What `take` gave before stays until the next but one. Throws ErrnoError (ENOENT, EPROTONOSUPPORT: this kernel has none). */
  take(request: Buffer): Dump {
    [this.spare, this.used] = [this.used, this.spare];
    for (let repeats = 0; ; repeats++) {
      const { length, interrupted } = this.once(request);
      if (!interrupted || repeats === REPEATS) return { buffer: this.used, length, interrupted };
    }
  }

  private once(request: Buffer): { length: number; interrupted: boolean } {
    const fd = c.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) throw new ErrnoError('socket', lastErrno());
    try {
      if (c.send(fd, request, request.length, 0) < 0) throw new ErrnoError('send', lastErrno());
      let length = 0;
      let interrupted = false;
      for (;;) {
        this.reserve(length);
        const got = c.recv(fd, this.used.subarray(length), PART, MSG_TRUNC | MSG_DONTWAIT);
        if (got < 0) throw new ErrnoError('recv', lastErrno());
        if (got > PART) throw new ErrnoError('recv', errnoName(constants.errno.EMSGSIZE));
        const part = lookThrough(this.used, length, length + got);
        interrupted ||= part.interrupted;
        length = part.end;
        if (part.done) return { length, interrupted };
      }
    } finally {
      c.close(fd);
    }
  }

  private reserve(length: number): void {
    if (this.used.length - length >= PART) return;
    const larger = Buffer.allocUnsafe(this.used.length * 2);
    this.used.copy(larger, 0, 0, length);
    this.used = larger;
  }
}

/** Where the messages end that tell of sockets, and whether it was the last part. Throws ErrnoError where the kernel refuses. */
function lookThrough(buffer: Buffer, from: number, to: number) {
  let interrupted = false;
  let at = from;
  while (at + 16 <= to) {
    const length = buffer.readUInt32LE(at);
    const type = buffer.readUInt16LE(at + 4);
    if (buffer.readUInt16LE(at + 6) & NLM_F_DUMP_INTR) interrupted = true;
    if (type === NLMSG_DONE) {
      const error = length >= 20 ? buffer.readInt32LE(at + 16) : 0;
      if (error < 0) throw new ErrnoError('recv', errnoName(-error));
      return { end: at, interrupted, done: true };
    }
    if (type === NLMSG_ERROR) throw new ErrnoError('recv', errnoName(-buffer.readInt32LE(at + 16)));
    if (length < 16) break;
    at += (length + 3) & ~3;
  }
  return { end: Math.min(at, to), interrupted, done: false };
}
