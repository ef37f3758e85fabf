/** A process, as the snapshot tells it, and as somebody sees it who looks closely at it. */
import * as v from 'valibot';
import { bigCount, count, moment } from './numbers';
import { type Wait, waitSchema } from './waits';
import { inotifyUseSchema, watcherSchema } from './watchers';

/** Threads of one process that are told one by one; of more only their number is known. */
export const THREADS_MOST = 512;

const threadSchema = v.object({
  tid: count,
  /** One letter, as that of a process. */
  state: v.string(),
  /** Where it differs from that of the process. */
  name: v.optional(v.string()),
  /** What it waits for, with the objects; `runs`: it has a CPU or waits for one. Absent: not known, or it is stopped or has ended. */
  wait: v.optional(v.union([v.literal('runs'), waitSchema])),
});
export type Thread = v.InferOutput<typeof threadSchema>;

/** What names a process. */
const identity = {
  pid: count,
  /** Field 22 of /proc/PID/stat as text: clock ticks after boot. */
  startTime: v.string(),
  /** One letter, as in proc(5): R, S, D, T, t, Z, ... */
  state: v.string(),
  /** The 15 bytes of comm; bytes that are no UTF-8 stand as \xNN, and then `nameBytes` has them as they are. */
  name: v.string(),
  nameBytes: v.optional(v.string()),
  /** The arguments joined by spaces; empty for kernel threads; absent where it may not be read. */
  command: v.optional(v.string()),
  uid: v.optional(count),
};

/** Masks of signals as hexadecimal text, bit n-1 for signal n (proc(5), status). */
const mask = v.string();

/** Relatives, members and children that are told one by one; of more only the number. */
export const RELATIVES_MOST = 200;

/** What getrlimit(2) bounds of what concerns IPC. */
export const PROCESS_LIMITS = ['files', 'locked', 'queueBytes', 'signals', 'processes'] as const;
export type ProcessLimit = (typeof PROCESS_LIMITS)[number];

const limit = v.object({
  limit: v.picklist(PROCESS_LIMITS),
  /** What may be used, and how far the process may raise that; null: there is no limit. Bytes, or how many. */
  soft: v.nullable(bigCount),
  hard: v.nullable(bigCount),
  /** Absent: nobody tells. */
  use: v.optional(bigCount),
  /** There may be more, of processes that do not show. */
  atLeast: v.optional(v.literal(true)),
  /** Whose use counts: of the process, or of all that its user has. */
  who: v.picklist(['process', 'user']),
});
export type LimitOfProcess = v.InferOutput<typeof limit>;

/** A process that another names by its pid. */
const relative = v.object(identity);

/** What is told of one that somebody looks at closely. */
const details = v.object({
  /** ShdPnd: signals that any thread may take. What waits for one thread alone stands with it. */
  pending: mask,
  /**
   * Of each thread: SigPnd and SigBlk; and since when one that sleeps has not run, also where nobody may know in which call it is. `atLeast`: since then at least. Absent: it is not asleep, or nobody knows.
   */
  threads: v.array(
    v.object({
      ...{ tid: count, pending: mask, blocked: mask },
      since: v.optional(moment),
      atLeast: v.optional(v.literal(true)),
    }),
  ),
  /** SIGRTMIN as its C library counts: 34 in glibc, 35 in musl. Absent: not known. */
  realTime: v.optional(count),
  /** Real, effective and saved. */
  uids: v.optional(v.object({ real: count, effective: count, saved: count })),
  /** Its signalfds, with what they tell of. Absent: they may not be looked at. */
  signalfds: v.optional(v.array(v.object({ fd: count, signals: mask }))),
  /** What it watches by descriptors, in their order. Absent: they may not be looked at. */
  watchers: v.optional(v.array(watcherSchema)),
  /** Of one with an inotify. An inotify that several processes share counts with each. */
  inotify: v.optional(inotifyUseSchema),
  /**
   * Signals that it ignores or blocks as an unbroken line of living ancestors does, so that it may have them from there: `from` is the one farthest up. What it set by itself looks the same.
   */
  inherited: v.array(v.object({ is: v.picklist(['ignored', 'blocked']), signals: mask, from: count })),
  /** Pids, the lowest first, RELATIVES_MOST at most, and how many there are. */
  children: v.array(count),
  childCount: count,
  /** The same of its process group, itself included; absent: its group is of another pid namespace. */
  members: v.optional(v.array(count)),
  memberCount: v.optional(count),
  /** The group in the foreground of its terminal: who gets Ctrl+C. */
  foreground: v.optional(v.array(count)),
  /**
   * Pipes and sockets above standard error that children have under the same number, and that it would not have to hand down (no O_CLOEXEC). Absent: they may not be looked at.
   */
  handedDown: v.optional(
    v.array(
      v.object({ fd: count, type: v.picklist(['pipe', 'socket']), inode: v.string(), to: v.array(count) }),
    ),
  ),
  /** Limits that concern IPC, with their use. Absent: they may not be read. */
  limits: v.optional(v.array(limit)),
  /** The living processes that are named here by their pids, as far as they show. */
  relatives: v.array(relative),
});
export type ProcessDetails = v.InferOutput<typeof details>;

/** A living process. */
export const processSchema = v.object({
  ...identity,
  /** The rest only where somebody looks at processes (`Interest.processes`). */
  parent: v.optional(count),
  /** Where its parent is not reported itself: that one's parent and so on, up to the first that is. */
  ancestors: v.optional(v.array(count)),
  /** Who traces it (ptrace(2)), as far as this pid namespace shows it; null: none. */
  tracer: v.optional(v.nullable(count)),
  /** Process group and session; 0: of another pid namespace. */
  group: v.optional(count),
  session: v.optional(count),
  /** null: it has none. `device`: st_rdev, decimal text. `foregroundGroup`: the process group that may read from it; null: none. */
  terminal: v.optional(v.nullable(v.object({ device: v.string(), foregroundGroup: v.nullable(count) }))),
  /** Of one that is stopped: the signal that did it, as SIGTTIN for who wanted to read from its terminal in the background. Absent: not known. */
  stoppedBy: v.optional(count),
  /** Held by a freezer (cgroups(7)). Absent: not known. */
  frozen: v.optional(v.boolean()),
  threadCount: v.optional(count),
  /** Of one that waits for a child: how many it has, also such as are not reported. */
  childCount: v.optional(count),
  /** Of more than THREADS_MOST first those that wait on objects. */
  threads: v.optional(v.array(threadSchema)),
  /** Paths; absent where they may not be read. */
  workingDirectory: v.optional(v.string()),
  executable: v.optional(v.string()),
  /** Masks as hexadecimal text, bit n-1 for signal n (proc(5), status). */
  signals: v.optional(
    v.object({
      pending: v.string(),
      blocked: v.string(),
      ignored: v.string(),
      caught: v.string(),
      queued: v.object({ count, limit: count }),
    }),
  ),
  /** Only of those that somebody looks at closely (`Interest.details`). */
  details: v.optional(details),
});
export type Process = v.InferOutput<typeof processSchema>;

/** What the threads of a process wait for, whether on objects or not; undefined where that was not looked at. */
export function waitsOf({ threads }: Pick<Process, 'threads'>): Wait[] | undefined {
  return threads?.flatMap(({ wait }) => (wait === undefined || wait === 'runs' ? [] : [wait]));
}
