/**
 * sys/msg.h, sys/sem.h, mqueue.h and sys/file.h: calls that block the very thread that makes them. Only for the small programs of the sample, which have nothing else to do there; nothing else of ours
 * may ever call one. A stop and continue interrupts some of them (signal(7)), so each is made again until it is done.
 */
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';

const LOCK_EX = 2;
const LOCK_UN = 8;
const MQ_SEND = process.arch === 'x64' ? 242 : 182;
/** The `long` before the bytes of a message. */
const TYPE_BYTES = 8;
const SEMBUF = 6;

const c = {
  msgrcv: lazy<[number, Buffer, number, bigint, number], number>(
    'long msgrcv(int, void *, size_t, long, int)',
  ),
  semop: lazy<[number, Buffer, number], number>('int semop(int, void *, size_t)'),
  mqSend: lazy<[number, number, Buffer, number, number, null], number>(
    'long syscall(long, int, const void *, size_t, unsigned long, void *)',
  ),
  flock: lazy<[number, number], number>('int flock(int, int)'),
};

/** Takes the oldest message of a System V queue, and waits for one. Answers its bytes. Throws ErrnoError (EIDRM: the queue was removed; E2BIG). */
export function receiveHere(id: number, most: number): Buffer {
  const room = Buffer.alloc(TYPE_BYTES + most);
  const length = again('msgrcv', () => c.msgrcv(id, room, most, 0n, 0));
  return room.subarray(TYPE_BYTES, TYPE_BYTES + length);
}

/** Lowers a semaphore of a set by one, and waits until it can. Nobody gives it back when this process ends. Throws ErrnoError (EIDRM). */
export function lowerHere(id: number, number: number): void {
  const operation = Buffer.alloc(SEMBUF);
  operation.writeUInt16LE(number, 0);
  operation.writeInt16LE(-1, 2);
  again('semop', () => c.semop(id, operation, 1));
}

/** Sends to a POSIX queue through a descriptor that waits for room. Throws ErrnoError. */
export function sendHere(fd: number, content: Buffer): void {
  again('mq_send', () => c.mqSend(MQ_SEND, fd, content, content.length, 0, null));
}

/** Takes the lock of an open file (flock(2)), and waits for it. Throws ErrnoError. */
export function lockHere(fd: number): void {
  again('flock', () => c.flock(fd, LOCK_EX));
}

/** Gives it back. */
export function unlockHere(fd: number): void {
  c.flock(fd, LOCK_UN);
}

function again(call: string, attempt: () => number): number {
  for (;;) {
    const result = attempt();
    if (result >= 0) return result;
    const errno = lastErrno();
    if (errno !== 'EINTR') throw new ErrnoError(call, errno);
  }
}
