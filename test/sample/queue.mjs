// @ts-check
/** A System V message queue in a few plain calls. */
import { IPC_RMID, IPC_STAT, libc, makeWithKey } from './libc.mjs';

const msgget = libc.func('int msgget(int, int)');
const msgctl = libc.func('int msgctl(int, int, void *)');
const msgsnd = libc.func('int msgsnd(int, const void *, size_t, int)');
const msgrcv = libc.func('long msgrcv(int, void *, size_t, long, int)');
const IPC_NOWAIT = 0o4000;

/** @param {number} key */
export const makeQueue = (key) => makeWithKey(key, 'msgget', msgget);
/** @param {number} id */
export const removeQueue = (id) => msgctl(id, IPC_RMID, null);
/** @param {number} id */
export const isQueue = (id) => msgctl(id, IPC_STAT, Buffer.alloc(128)) === 0;

/**
 * False where the queue is full or gone.
 * @param {number} id
 * @param {number} type
 * @param {string} text
 */
export function send(id, type, text) {
  const data = Buffer.from(text);
  const buffer = Buffer.alloc(8 + data.length);
  buffer.writeBigInt64LE(BigInt(type));
  data.copy(buffer, 8);
  return msgsnd(id, buffer, data.length, IPC_NOWAIT) === 0;
}

/**
 * The oldest message; undefined where there is none.
 * @param {number} id
 */
export function receive(id) {
  const buffer = Buffer.alloc(8 + 8192);
  const length = msgrcv(id, buffer, 8192, 0, IPC_NOWAIT);
  return length < 0 ? undefined : buffer.toString('utf8', 8, 8 + length);
}
