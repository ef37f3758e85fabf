/** The words of a POSIX semaphore as C libraries lay it out in 32 bytes (glibc: sysdeps/nptl/internaltypes.h, struct new_sem; musl: sem_t): bytes in, record out. */

/** What a semaphore says of itself. */
export interface SemaphoreWords {
  layout: 'glibc' | 'musl';
  value: number;
  /** Threads that wait, by its own count. */
  waiters: number;
}

/** sizeof(sem_t) of both, on 64 bits. */
export const SEMAPHORE_BYTES = 32;
/** LLL_SHARED: what glibc writes behind both counts of a semaphore that processes share. */
const GLIBC_SHARED = 0x80;
const VALUE_MOST = 0x7fffffff;

/**
 * Reads a semaphore. glibc: value, waiters, then LLL_SHARED. musl: the value, -1 (up to 1.2.3) or bit 31 (later) where somebody waits; the waiters, and zeros. Undefined for bytes
 * that are neither's.
 */
export function parseSemaphore(bytes: Buffer): SemaphoreWords | undefined {
  if (bytes.length < SEMAPHORE_BYTES) return undefined;
  const [value, waiters, third] = [bytes.readInt32LE(0), bytes.readInt32LE(4), bytes.readUInt32LE(8)];
  const rest = bytes.subarray(12, SEMAPHORE_BYTES).every((byte) => byte === 0);
  if (waiters < 0 || !rest) return undefined;
  if (third === GLIBC_SHARED && value >= 0) return { layout: 'glibc', value, waiters };
  if (third !== 0) return undefined;
  return { layout: 'musl', value: value === -1 ? 0 : value & VALUE_MOST, waiters };
}
