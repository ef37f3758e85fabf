/**
 * The parts that the facts of several kinds share. `null` is "known to be none" (never sent); an absent field is
 * "unknown", and then the snapshot's `blind` says why. Times are milliseconds since the epoch, sizes are bytes.
 */
import * as v from 'valibot';
import { bigCount, count, moment } from './numbers';
import { refSchema } from './ref';
import { waitSchema } from './waits';
import { watchedSchema } from './watchers';

export { bigCount, type BigCount, count, moment } from './numbers';

/** The nine permission bits, as a number (0640 is 416). */
export const permissions = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777));

/** A user and group; `user` and `group` are names where the machine knows them. */
export const ownerSchema = v.object({
  uid: count,
  gid: count,
  user: v.optional(v.string()),
  group: v.optional(v.string()),
});
export type Owner = v.InferOutput<typeof ownerSchema>;

/**
 * A process that the kernel remembers by its pid alone. `same` only where `at` is the moment itself and the
 * process started before it; where only a later bound is known: `other` if the process started after it, `gone`
 * if none lives, else `unknown`. Pid 0 is a process outside our pid namespace.
 */
export const pastSchema = v.object({
  pid: count,
  at: moment,
  now: v.picklist(['same', 'other', 'gone', 'unknown']),
});
export type Past = v.InferOutput<typeof pastSchema>;

/** A process that holds the object now; nothing of the past. */
export const endpointSchema = v.object({
  pid: count,
  /** Field 22 of /proc/PID/stat as text; with the pid it names a process. */
  startTime: v.string(),
  tid: v.optional(count),
  fd: v.optional(count),
  address: v.optional(v.string()),
  rights: v.optional(v.string()),
  /** Where in the object that address range begins, in bytes. */
  offset: v.optional(bigCount),
  role: v.picklist([
    'reader',
    'writer',
    'both',
    'attached',
    /** Has it in its memory, at `address`; a semaphore that somebody opened is no more than that. */
    'mapped',
    'open',
    'bound',
    'connected',
    'waiter',
    /** Holds an adjustment that its end gives back (SEM_UNDO). The kernel shows these of nobody, so only our own are known. */
    'holder',
    /** The side of a pseudo-terminal that shows it, and the side of the programs in it (pty(7)). */
    'master',
    'slave',
  ]),
  /** O_NONBLOCK of the descriptor; absent where nobody looked closely. */
  nonblocking: v.optional(v.boolean()),
  /** O_CLOEXEC of the descriptor: an exec closes it, so that no program that is started has it. Absent likewise. */
  closeOnExec: v.optional(v.boolean()),
  /** Endpoints of one object with the same number share one open file description (an inherited or passed copy; kcmp(2)). Absent: not known. */
  description: v.optional(count),
  /** True for a waiting or holding act of this helper. */
  own: v.optional(v.boolean()),
  /** Which act that is: the number by which `endAct` ends it, and what was asked for since when. */
  act: v.optional(
    v.object({
      id: count,
      ability: v.string(),
      since: moment,
      /** The ability's parameters without `ref` and contents. */
      parameters: v.record(v.string(), v.unknown()),
    }),
  ),
  /** Threads of it that are blocked in a call on this object. */
  waits: v.optional(v.array(waitSchema)),
});

export type Endpoint = v.InferOutput<typeof endpointSchema>;

/** Details of what can be added to an epoll: who has done so, in no order of theirs, and how many more there are. Absent: nobody was seen, or nobody looked. */
export const watchedBase = {
  watched: v.optional(v.array(watchedSchema)),
  watchedMore: v.optional(count),
};

/** What every object has. `endpoints` is absent until somebody looked at processes: an empty list would say "nobody". */
export const objectBase = {
  ref: refSchema,
  owner: ownerSchema,
  mode: permissions,
  flags: v.array(v.string()),
  endpoints: v.optional(v.array(endpointSchema)),
};

/** What every System V object has besides: its id, its key (32 bits, unsigned; 0 is IPC_PRIVATE) and its creator. */
export const sysvBase = {
  ...objectBase,
  id: count,
  key: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)),
  creator: ownerSchema,
  /** msg_ctime, sem_ctime, shm_ctime: creation, or the last IPC_SET (for sets also SETVAL and SETALL). Whole seconds. */
  changedAt: moment,
};
