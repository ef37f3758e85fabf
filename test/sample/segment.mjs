// @ts-check
/** A System V shared memory segment in a few plain calls. */
import { checked, IPC_CREAT, IPC_RMID, IPC_STAT, libc } from './libc.mjs';

const shmget = libc.func('int shmget(int, size_t, int)');
const shmctl = libc.func('int shmctl(int, int, void *)');
const shmat = libc.func('void *shmat(int, const void *, int)');
const memcpy = libc.func('void *memcpy(void *, const void *, size_t)');
const IPC_PRIVATE = 0;
const SHM_RDONLY = 0o10000;
const SHM_DEST = 0o1000;
const FAILED = 0xffffffffffffffffn;

/** @param {number} bytes */
export const makeSegment = (bytes) => checked('shmget', shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0o600));
/** @param {number} id */
export const removeSegment = (id) => shmctl(id, IPC_RMID, null);

/**
 * False where it is gone, or marked: it goes when the last process detaches.
 * @param {number} id
 */
export function isSegment(id) {
  const status = Buffer.alloc(128);
  return shmctl(id, IPC_STAT, status) === 0 && (status.readUInt32LE(20) & SHM_DEST) === 0;
}

/**
 * Attaches it until this process ends. Answers where it stands; undefined where it is gone.
 * @param {number} id
 * @param {{ readOnly?: boolean }} [how]
 * @returns {bigint | undefined}
 */
export function attach(id, { readOnly = false } = {}) {
  const address = /** @type {bigint} */ (shmat(id, null, readOnly ? SHM_RDONLY : 0));
  return address === FAILED ? undefined : address;
}

/**
 * @param {bigint} address
 * @param {Uint8Array} data
 */
export const write = (address, data) => memcpy(address, data, data.length);
