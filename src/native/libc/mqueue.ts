/**
 * mqueue.h (mq_overview(7)): POSIX message queues. By system calls, since the functions stand in a library of their own before glibc 2.34. The kernel takes a
 * name without its slash, and any descriptor of a queue's file, however it was opened. Nothing here waits but the calls named so.
 */
import { constants } from 'node:fs';
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy, lazyBlocking } from './load';

const O_CLOEXEC = 0o2000000;
/** asm/unistd_64.h, asm-generic/unistd.h */
const NUMBERS =
  process.arch === 'x64'
    ? { open: 240, unlink: 241, send: 242, receive: 243, getsetattr: 245 }
    : { open: 180, unlink: 181, send: 182, receive: 183, getsetattr: 185 };
/** struct mq_attr: flags, maxmsg, msgsize, curmsgs as longs, and room. */
const ATTRIBUTES = 64;

const SEND = 'long syscall(long, int, const void *, size_t, unsigned long, void *)';
const RECEIVE = 'long syscall(long, int, void *, size_t, void *, void *)';
const c = {
  open: lazy<[number, Buffer, number, number, Buffer | null], number>(
    'long syscall(long, const void *, long, long, void *)',
  ),
  unlink: lazy<[number, Buffer], number>('long syscall(long, const void *)'),
  send: lazy<[number, number, Buffer, number, number, null], number>(SEND),
  receive: lazy<[number, number, Buffer, number, Buffer, null], number>(RECEIVE),
  getsetattr: lazy<[number, number, null, Buffer], number>('long syscall(long, int, void *, void *)'),
  umask: lazy<[number], number>('unsigned int umask(unsigned int)'),
};
const blocking = {
  send: lazyBlocking<[number, number, Buffer, number, number, null]>(SEND),
  receive: lazyBlocking<[number, number, Buffer, number, Buffer, null]>(RECEIVE),
};

/** struct mq_attr; sizes in bytes. */
export interface QueueAttributes {
  messages: number;
  maxMessages: number;
  messageSize: number;
}

/** A message as it lies in the queue. */
export interface QueuedMessage {
  priority: number;
  content: Buffer;
}

/** `name` without its slash. Throws ErrnoError EINVAL for one with a NUL in it. */
function terminated(name: Buffer): Buffer {
  if (name.includes(0)) throw new ErrnoError('mq_open', 'EINVAL');
  return Buffer.concat([name, Buffer.alloc(1)]);
}

/**
 * Opens a queue of our ipc namespace by its name without the slash; no mount is needed for that. Such an open makes nothing, releases nobody and never waits. `blocks`: for calls
 * that are to wait. To be closed. Throws ErrnoError (`mq_open`: ENOENT, EACCES, ENOSYS).
 */
export function openQueue(name: Buffer, access: 'read' | 'write' | 'both', blocks = false): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;
  const flags = { read: O_RDONLY, write: O_WRONLY, both: O_RDWR }[access];
  const fd = c.open(NUMBERS.open, terminated(name), flags | O_CLOEXEC | (blocks ? 0 : O_NONBLOCK), 0, null);
  if (fd < 0) throw new ErrnoError('mq_open', lastErrno());
  return fd;
}

/** Makes a queue with exactly these permission bits, whatever our umask is, and answers a descriptor of it. Throws ErrnoError (EEXIST; EINVAL: beyond a limit; EMFILE: RLIMIT_MSGQUEUE; ENOSPC: queues_max). */
export function createQueue(
  name: Buffer,
  mode: number,
  { maxMessages, messageSize }: Omit<QueueAttributes, 'messages'>,
): number {
  const attributes = Buffer.alloc(ATTRIBUTES);
  attributes.writeBigInt64LE(BigInt(maxMessages), 8);
  attributes.writeBigInt64LE(BigInt(messageSize), 16);
  const { O_RDWR, O_CREAT, O_EXCL, O_NONBLOCK } = constants;
  const flags = O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC;
  const bytes = terminated(name);
  const before = c.umask(0);
  const fd = c.open(NUMBERS.open, bytes, flags, mode, attributes);
  const errno = lastErrno();
  c.umask(before);
  if (fd < 0) throw new ErrnoError('mq_open', errno);
  return fd;
}

/** Takes a queue's name away (mq_unlink(3)); who has it open keeps it. Throws ErrnoError (ENOENT, EACCES). */
export function unlinkQueue(name: Buffer): void {
  if (c.unlink(NUMBERS.unlink, terminated(name)) < 0) throw new ErrnoError('mq_unlink', lastErrno());
}

/** Counts and limits (mq_getattr(3)), which leaves no trace. Throws ErrnoError (EBADF: no queue's descriptor). */
export function attributesOf(fd: number): QueueAttributes {
  const attributes = Buffer.alloc(ATTRIBUTES);
  if (c.getsetattr(NUMBERS.getsetattr, fd, null, attributes) < 0)
    throw new ErrnoError('mq_getattr', lastErrno());
  const at = (offset: number) => Number(attributes.readBigInt64LE(offset));
  return { maxMessages: at(8), messageSize: at(16), messages: at(24) };
}

/** Sends through a descriptor that does not wait. Throws ErrnoError (EAGAIN: full; EMSGSIZE: too long). */
export function sendNow(fd: number, { priority, content }: QueuedMessage): void {
  if (c.send(NUMBERS.send, fd, content, content.length, priority, null) < 0)
    throw new ErrnoError('mq_send', lastErrno());
}

/** Takes the first message through a descriptor that does not wait; undefined where there is none. `room`: at least the queue's message size. Throws ErrnoError. */
export function takeNow(fd: number, room: Buffer): QueuedMessage | undefined {
  const priority = Buffer.alloc(4);
  const length = c.receive(NUMBERS.receive, fd, room, room.length, priority, null);
  if (length >= 0) return message(room, length, priority);
  const errno = lastErrno();
  if (errno === 'EAGAIN') return undefined;
  throw new ErrnoError('mq_receive', errno);
}

/** Sends, blocking a pool thread until there is room. Rejects with ErrnoError (EINTR: a signal, and nothing was sent). */
export async function sendBlocking(fd: number, { priority, content }: QueuedMessage): Promise<void> {
  const { result, errno } = await blocking.send(NUMBERS.send, fd, content, content.length, priority, null);
  if (result < 0) throw new ErrnoError('mq_send', errnoName(errno));
}

/** Takes the first message, blocking a pool thread until there is one. Rejects with ErrnoError (EINTR: a signal, and nothing was taken). */
export async function takeBlocking(fd: number, room: Buffer): Promise<QueuedMessage> {
  const priority = Buffer.alloc(4);
  const { result, errno } = await blocking.receive(NUMBERS.receive, fd, room, room.length, priority, null);
  if (result < 0) throw new ErrnoError('mq_receive', errnoName(errno));
  return message(room, result, priority);
}

function message(room: Buffer, length: number, priority: Buffer): QueuedMessage {
  return { priority: priority.readUInt32LE(0), content: Buffer.from(room.subarray(0, length)) };
}
