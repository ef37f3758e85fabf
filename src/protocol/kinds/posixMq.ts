/** POSIX message queues (mq_overview(7)): facts (struct mq_attr, and the text that a queue's file gives) and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment, permissions, watchedBase } from '../facts';
import { alterBase, asked, waitParameter } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { posixBase, posixCreateBase, posixCreated } from './posix';

/** sysconf(_SC_MQ_PRIO_MAX) - 1 */
export const PRIORITY_MOST = 32_767;
const priority = v.pipe(count, v.maxValue(PRIORITY_MOST));

/** One message. `index` counts from the one that a receive takes first: the highest priority, and of that the oldest. */
export const mqMessageSchema = v.object({ index: count, priority, content: bytesSchema });

const object = v.object({
  kind: v.literal('posix.mq'),
  ...posixBase,
  ...watchedBase,
  /** mq_curmsgs, mq_maxmsg, mq_msgsize (bytes). Absent where its mode lets us not look and no process that we may look at has it open. */
  messages: v.optional(count),
  maxMessages: v.optional(count),
  messageSize: v.optional(count),
  /** Details, as is `notify`: reading it moves the access and change times of the queue's file (ipc/mqueue.c). QSIZE: bytes queued */
  bytes: v.optional(count),
  /** Who is told when a message comes to the empty queue (mq_notify(3)): by a signal, a thread, or not at all. null: nobody is registered. `pid` 0: outside our pid namespace. */
  notify: v.optional(
    v.nullable(
      v.object({
        how: v.picklist(['signal', 'none', 'thread']),
        signal: v.optional(count),
        pid: count,
      }),
    ),
  ),
});

/** Where a message goes that was taken and not acknowledged: as of sysv.msg `take`. */
const recovery = v.optional(v.object({ folder: v.string(), entry: v.record(v.string(), v.unknown()) }));

export const posixMq = {
  kind: 'posix.mq',
  foundBy: 'holders',
  object,
  /** empty, full: by its counts. unlinked: its name is gone, and it goes with the last descriptor. */
  flags: ['empty', 'full', 'unlinked'],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    /** mq_open(3) with O_CREAT | O_EXCL. More than the limits of /proc/sys/fs/mqueue: EINVAL, with `limit`. */
    create: {
      parameters: v.object({
        ...posixCreateBase,
        maxMessages: asked('count', v.pipe(count, v.minValue(1))),
        messageSize: asked('size', v.pipe(count, v.minValue(1))),
      }),
      result: posixCreated,
    },
    /** mq_send(3). Without `wait`: EAGAIN where it is full. EMSGSIZE: longer than `messageSize`. */
    send: {
      parameters: v.object({
        ref: refSchema,
        priority: asked('priority', priority),
        content: asked('content', bytesSchema),
        wait: waitParameter,
      }),
      result: v.object({ bytes: count }),
    },
    /**
     * mq_receive(3): takes the first message. There is no copy beforehand: should the helper be killed between the kernel and its answer, this one message is lost (at most one);
     * say so before. `nothing` where it is empty. The helper keeps it until `acknowledge`, as `take` of sysv.msg.
     */
    take: {
      parameters: v.object({ ref: refSchema, wait: waitParameter, recovery }),
      result: v.object({ token: count, priority, content: bytesSchema, takenAt: moment }),
    },
    acknowledge: { parameters: v.object({ token: count }), result: v.object({}) },
    /**
     * Looks by taking every message and sending all back in their order, since the kernel knows no other way. Disturbs: others may take or send in between, and a registration of
     * mq_notify is used up. Fails with `disturbs` (`detail.why`: `registered`, `waiting`, or `hidden`: processes that may not be looked at might wait) unless `insist`. What could not be sent
     * back (somebody filled the queue) stands in `left`, and is kept under `token` until `acknowledge`; without `token` nothing is left.
     */
    drainAndRestore: {
      parameters: v.object({ ref: refSchema, insist: v.optional(asked('insist', v.boolean())), recovery }),
      result: v.object({
        messages: v.array(mqMessageSchema),
        /** Indices of those that could not be sent back. */
        left: v.array(count),
        token: v.optional(count),
        /** The journal that has those in `left`: each is known by it and its index (`drainJournal.ts`), whoever stores it. */
        journal: v.optional(v.string()),
        /** Somebody sent or received in between, as far as the counts tell. */
        moved: v.boolean(),
        readAt: moment,
      }),
    },
    /** fchmod(2), fchown(2); at least one. */
    alter: {
      parameters: v.object({ ref: refSchema, ...alterBase }),
      result: v.object({ mode: permissions }),
    },
    /** mq_unlink(3), if the name still is this queue's. Who has it open keeps it. */
    destroy: { parameters: v.object({ ref: refSchema }), result: v.object({}) },
  },
} as const satisfies KindContract;

export type MqObject = v.InferOutput<typeof object>;
export type DrainResult = v.InferOutput<typeof posixMq.abilities.drainAndRestore.result>;
