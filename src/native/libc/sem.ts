/** sys/sem.h: System V semaphore sets. struct semid_ds is the one layout that differs between architectures. */
import { ErrnoError, lastErrno } from './errno';
import { decodePermissions, type IpcPermissions, IPC_RMID } from './ipc';
import { lazy } from './load';

const SEM_STAT_ANY = 20;
const SEM_INFO = 19;
const GETNCNT = 14;
const GETZCNT = 15;
const SEMID_DS = 128;
// x86 keeps padding words behind each time (asm/sembuf.h), asm-generic does not.
const OFFSETS =
  process.arch === 'x64' ? { otime: 48, ctime: 64, nsems: 80 } : { otime: 48, ctime: 56, nsems: 64 };

const c = {
  // Variadic in C; the argument travels in the same register on both architectures.
  semctl: lazy<[number, number, number, Buffer | null], number>('int semctl(int, int, int, void *)'),
};

/** struct semid_ds. Times are seconds since the epoch, 0 for never. */
export interface SetStatus extends IpcPermissions {
  id: number;
  operatedAt: number;
  changedAt: number;
  semaphores: number;
}

/** The set in a slot of the kernel's table; undefined for an empty slot. Throws ErrnoError. */
export function setAt(index: number): SetStatus | undefined {
  const ds = Buffer.alloc(SEMID_DS);
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

/** How many threads wait for semaphore `number` to rise (GETNCNT) and for zero (GETZCNT). Throws ErrnoError. */
export function waitingOn(id: number, number: number): { increase: number; zero: number } {
  return { increase: get(id, number, GETNCNT), zero: get(id, number, GETZCNT) };
}

/** Removes the set; whoever waits gets EIDRM. Throws ErrnoError. */
export function removeSet(id: number): void {
  if (c.semctl(id, 0, IPC_RMID, null) < 0) throw new ErrnoError('semctl', lastErrno());
}

function get(id: number, number: number, command: number): number {
  const result = c.semctl(id, number, command, null);
  if (result < 0) throw new ErrnoError('semctl', lastErrno());
  return result;
}

/** What the namespace holds (SEM_INFO). Throws ErrnoError. */
export function setUsage(): { sets: number; semaphores: number } {
  const info = Buffer.alloc(40);
  if (c.semctl(0, 0, SEM_INFO, info) < 0) throw new ErrnoError('semctl', lastErrno());
  return { sets: info.readUInt32LE(28), semaphores: info.readUInt32LE(36) };
}
