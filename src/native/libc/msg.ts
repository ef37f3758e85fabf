/** sys/msg.h: System V message queues. Layouts are the same on x86_64 and aarch64 (asm-generic/msgbuf.h). */
import { ErrnoError, lastErrno } from './errno';
import { decodePermissions, type IpcPermissions, IPC_CREAT, IPC_EXCL, IPC_RMID } from './ipc';
import { lazy } from './load';

const IPC_NOWAIT = 0o4000;
const MSG_COPY = 0o40000;
const MSG_STAT_ANY = 13;
const MSG_INFO = 12;
/** sizeof(struct msqid_ds) is 120; a little room costs nothing. */
const MSQID_DS = 128;
/** The `long` before the bytes of a message. */
const TYPE_BYTES = 8;

const c = {
  msgget: lazy<[number, number], number>('int msgget(int, int)'),
  msgctl: lazy<[number, number, Buffer | null], number>('int msgctl(int, int, void *)'),
  msgsnd: lazy<[number, Buffer, number, number], number>('int msgsnd(int, const void *, size_t, int)'),
  msgrcv: lazy<[number, Buffer, number, bigint, number], number>(
    'long msgrcv(int, void *, size_t, long, int)',
  ),
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
  const ds = Buffer.alloc(MSQID_DS);
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

/** Makes a queue, or opens the one that `key` finds unless `exclusive`. Answers its id. Throws ErrnoError. */
export function createQueue(key: number, mode: number, exclusive: boolean): number {
  const id = c.msgget(key | 0, IPC_CREAT | (exclusive ? IPC_EXCL : 0) | mode);
  if (id < 0) throw new ErrnoError('msgget', lastErrno());
  return id;
}

/** Sends without blocking. Throws ErrnoError (EAGAIN: no room). */
export function sendMessage(id: number, message: RawMessage): void {
  const buffer = Buffer.alloc(TYPE_BYTES + message.content.length);
  buffer.writeBigInt64LE(message.type);
  message.content.copy(buffer, TYPE_BYTES);
  if (c.msgsnd(id, buffer, message.content.length, IPC_NOWAIT) < 0)
    throw new ErrnoError('msgsnd', lastErrno());
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

/** Takes the message that the rule of msgrcv(2) selects, without blocking; undefined if none matches. Throws ErrnoError. */
export function takeMessage(id: number, rule: bigint, buffer: Buffer): RawMessage | undefined {
  const length = c.msgrcv(id, buffer, buffer.length - TYPE_BYTES, rule, IPC_NOWAIT);
  if (length < 0) {
    const errno = lastErrno();
    if (errno === 'ENOMSG') return undefined;
    throw new ErrnoError('msgrcv', errno);
  }
  return decodeMessage(buffer, length);
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
