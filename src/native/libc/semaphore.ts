/**
 * semaphore.h: POSIX semaphores (sem_overview(7)). All of it touches memory that others may cut short, which ends the process by SIGBUS: only for the small
 * processes of acts, but for `createSemaphore`.
 */
import { ErrnoError, errnoName, lastErrno } from './errno';
import { lazy, lazyBlocking } from './load';

const PROT = 3;
const MAP_SHARED = 1;
/** sizeof(sem_t) of the C libraries of 64 bits. */
const BYTES = 32;
const FAILED = 0xffffffffffffffffn;
const O_CREAT = 0o100;
const O_EXCL = 0o200;

const c = {
  sem_open: lazy<[string | Buffer, number, number, number], bigint | null>(
    'void *sem_open(const void *, int, unsigned int, unsigned int)',
  ),
  sem_close: lazy<[bigint], number>('int sem_close(void *)'),
  sem_post: lazy<[bigint], number>('int sem_post(void *)'),
  sem_trywait: lazy<[bigint], number>('int sem_trywait(void *)'),
  sem_getvalue: lazy<[bigint, Buffer], number>('int sem_getvalue(void *, void *)'),
  mmap: lazy<[null, number, number, number, number, number], bigint>(
    'void *mmap(void *, size_t, int, int, int, long)',
  ),
  umask: lazy<[number], number>('unsigned int umask(unsigned int)'),
};
/** glibc and musl lay semaphores out differently; musl has no version to ask for. */
const version = lazy<[], string>('const char *gnu_get_libc_version()');

/** How the C library of this process lays a semaphore out. */
export function ownLayout(): 'glibc' | 'musl' {
  try {
    version();
    return 'glibc';
  } catch {
    return 'musl';
  }
}

const blocking = { sem_wait: lazyBlocking<[bigint]>('int sem_wait(void *)') };

/** Makes a named semaphore with exactly these permission bits (sem_open(3)). `name` with its slash. Throws ErrnoError (EEXIST, EACCES, EINVAL, ENAMETOOLONG). */
export function createSemaphore(name: string, mode: number, value: number): void {
  const before = c.umask(0);
  const made = c.sem_open(Buffer.from(`${name}\0`), O_CREAT | O_EXCL, mode, value);
  const errno = lastErrno();
  c.umask(before);
  if (made === null) throw new ErrnoError('sem_open', errno);
  c.sem_close(made);
}

/** A semaphore in the memory of this process; it stays there until the process ends. */
export class MappedSemaphore {
  private readonly address: bigint;

  /** `fd`: its file, open for reading and writing, of 32 bytes at least. Throws ErrnoError. */
  constructor(fd: number) {
    this.address = c.mmap(null, BYTES, PROT, MAP_SHARED, fd, 0);
    if (this.address === FAILED) throw new ErrnoError('mmap', lastErrno());
  }

  /** sem_post(3). Throws ErrnoError (EOVERFLOW). */
  post(): void {
    if (c.sem_post(this.address) < 0) throw new ErrnoError('sem_post', lastErrno());
  }

  /** sem_trywait(3). Throws ErrnoError (EAGAIN: it is zero). */
  tryWait(): void {
    if (c.sem_trywait(this.address) < 0) throw new ErrnoError('sem_trywait', lastErrno());
  }

  /** sem_wait(3), blocking a pool thread. Rejects with ErrnoError (EINTR: a signal, and nothing was taken). */
  async wait(): Promise<void> {
    const { result, errno } = await blocking.sem_wait(this.address);
    if (result < 0) throw new ErrnoError('sem_wait', errnoName(errno));
  }

  get value(): number {
    const value = Buffer.alloc(4);
    c.sem_getvalue(this.address, value);
    return value.readInt32LE(0);
  }
}
