/** The words of a process-shared mutex of glibc (sysdeps/nptl/bits/struct_mutex.h), the same on x86_64 and aarch64: bytes in, record out. */

/** Bytes that are looked at. */
export const MUTEX_BYTES = 24;
/** PTHREAD_MUTEX_PSHARED_BIT; the kinds beside it: type, robust, priority inheritance, and elision. */
const SHARED = 0x80;
const KINDS = 0x3 | 0x10 | 0x20 | SHARED | 0x300;
const ROBUST = 0x10;
const INHERITS = 0x20;
/** FUTEX_TID_MASK (linux/futex.h): robust and priority-inheriting ones hold the owner in the lock word itself. */
const TID = 0x3fffffff;

/** What a mutex says of itself. `owner`: the thread that holds it; 0 where nobody does. */
export interface MutexWords {
  owner: number;
}

/** Reads a mutex on whose first word a thread sleeps; undefined for bytes that are none. A guess that hardly errs: its kind must be one of glibc's, and shared. */
export function parseMutex(bytes: Buffer): MutexWords | undefined {
  if (bytes.length < MUTEX_BYTES) return undefined;
  const [lock, owner] = [bytes.readUInt32LE(0), bytes.readInt32LE(8)];
  const [users, kind] = [bytes.readInt32LE(12), bytes.readInt32LE(16)];
  if ((kind & SHARED) === 0 || (kind & ~KINDS) !== 0 || owner < 0 || users < 0) return undefined;
  if (kind & (ROBUST | INHERITS)) return { owner: lock & TID };
  if (lock > 2) return undefined;
  return { owner: lock === 0 ? 0 : owner };
}
