/** sys/msg.h: System V message queues. Layouts are the same on x86_64 and aarch64 (asm-generic/msgbuf.h). */
import { ErrnoError, errnoName, lastErrno } from './errno';
import {
  type Alteration,
  createOrOpen,
  decodePermissions,
  encodeAlteration,
  type IpcPermissions,
  IPC_NOWAIT,
  IPC_RMID,
  IPC_SET,
  statusOf,
} from './ipc';
import { lazy, lazyBlocking } from './load';

const MSG_NOERROR = 0o10000;
const MSG_EXCEPT = 0o20000;
const MSG_COPY = 0o40000;
const MSG_STAT_ANY = 13;
const MSG_INFO = 12;
/** sizeof(struct msqid_ds) is 120; a little room costs nothing. */
const MSQID_DS = 128;
/** The `long` before the bytes of a message. */
const TYPE_BYTES = 8;

const SEND = 'int msgsnd(int, const void *, size_t, int)';
const RECEIVE = 'long msgrcv(int, void *, size_t, long, int)';

const c = {
  msgget: lazy<[number, number], number>('int msgget(int, int)'),
  msgctl: lazy<[number, number, Buffer | null], number>('int msgctl(int, int, void *)'),
  msgsnd: lazy<[number, Buffer, number, number], number>(SEND),
  msgrcv: lazy<[number, Buffer, number, bigint, number], number>(RECEIVE),
};
const blocking = {
  msgsnd: lazyBlocking<[number, Buffer, number, number]>(SEND),
  msgrcv: lazyBlocking<[number, Buffer, number, bigint, number]>(RECEIVE),
};

/** struct msqid_ds. Times are seconds since the epoch, 0 for never. */
export interface QueueStatus extends IpcPermissions {
  id: number;
  sentAt: number;
  receivedAt: number;
  changedAt: number;
  bytes: number;
  messages: number;
  maxBytes: number;
  lastSender: number;
  lastReceiver: number;
}

/** A message as it lies in the queue. */
export interface RawMessage {
  type: bigint;
  content: Buffer;
}

/** The queue in a slot of the kernel's table (MSG_STAT_ANY: needs no read permission); undefined for an empty slot. */
export function queueAt(index: number): QueueStatus | undefined {
  return readQueue(index, Buffer.alloc(MSQID_DS));
}

function readQueue(index: number, ds: Buffer): QueueStatus | undefined {
  const id = c.msgctl(index, MSG_STAT_ANY, ds);
  if (id < 0) {
    const errno = lastErrno();
    // An emptied slot gives EINVAL, one that empties at this moment EIDRM.
    if (errno === 'EINVAL' || errno === 'EIDRM') return undefined;
    throw new ErrnoError('msgctl', errno);
  }
  return {
    id,
    ...decodePermissions(ds),
    sentAt: Number(ds.readBigInt64LE(48)),
    receivedAt: Number(ds.readBigInt64LE(56)),
    changedAt: Number(ds.readBigInt64LE(64)),
    bytes: Number(ds.readBigUInt64LE(72)),
    messages: Number(ds.readBigUInt64LE(80)),
    maxBytes: Number(ds.readBigUInt64LE(88)),
    lastSender: ds.readInt32LE(96),
    lastReceiver: ds.readInt32LE(100),
  };
}

/** Makes a queue, or opens the one that `key` finds unless `exclusive`. Throws ErrnoError. */
export function createQueue(key: number, mode: number, exclusive: boolean): { id: number; existed: boolean } {
  return createOrOpen(exclusive, (flags) => {
    const id = c.msgget(key | 0, flags | mode);
    if (id < 0) throw new ErrnoError('msgget', lastErrno());
    return id;
  });
}

/** Owner, group, mode and byte limit (IPC_SET). Throws ErrnoError. */
export function alterQueue(id: number, alteration: Alteration & { maxBytes?: number | undefined }): void {
  const ds = Buffer.alloc(MSQID_DS);
  if (!statusOf(id, (slot) => readQueue(slot, ds))) throw new ErrnoError('msgctl', 'EINVAL');
  encodeAlteration(ds, alteration);
  if (alteration.maxBytes !== undefined) ds.writeBigUInt64LE(BigInt(alteration.maxBytes), 88);
  if (c.msgctl(id, IPC_SET, ds) < 0) throw new ErrnoError('msgctl', lastErrno());
}

function encodeMessage({ type, content }: RawMessage): Buffer {
  const buffer = Buffer.alloc(TYPE_BYTES + content.length);
  buffer.writeBigInt64LE(type);
  content.copy(buffer, TYPE_BYTES);
  return buffer;
}

