// @ts-check
/** libc as the sample calls it. */
import { constants } from 'node:os';
import koffi from 'koffi';

export const libc = koffi.load(null);
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_RMID = 0;
export const IPC_STAT = 2;

/** Whether the last call failed with this error. Ask at once: any other call replaces it. */
export const failedWith = (/** @type {keyof typeof constants.errno} */ name) =>
  koffi.errno() === constants.errno[name];

/**
 * The result of a call that must not fail.
 * @param {string} call
 * @param {number} result
 */
export function checked(call, result) {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
  return result;
}

/**
 * Makes an object with this key, or with the next one that is free.
 * @param {number} key
 * @param {string} call
 * @param {(key: number, flags: number) => number} get
 * @returns {{ key: number, id: number }}
 */
export function makeWithKey(key, call, get) {
  const id = get(key, IPC_CREAT | IPC_EXCL | 0o600);
  if (id < 0 && failedWith('EEXIST')) return makeWithKey(key + 1, call, get);
  return { key, id: checked(call, id) };
}
