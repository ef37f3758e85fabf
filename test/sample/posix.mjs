// @ts-check
/** POSIX queues, semaphores, shared memory and shared mappings in a few plain calls. */
import { closeSync, existsSync, openSync, rmSync, truncateSync } from 'node:fs';
import { checked, failedWith, libc } from './libc.mjs';

const mqMake = libc.func('mq_open', 'int', ['str', 'int', 'uint', 'void *']);
const mqOpen = libc.func('int mq_open(const char *, int)');
const mqUnlink = libc.func('int mq_unlink(const char *)');
const mqSend = libc.func('int mq_send(int, const void *, size_t, uint)');
const mqReceive = libc.func('long mq_receive(int, void *, size_t, void *)');
const semOpen = libc.func('sem_open', 'void *', ['str', 'int', 'uint', 'uint']);
const semUnlink = libc.func('int sem_unlink(const char *)');
const semPost = libc.func('int sem_post(void *)');
const semWait = libc.func('int sem_wait(void *)');
const mmap = libc.func('void *mmap(void *, size_t, int, int, int, long)');

const [O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NONBLOCK] = [0, 1, 0o100, 0o200, 0o4000];
const [PROT_READ, PROT_WRITE, MAP_SHARED] = [1, 2, 1];
const FAILED = 0xffffffffffffffffn;
const MESSAGE_BYTES = 256;

/**
 * The first of `/NAME`, `/NAME-2`, ... that is free.
 * @param {string} name
 * @param {(name: string) => boolean} make false where that one is taken
 */
function makeNamed(name, make) {
  for (let turn = 1; ; turn++) {
    const tried = turn === 1 ? name : `${name}-${turn}`;
    if (make(tried)) return tried;
  }
}

/** @param {string} name */
export const makeMq = (name) =>
  makeNamed(name, (tried) => {
    const attributes = Buffer.alloc(64);
    attributes.writeBigInt64LE(10n, 8);
    attributes.writeBigInt64LE(BigInt(MESSAGE_BYTES), 16);
    const mq = mqMake(tried, O_RDONLY | O_CREAT | O_EXCL, 0o600, attributes);
    if (mq < 0 && failedWith('EEXIST')) return false;
    closeSync(checked('mq_open', mq));
    return true;
  });
/** @param {string} name */
export const removeMq = (name) => mqUnlink(name);
/** @param {string} name */
export function isMq(name) {
  const mq = openMq(name);
  if (mq >= 0) closeSync(mq);
  return mq >= 0;
}
/**
 * -1 where it is gone. One for sending never waits.
 * @param {string} name
 * @param {{ send?: boolean }} [how]
 */
export function openMq(name, { send = false } = {}) {
  return mqOpen(name, send ? O_WRONLY | O_NONBLOCK : O_RDONLY);
}

/**
 * False where it is full.
 * @param {number} mq
 * @param {number} priority
 * @param {string} text
 */
export function sendMq(mq, priority, text) {
  const data = Buffer.from(text);
  return mqSend(mq, data, data.length, priority) === 0;
}

/** Waits inside the kernel for a message. @param {number} mq */
export function receiveMq(mq) {
  const room = Buffer.alloc(MESSAGE_BYTES);
  // A process that was stopped and goes on finds its call interrupted (signal(7)).
  while (mqReceive(mq, room, room.length, null) < 0) if (!failedWith('EINTR')) return false;
  return true;
}

/** A semaphore whose name is taken away at once, as Python's multiprocessing makes its own. It lives as long as who has it. */
export function makeUnlinkedSemaphore() {
  let semaphore;
  const name = makeNamed(`/sample-${process.pid}`, (tried) => {
    semaphore = semOpen(tried, O_CREAT | O_EXCL, 0o600, 1);
    return semaphore !== null || !failedWith('EEXIST');
  });
  semUnlink(name);
  return semaphore;
}
/** @param {unknown} semaphore */
export const raise = (semaphore) => semPost(semaphore) === 0;
/** Waits inside the kernel until it can be lowered. @param {unknown} semaphore */
export function lower(semaphore) {
  while (semWait(semaphore) < 0) if (!failedWith('EINTR')) return false;
  return true;
}

/** The file of a shared memory object (shm_open(3)). */
export const memoryFile = (/** @type {string} */ name) => `/dev/shm${name}`;
/**
 * @param {string} name
 * @param {number} bytes
 */
export const makeMemory = (name, bytes) => makeNamed(name, (tried) => makeFile(memoryFile(tried), bytes));
/** @param {string} name */
export const removeMemory = (name) => rmSync(memoryFile(name), { force: true });

/**
 * A file of zeros. False where there is one already.
 * @param {string} path
 * @param {number} bytes
 */
export function makeFile(path, bytes) {
  if (existsSync(path)) return false;
  closeSync(openSync(path, 'wx', 0o600));
  truncateSync(path, bytes);
  return true;
}

/**
 * Maps a file shared until this process ends. Answers where it stands; undefined where it is gone.
 * @param {string} file
 * @param {number} bytes
 * @param {{ write?: boolean }} [how]
 * @returns {bigint | undefined}
 */
export function mapShared(file, bytes, { write = false } = {}) {
  if (!existsSync(file)) return undefined;
  const fd = openSync(file, write ? 'r+' : 'r');
  const rights = write ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = /** @type {bigint} */ (mmap(null, bytes, rights, MAP_SHARED, fd, 0));
  closeSync(fd);
  return address === FAILED ? undefined : address;
}
