/**
 * What a thread waits for: the call in which it is blocked, and on what, typed. No text of a language and no notation in here: each face makes its own
 * words of it (presentation/waits.ts).
 */
import * as v from 'valibot';
import { bytesSchema } from './bytes';
import { bigCount, bigInteger, count, moment } from './numbers';
import { type Ref, refSchema } from './ref';

const direction = v.picklist(['read', 'write']);
/** `read`: until something can be read, somebody connects, somebody writes. `write`: until there is room. */
export type Direction = v.InferOutput<typeof direction>;

/** flock(2); F_SETLK and F_OFD_SETLK of fcntl(2). */
export const lockType = v.picklist(['flock', 'posix', 'ofd']);
export const lockMode = v.picklist(['shared', 'exclusive']);
/** First and last byte; no `end`: to the end of the file, wherever that will be. */
export const lockedRange = { start: bigCount, end: v.optional(bigCount) };

/** The object of a wait. Only of one that stands in the snapshot; absent in the waits of an endpoint, which are all on the object of the endpoint. */
const ref = v.optional(refSchema);

/** Descriptors, operations and the like that a wait names one by one; of more only the number. */
export const WAITED_MOST = 20;

/** What a descriptor is of, where it is none of our objects or that was not looked at. */
export const DESCRIPTOR_TYPES = [
  ...(['pipe', 'fifo', 'socket', 'queue', 'file', 'device', 'terminal', 'eventfd', 'signalfd'] as const),
  ...(['timerfd', 'inotify', 'epoll', 'pidfd', 'other'] as const),
] as const;
export type DescriptorType = (typeof DESCRIPTOR_TYPES)[number];

const waitedDescriptor = v.object({
  fd: v.pipe(v.number(), v.integer()),
  direction,
  /** The number leads elsewhere by now, or nowhere: what was added to the epoll under it is waited for. */
  moved: v.optional(v.literal(true)),
  ref,
  type: v.optional(v.picklist(DESCRIPTOR_TYPES)),
});
export type WaitedDescriptor = v.InferOutput<typeof waitedDescriptor>;

/** A descriptor that may be meant; `direction` absent: either way. */
const candidate = v.object({
  fd: v.pipe(v.number(), v.integer()),
  direction: v.optional(direction),
  type: v.optional(v.picklist(DESCRIPTOR_TYPES)),
});

/** How many more there are than are named. `moreAtLeast`: not all could be looked at, so that there may be more still. */
const more = { more: v.optional(count), moreAtLeast: v.optional(v.literal(true)) };

const operation = v.object({
  /** sem_num */
  number: count,
  /** sem_op: 0 waits for zero. */
  change: v.pipe(v.number(), v.integer()),
  /** SEM_UNDO: given back when the process ends. */
  undo: v.boolean(),
});
export type WaitedOperation = v.InferOutput<typeof operation>;

/** msgtyp and MSG_EXCEPT of msgrcv(2), as a person means them. */
const wantedType = v.variant('is', [
  v.object({ is: v.literal('any') }),
  v.object({ is: v.literal('type'), type: bigInteger }),
  /** The lowest type that is no higher. */
  v.object({ is: v.literal('upTo'), type: bigInteger }),
  v.object({ is: v.literal('except'), type: bigInteger }),
]);

