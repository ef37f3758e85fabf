/** sys/file.h and fcntl.h: taking locks on files. They go with the last descriptor of the open file description. */
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy, lazyBlocking, type Returned } from './load';

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const F_OFD_SETLK = 37;
const F_OFD_SETLKW = 38;
const F_RDLCK = 0;
const F_WRLCK = 1;
/** struct flock of 64 bits; the pid must be 0. */
const FLOCK = 32;

const FLOCK_CALL = 'int flock(int, int)';
// Of fixed arity: the platforms that we run on pass variadic arguments in the same registers.
const FCNTL_CALL = 'int fcntl(int, int, void *)';
const c = {
  flock: lazy<[number, number], number>(FLOCK_CALL),
  fcntl: lazy<[number, number, Buffer], number>(FCNTL_CALL),
};
const blocking = {
  flock: lazyBlocking<[number, number]>(FLOCK_CALL),
  fcntl: lazyBlocking<[number, number, Buffer]>(FCNTL_CALL),
};

/** What is asked for. `end`: the last byte; absent: to the end of the file. */
export interface LockAsked {
  type: 'flock' | 'ofd';
  exclusive: boolean;
  start: bigint;
  end?: bigint | undefined;
}

/** Takes a lock, blocking a pool thread where `wait`. Rejects with ErrnoError (EAGAIN: others are in the way; EBADF: to write was not asked for; EINTR: a signal). */
export async function takeLock(fd: number, asked: LockAsked, wait: boolean): Promise<void> {
  if (asked.type === 'flock') {
    const operation = asked.exclusive ? LOCK_EX : LOCK_SH;
    if (wait) checked('flock', await blocking.flock(fd, operation));
    else if (c.flock(fd, operation | LOCK_NB) < 0) throw new ErrnoError('flock', lastErrno());
    return;
  }
  const lock = Buffer.alloc(FLOCK);
  lock.writeInt16LE(asked.exclusive ? F_WRLCK : F_RDLCK, 0);
  lock.writeBigInt64LE(asked.start, 8);
  lock.writeBigInt64LE(asked.end === undefined ? 0n : asked.end - asked.start + 1n, 16);
  if (wait) checked('fcntl', await blocking.fcntl(fd, F_OFD_SETLKW, lock));
  else if (c.fcntl(fd, F_OFD_SETLK, lock) < 0) throw new ErrnoError('fcntl', lastErrno());
}

function checked(call: string, { result, errno }: Returned): void {
  if (result < 0) throw new ErrnoError(call, errnoName(errno));
}
