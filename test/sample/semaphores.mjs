// @ts-check
/** A System V semaphore set in a few plain calls. */
import { failedWith, IPC_RMID, IPC_STAT, libc, makeWithKey } from './libc.mjs';

const semget = libc.func('int semget(int, int, int)');
const semctl = libc.func('semctl', 'int', ['int', 'int', 'int', 'void *']);
const semop = libc.func('int semop(int, void *, size_t)');
const setValueOf = libc.func('semctl', 'int', ['int', 'int', 'int', 'int']);
const SETVAL = 16;
/** What a process changed with this flag the kernel gives back when it ends, however it ends. */
export const SEM_UNDO = 0o10000;

/**
 * @param {number} key
 * @param {number} semaphores
 */
export const makeSet = (key, semaphores) =>
  makeWithKey(key, 'semget', (tried, flags) => semget(tried, semaphores, flags));
/** @param {number} id */
export const removeSet = (id) => semctl(id, 0, IPC_RMID, null);
/** @param {number} id */
export const isSet = (id) => semctl(id, 0, IPC_STAT, Buffer.alloc(128)) === 0;

/**
 * @param {number} id
 * @param {number} semaphore
 * @param {number} value
 */
export const setValue = (id, semaphore, value) => setValueOf(id, semaphore, SETVAL, value);

/**
 * All operations at once, or none: waits inside the kernel until they can be done. False where that will never be (the set is gone).
 * @param {number} id
 * @param {[semaphore: number, change: number, flags?: number][]} operations
 */
export function operate(id, ...operations) {
  const buffer = Buffer.alloc(6 * operations.length);
  for (const [at, [semaphore, change, flags = 0]] of operations.entries()) {
    buffer.writeUInt16LE(semaphore, 6 * at);
    buffer.writeInt16LE(change, 6 * at + 2);
    buffer.writeInt16LE(flags, 6 * at + 4);
  }
  // A process that was stopped and goes on finds its call interrupted (signal(7)).
  for (;;) {
    if (semop(id, buffer, operations.length) === 0) return true;
    if (!failedWith('EINTR')) return false;
  }
}
