/** What POSIX message queues, semaphores and shared memory objects share: each is a file of a file system in memory, with a name of its own. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, objectBase, ownerSchema, permissions } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';

/** The most bytes of a name without its slash (NAME_MAX). */
export const NAME_MOST = 255;

/**
 * A name as mq_open(3), sem_open(3) and shm_open(3) take it: one slash, then something, and no other slash. What is longer than NAME_MAX, or `.` and `..`,
 * the kernel refuses.
 */
export const posixName = v.pipe(v.string(), v.regex(/^\/[^/\0]+$/u), v.maxLength(NAME_MOST + 1));

/** The facts of all three. */
export const posixBase = {
  ...objectBase,
  /** Absent of one that is unlinked, where only the memory of processes shows it, and the kernel does not let us ask for its file. */
  owner: v.optional(ownerSchema),
  mode: v.optional(permissions),
  /**
   * As the functions take it, with a slash. Bytes that are no UTF-8 stand as \xNN, and then `nameBytes` (base64) has them as they are, without the slash. Of one
   * that is unlinked: as a process still shows it, which may be the name under which it was made; absent where no process shows one.
   */
  name: v.optional(v.string()),
  nameBytes: v.optional(bytesSchema),
  /** The file: decimal text, as stat(2) gives it. */
  device: v.string(),
  inode: v.string(),
};

/**
 * Who made it, as far as its name tells; a guess. `program`: a known maker, in its own spelling (`Python multiprocessing`, `PostgreSQL`, `ROS 2 (Fast DDS)`). `pid` stands in
 * the name; `now`: what became of whoever had that number when the file was made: `lives`, `gone` (its number may be another's by now), `unknown` where nobody can tell.
 */
export const makerSchema = v.object({
  program: v.string(),
  pid: v.optional(count),
  now: v.optional(v.picklist(['lives', 'gone', 'unknown'])),
});
export type Maker = v.InferOutput<typeof makerSchema>;

/** The name and permissions of a new one. It fails where the name is taken (EEXIST). */
export const posixCreateBase = {
  name: asked('name', posixName),
  mode: asked('mode', permissions),
};
export const posixCreated = v.object({ ref: refSchema });

/**
 * A lock or another place in shared memory that threads sleep on (futex(2)). `offset`: in bytes of the object. `what`: told where the words there, their alignment, and what must be so while somebody
 * sleeps are those of that lock of glibc and of no other (a guess that hardly errs); `unknown`: anything else (a lock of another library, of another C library, of a program of 32 bits).
 */
export const lockSchema = v.object({
  offset: count,
  what: v.picklist(['mutex', 'semaphore', 'condition', 'barrier', 'rwlock', 'unknown']),
  /** How many threads sleep on it. */
  waiters: count,
  /**
   * Of a mutex that is held, or a rwlock that is held to write: the thread which holds it, by the number that stands there. `lives`: a thread of a process that has this memory. `other`: a thread of that
   * number lives, and its process does not have this memory, so its owner has ended or let go of the memory. `gone`: there is no such thread any more. With both nobody will unlock it. Absent: nobody can
   * tell, or nobody holds it.
   */
  owner: v.optional(
    v.object({ tid: count, pid: v.optional(count), now: v.picklist(['lives', 'other', 'gone', 'unknown']) }),
  ),
  /** Of a rwlock that is held to read: how many times. By whom nobody can tell. */
  readers: v.optional(count),
});
export type Lock = v.InferOutput<typeof lockSchema>;
