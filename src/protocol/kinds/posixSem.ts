/** POSIX named semaphores (sem_overview(7)): a small file in /dev/shm that its users map. Those that were unlinked live on in their memory. */
import * as v from 'valibot';
import { count } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { makerSchema, posixBase, posixCreateBase, posixCreated } from './posix';

/** SEM_VALUE_MAX */
export const SEMAPHORE_MOST = 0x7fffffff;

const object = v.object({
  kind: v.literal('posix.sem'),
  ...posixBase,
  /** Which C library laid it out: `glibc` by the name (`sem.`) and its words, `musl` by its words alone (then the flag `guessed`). */
  layout: v.picklist(['glibc', 'musl']),
  /** Absent where neither its file nor the memory of a process that has it may be read. */
  value: v.optional(count),
  /** Threads that wait for it, by its own count, also of those whom we may not look at. */
  waiters: v.optional(count),
  maker: v.optional(makerSchema),
  /** The nearest process from which all who have it descend: a family to group by. */
  family: v.optional(v.object({ pid: count, startTime: v.string() })),
});

const ofRef = v.object({ ref: refSchema });

export const posixSem = {
  kind: 'posix.sem',
  foundBy: 'holders',
  object,
  /**
   * unlinked: its name is gone; it lives in the memory of those who have it. guessed: a file of the size and words of musl's semaphores, which another program's may have by chance.
   * elsewhere: it lies in the /dev/shm of another mount namespace.
   */
  flags: ['unlinked', 'guessed', 'elsewhere'],
  abilities: {
    inspect: { parameters: ofRef, result: object },
    /** sem_open(3) with O_CREAT | O_EXCL. */
    create: {
      parameters: v.object({
        ...posixCreateBase,
        value: asked('value', v.pipe(count, v.maxValue(SEMAPHORE_MOST))),
      }),
      result: posixCreated,
    },
    /** sem_post(3): EOVERFLOW at SEMAPHORE_MOST. `unsupported` (`why: layout`) where another C library laid it out. `value`: as it was right behind that. */
    post: { parameters: ofRef, result: v.object({ value: count }) },
    /** sem_trywait(3): EAGAIN where it is zero. */
    tryWait: { parameters: ofRef, result: v.object({ value: count }) },
    /** sem_wait(3), as a waiting act of its own process: resolves when it was decremented. */
    wait: { parameters: ofRef, result: v.object({}), waits: true },
    /** sem_unlink(3), if the name still is this semaphore's. Who has it keeps it. */
    destroy: { parameters: ofRef, result: v.object({}) },
  },
} as const satisfies KindContract;

export type NamedSemaphoreObject = v.InferOutput<typeof object>;