/** Sends without blocking. Throws ErrnoError (EAGAIN: no room). */
export function sendMessage(id: number, message: RawMessage): void {
  if (c.msgsnd(id, encodeMessage(message), message.content.length, IPC_NOWAIT) < 0)
    throw new ErrnoError('msgsnd', lastErrno());
}

/** Sends, blocking a pool thread until there is room. Rejects with ErrnoError (EINTR: a signal; EIDRM: the queue was removed). */
export async function sendBlocking(id: number, message: RawMessage): Promise<void> {
  const { result, errno } = await blocking.msgsnd(id, encodeMessage(message), message.content.length, 0);
  if (result < 0) throw new ErrnoError('msgsnd', errnoName(errno));
}

/** Which message a receive takes (msgop(2)): 0 the oldest, above 0 the oldest of a type (`except`: of any other), below 0 the lowest up to that. */
export interface Selector {
  type: bigint;
  except: boolean;
  /** MSG_NOERROR: at most so many bytes. */
  truncate: number | undefined;
}

/** The flags and the room of a call: MSG_NOERROR only with just the room that was asked for, so that nothing else is ever cut. */
function roomOf(
  { type: _type, except, truncate }: Selector,
  buffer: Buffer,
): { room: number; flags: number } {
  const most = buffer.length - TYPE_BYTES;
  const cuts = truncate !== undefined && truncate <= most;
  return {
    room: cuts ? truncate : most,
    flags: (except ? MSG_EXCEPT : 0) | (cuts ? MSG_NOERROR : 0),
  };
}

/**
 * A copy of the message at a position counted from the oldest; the queue stays as it is (MSG_COPY, msgop(2)).
 * Undefined past the end. `buffer` is scratch space of `messageBuffer`. Throws ErrnoError (E2BIG: the buffer is too small).
 */
export function copyMessage(id: number, index: number, buffer: Buffer): RawMessage | undefined {
  const length = c.msgrcv(id, buffer, buffer.length - TYPE_BYTES, BigInt(index), MSG_COPY | IPC_NOWAIT);
  if (length < 0) {
    const errno = lastErrno();
    if (errno === 'ENOMSG') return undefined;
    throw new ErrnoError('msgrcv', errno);
  }
  return decodeMessage(buffer, length);
}

/** Takes the message that the rule selects, without blocking; undefined if none matches. Throws ErrnoError. */
export function takeMessage(id: number, rule: Selector, buffer: Buffer): RawMessage | undefined {
  const { room, flags } = roomOf(rule, buffer);
  const length = c.msgrcv(id, buffer, room, rule.type, flags | IPC_NOWAIT);
  if (length < 0) {
    const errno = lastErrno();
    if (errno === 'ENOMSG') return undefined;
    throw new ErrnoError('msgrcv', errno);
  }
  return decodeMessage(buffer, length);
}

/** Takes it as soon as there is one, blocking a pool thread. Rejects with ErrnoError (EINTR, EIDRM). */
export async function takeBlocking(id: number, rule: Selector, buffer: Buffer): Promise<RawMessage> {
  const { room, flags } = roomOf(rule, buffer);
  const { result, errno } = await blocking.msgrcv(id, buffer, room, rule.type, flags);
  if (result < 0) throw new ErrnoError('msgrcv', errnoName(errno));
  return decodeMessage(buffer, result);
}

/** Scratch space for messages of up to `size` bytes. */
export function messageBuffer(size: number): Buffer {
  return Buffer.alloc(TYPE_BYTES + size);
}

/** Removes the queue; its messages are lost and whoever waits gets EIDRM. Throws ErrnoError. */
export function removeQueue(id: number): void {
  if (c.msgctl(id, IPC_RMID, null) < 0) throw new ErrnoError('msgctl', lastErrno());
}

function decodeMessage(buffer: Buffer, length: number): RawMessage {
  return {
    type: buffer.readBigInt64LE(),
    content: Buffer.from(buffer.subarray(TYPE_BYTES, TYPE_BYTES + length)),
  };
}

/** What the namespace holds (MSG_INFO): one call however many queues there are. Throws ErrnoError. */
export function queueUsage(): { queues: number; messages: number; bytes: number } {
  const info = Buffer.alloc(32);
  if (c.msgctl(0, MSG_INFO, info) < 0) throw new ErrnoError('msgctl', lastErrno());
  return { queues: info.readUInt32LE(0), messages: info.readUInt32LE(4), bytes: info.readUInt32LE(24) };
}
