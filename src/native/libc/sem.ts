/** sys/sem.h: System V semaphore sets. struct semid_ds is the one layout that differs between architectures. */
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

const GETPID = 11;
const GETALL = 13;
const GETNCNT = 14;
const GETZCNT = 15;
const SETVAL = 16;
const SETALL = 17;
const SEM_INFO = 19;
const SEM_STAT_ANY = 20;
const SEM_UNDO = 0x1000;
const SEMID_DS = 128;
/** sizeof(struct sembuf) */
const SEMBUF = 6;
// x86 keeps padding words behind each time (asm/sembuf.h), asm-generic does not.
const OFFSETS =
  process.arch === 'x64' ? { otime: 48, ctime: 64, nsems: 80 } : { otime: 48, ctime: 56, nsems: 64 };

const SEMOP = 'int semop(int, void *, size_t)';
const c = {
  semget: lazy<[number, number, number], number>('int semget(int, int, int)'),
  // Variadic in C; the argument travels in the same register on both architectures.
  semctl: lazy<[number, number, number, Buffer | null], number>('int semctl(int, int, int, void *)'),
  // The argument of SETVAL is a union whose int stands in the low half of the register.
  semctlValue: lazy<[number, number, number, number], number>('int semctl(int, int, int, long)'),
  semop: lazy<[number, Buffer, number], number>(SEMOP),
};
const blocking = { semop: lazyBlocking<[number, Buffer, number]>(SEMOP) };

/** struct semid_ds. Times are seconds since the epoch, 0 for never. */
export interface SetStatus extends IpcPermissions {
  id: number;
  operatedAt: number;
  changedAt: number;
  semaphores: number;
}

/** The set in a slot of the kernel's table; undefined for an empty slot. Throws ErrnoError. */
export function setAt(index: number): SetStatus | undefined {
  return readSet(index, Buffer.alloc(SEMID_DS));
}

function readSet(index: number, ds: Buffer): SetStatus | undefined {
  const id = c.semctl(index, 0, SEM_STAT_ANY, ds);
  if (id < 0) {
    const errno = lastErrno();
    if (errno === 'EINVAL' || errno === 'EIDRM') return undefined;
    throw new ErrnoError('semctl', errno);
  }
  return {
    id,
    ...decodePermissions(ds),
    operatedAt: Number(ds.readBigInt64LE(OFFSETS.otime)),
    changedAt: Number(ds.readBigInt64LE(OFFSETS.ctime)),
    semaphores: Number(ds.readBigUInt64LE(OFFSETS.nsems)),
  };
}

/** Makes a set, or opens the one that `key` finds unless `exclusive`. Throws ErrnoError. */
export function createSet(
  key: number,
  semaphores: number,
  mode: number,
  exclusive: boolean,
): { id: number; existed: boolean } {
  return createOrOpen(exclusive, (flags) => {
    const id = c.semget(key | 0, semaphores, flags | mode);
    if (id < 0) throw new ErrnoError('semget', lastErrno());
    return id;
  });
}

/** Every value of a set (GETALL), as unsigned 16-bit numbers. `values`: scratch space of two bytes for each. Throws ErrnoError. */
export function readValues(id: number, values: Buffer): void {
  if (c.semctl(id, 0, GETALL, values) < 0) throw new ErrnoError('semctl', lastErrno());
}

/** Sets every value (SETALL) from unsigned 16-bit numbers, as many as the set has. Throws ErrnoError. */
export function writeValues(id: number, values: Buffer): void {
  if (c.semctl(id, 0, SETALL, values) < 0) throw new ErrnoError('semctl', lastErrno());
}

/** Sets one value (SETVAL). Throws ErrnoError. */
export function writeValue(id: number, number: number, value: number): void {
  if (c.semctlValue(id, number, SETVAL, value) < 0) throw new ErrnoError('semctl', lastErrno());
}

/** How many threads wait for semaphore `number` to rise (GETNCNT). Throws ErrnoError. */
export function waitingForIncrease(id: number, number: number): number {
  return get(id, number, GETNCNT);
}

/** How many threads wait for semaphore `number` to be zero (GETZCNT). Throws ErrnoError. */
export function waitingForZero(id: number, number: number): number {
  return get(id, number, GETZCNT);
}

/** The process that changed semaphore `number` last (GETPID); 0 for none, or one outside our pid namespace. Throws ErrnoError. */
export function lastPid(id: number, number: number): number {
  return get(id, number, GETPID);
}

function get(id: number, number: number, command: number): number {
  const result = c.semctl(id, number, command, null);
  if (result < 0) throw new ErrnoError('semctl', lastErrno());
  return result;
}

/** One operation of semop(2). */
export interface RawOperation {
  number: number;
  change: number;
}

function encodeOperations(operations: readonly RawOperation[], flags: number): Buffer {
  const buffer = Buffer.alloc(operations.length * SEMBUF);
  operations.forEach(({ number, change }, at) => {
    buffer.writeUInt16LE(number, at * SEMBUF);
    buffer.writeInt16LE(change, at * SEMBUF + 2);
    buffer.writeInt16LE(flags, at * SEMBUF + 4);
  });
  return buffer;
}

/** All of the operations or none, without blocking. Throws ErrnoError (EAGAIN: not now). */
export function operateNow(id: number, operations: readonly RawOperation[]): void {
  if (c.semop(id, encodeOperations(operations, IPC_NOWAIT), operations.length) < 0)
    throw new ErrnoError('semop', lastErrno());
}

/**
 * All of the operations or none, on a pool thread, which blocks until they can be done if `wait`. `undo`: what they change is
 * given back when this process ends (SEM_UNDO). Rejects with ErrnoError (EAGAIN, EINTR, EIDRM).
 */
export async function operateBlocking(
  id: number,
  operations: readonly RawOperation[],
  { undo, wait }: { undo: boolean; wait: boolean },
): Promise<void> {
  const flags = (undo ? SEM_UNDO : 0) | (wait ? 0 : IPC_NOWAIT);
  const { result, errno } = await blocking.semop(id, encodeOperations(operations, flags), operations.length);
  if (result < 0) throw new ErrnoError('semop', errnoName(errno));
}

/** Owner, group and mode (IPC_SET). Throws ErrnoError. */
export function alterSet(id: number, alteration: Alteration): void {
  const ds = Buffer.alloc(SEMID_DS);
  if (!statusOf(id, (slot) => readSet(slot, ds))) throw new ErrnoError('semctl', 'EINVAL');
  encodeAlteration(ds, alteration);
  if (c.semctl(id, 0, IPC_SET, ds) < 0) throw new ErrnoError('semctl', lastErrno());
}

/** Removes the set; whoever waits gets EIDRM. Throws ErrnoError. */
export function removeSet(id: number): void {
  if (c.semctl(id, 0, IPC_RMID, null) < 0) throw new ErrnoError('semctl', lastErrno());
}

/** What the namespace holds (SEM_INFO). Throws ErrnoError. */
export function setUsage(): { sets: number; semaphores: number } {
  const info = Buffer.alloc(40);
  if (c.semctl(0, 0, SEM_INFO, info) < 0) throw new ErrnoError('semctl', lastErrno());
  return { sets: info.readUInt32LE(28), semaphores: info.readUInt32LE(36) };
}