const waitOn = v.variant('is', [
  /** read(2), write(2), accept(2), poll(2), select(2), epoll_wait(2), splice(2), mq_receive(3) and the like: until one of these is ready. */
  v.object({
    is: v.literal('descriptors'),
    of: v.pipe(v.array(waitedDescriptor), v.maxLength(WAITED_MOST)),
    ...more,
    /** They are watched by this epoll: what is meant are the files that were added, whatever the numbers lead to by now. */
    through: v.optional(v.object({ epoll: v.pipe(v.number(), v.integer()) })),
    /** sendto(2) or sendmsg(2) with an address: to whom it sends, as the kernel has it (a path, `@` and an abstract name, address and port). It waits for room there. */
    to: v.optional(v.string()),
  }),
  /** open(2) of a FIFO, until somebody opens it the other way: `direction` is its own. */
  v.object({
    is: v.literal('path'),
    /** As it was given to the call; bytes that are no UTF-8 stand as \xNN, and then `pathBytes` has all as they are. Absent: it may not be read. */
    path: v.optional(v.string()),
    pathBytes: v.optional(bytesSchema),
    direction,
    ref,
  }),
  /** connect(2), until the backlog has room or the other side answers. `ref`: of the socket that connects. */
  v.object({
    is: v.literal('connect'),
    fd: v.pipe(v.number(), v.integer()),
    /** Whom it connects to, as the kernel has it: a path, `@` and an abstract name, address and port. */
    address: v.optional(v.string()),
    ref,
  }),
  /** semop(2): all of them at once. Absent `of`: the operations may not be read. */
  v.object({
    is: v.literal('operations'),
    of: v.optional(v.pipe(v.array(operation), v.maxLength(WAITED_MOST))),
    more: v.optional(count),
    ref,
  }),
  /** msgrcv(2). */
  v.object({ is: v.literal('receive'), type: wantedType, ref }),
  /** msgsnd(2). `type`: absent where the message may not be read. */
  v.object({ is: v.literal('send'), type: v.optional(bigInteger), bytes: bigCount, ref }),
  /** futex(2), and sem_wait(3), pthread_mutex_lock(3) and all that is made of it: until somebody wakes who sleeps on this word. */
  v.object({
    is: v.literal('word'),
    /** In the memory of the thread's process, hexadecimal with 0x. */
    address: v.string(),
    /** False: FUTEX_PRIVATE_FLAG, only other threads of the process can wake it. */
    shared: v.boolean(),
    /** The memory in which it lies, and where in it, in bytes. */
    ref,
    offset: v.optional(bigCount),
    what: v.optional(v.picklist(['mutex', 'semaphore'])),
    /** futex_waitv(2): so many other words would do as well, of which this is the first. */
    or: v.optional(count),
  }),
  /** pthread_join(3): until another thread of the process has ended, of this number. */
  v.object({ is: v.literal('thread'), number: count }),
  /** wait4(2), waitid(2): for a child, by pid, process group or pidfd (`number`). */
  v.object({
    is: v.literal('children'),
    who: v.picklist(['any', 'pid', 'group', 'ownGroup', 'pidfd']),
    number: v.optional(count),
  }),
  /** vfork(2), or a clone(2) like it: until the child has run exec or has ended. */
  v.object({ is: v.literal('vfork') }),
  /** flock(2), or a lock of fcntl(2), on the file of this descriptor. */
  v.object({
    is: v.literal('lock'),
    fd: v.pipe(v.number(), v.integer()),
    /** Absent: it may not be read. */
    type: v.optional(lockType),
    mode: v.optional(lockMode),
    /** Absent also where it is counted from the end of the file, or from where its position is. */
    start: v.optional(bigCount),
    end: v.optional(bigCount),
    ref,
  }),
  /** sigwait(3), pause(2): for one of these; absent: which is not known. */
  v.object({ is: v.literal('signals'), signals: v.optional(v.array(count)) }),
  /** The clock alone. */
  v.object({ is: v.literal('time') }),
  /** The kernel does not tell, or we do not know this call so well; at most which way. */
  v.object({
    is: v.literal('unknown'),
    direction: v.optional(direction),
    /** The call is hidden: it waits on one of these descriptors of its process, and on which nobody can tell. */
    candidates: v.optional(v.pipe(v.array(candidate), v.maxLength(WAITED_MOST))),
    more: v.optional(count),
  }),
]);
/** On what a thread waits. What is not known of it is absent. */
export type WaitOn = v.InferOutput<typeof waitOn>;
// By the name of its type: what is made of it would be too deep to be inferred.
export const waitOnSchema: v.GenericSchema<unknown, WaitOn> = waitOn;
/** One sort of it. */
export type WaitOnOf<Is extends WaitOn['is']> = Extract<WaitOn, { is: Is }>;

const wait = v.object({
  tid: count,
  /** The name of the call as the kernel has it; where the call is hidden, what stands for it where the thread sleeps. */
  call: v.string(),
  on: waitOnSchema,
  /** False: the kernel does not tell the call, only where the thread sleeps, or what it names may be something else by now. */
  certain: v.boolean(),
  /**
   * Why it is thought to be on this object. `elimination`: the call is hidden, and this is the only descriptor of its process that can be meant. `path`: the path that it opens leads to this FIFO now, and
   * nothing proves that it did when the thread went to sleep.
   */
  by: v.optional(v.picklist(['elimination', 'path'])),
  /** Since when the thread has not run; after a stop (SIGSTOP) that is since it was continued. Absent: not known, or nobody asked. */
  since: v.optional(moment),
  /** It has waited since then at least. */
  atLeast: v.optional(v.literal(true)),
  /** Milliseconds that the call was given; true: some, how many is not known; null: it waits for ever. Absent: not known. */
  timeout: v.optional(v.nullable(v.union([count, v.literal(true)]))),
});
/** A thread that is blocked in a call. */
export type Wait = v.InferOutput<typeof wait>;
export const waitSchema: v.GenericSchema<unknown, Wait> = wait;

/** Whether a thread waits to read, to write, or both; in its wait on one descriptor where that is named in it. */
export function directionsOf(on: WaitOn, fd?: number): readonly Direction[] {
  switch (on.is) {
    case 'descriptors': {
      const named = on.of.filter((one) => one.fd === fd && one.moved === undefined);
      return (named.length > 0 ? named : on.of).map((one) => one.direction);
    }
    case 'path':
      return [on.direction];
    case 'connect':
      return ['write'];
    case 'unknown':
      return on.direction ? [on.direction] : [];
    default:
      return [];
  }
}

/** The object on which a thread of a process waits; of several that it watches the first that stands in the snapshot. */
export function refOfWait({ on }: Pick<Wait, 'on'>): Ref | undefined {
  if (on.is === 'descriptors') return on.of.find((one) => one.ref !== undefined)?.ref;
  return 'ref' in on ? on.ref : undefined;
}
