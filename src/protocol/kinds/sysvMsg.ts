/** System V message queues: facts (struct msqid_ds, msgctl(2)) and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment, pastSchema, sysvBase } from '../facts';
import { asked, createBase, created, waitParameter } from '../inputs';
import { refSchema } from '../ref';
import { alterParameters, destroyed, destroyParameters, queueIdentity } from './identity';
import type { KindContract } from './kind';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const MAX_LONG = (1n << 63n) - 1n;

const smallType = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));
const largeType = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{15,18}$/),
  v.check((text) => BigInt(text) > MAX_SAFE && BigInt(text) <= MAX_LONG, 'range'),
);
/** A message type: a positive long (msgop(2)); beyond 2^53, where numbers lose digits, a decimal string. */
export const messageType = v.union([smallType, largeType]);
export type MessageType = v.InferOutput<typeof messageType>;

/** A type as typed by a person; undefined where it is none (not whole, not positive, beyond a long). */
export function parseMessageType(text: string): MessageType | undefined {
  const digits = text.trim().replace(/^0+(?=\d)/, '');
  if (!/^\d{1,19}$/.test(digits)) return undefined;
  const parsed = v.safeParse(messageType, BigInt(digits) > MAX_SAFE ? digits : Number(digits));
  return parsed.success ? parsed.output : undefined;
}

/** One queued message. `index` counts from the oldest. */
export const messageSchema = v.object({
  index: count,
  type: messageType,
  content: bytesSchema,
});
export type Message = v.InferOutput<typeof messageSchema>;

/** MSG_NOERROR: take at most so many bytes; what a longer message has beyond them is discarded. */
const truncate = v.optional(count);
/**
 * What a receive is to take, by the rules of msgrcv(2): `oldest` (type 0), `type` (> 0: the oldest of it), `upTo` (< 0: the
 * lowest type that is `type` or less, the oldest of it), `except` (MSG_EXCEPT: the oldest of any other type).
 */
export const receiveRule = v.variant('rule', [
  v.object({ rule: v.literal('oldest'), truncate }),
  v.object({ rule: v.literal('type'), type: messageType, truncate }),
  v.object({ rule: v.literal('upTo'), type: messageType, truncate }),
  v.object({ rule: v.literal('except'), type: messageType, truncate }),
]);
export type ReceiveRule = v.InferOutput<typeof receiveRule>;
const askedRule = asked('receiveRule', receiveRule);

/** The largest portion of one peek, in messages: each costs a walk from the head of the queue. */
export const PEEK_MOST = 500;

const object = v.object({
  kind: v.literal('sysv.msg'),
  ...sysvBase,
  /** msg_qnum */
  messages: count,
  /** msg_cbytes: bytes queued */
  bytes: count,
  /** msg_qbytes: the limit of bytes, and of messages; unknown until read by MSG_STAT_ANY */
  maxBytes: v.optional(count),
  /** msg_lspid at msg_stime */
  lastSend: v.nullable(pastSchema),
  /** msg_lrpid at msg_rtime */
  lastReceive: v.nullable(pastSchema),
});

export const sysvMsg = {
  kind: 'sysv.msg',
  foundBy: 'kernel',
  object,
  flags: [],
  abilities: {
    /** The queue as it is at this moment, not at the last refresh. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    create: {
      parameters: v.object(createBase),
      result: created,
    },
    /** Sends without blocking (IPC_NOWAIT), or waits for room. */
    send: {
      parameters: v.object({
        ref: refSchema,
        type: asked('messageType', messageType),
        content: asked('content', bytesSchema),
        wait: waitParameter,
      }),
      result: v.object({ bytes: count }),
    },
    /**
     * Copies up to `count` messages from position `from` on (MSG_COPY), which changes nothing in the queue. `moved` says that somebody sent
     * or received meanwhile, so that positions may have shifted. `more`: the queue goes on behind the last one.
     */
    peek: {
      parameters: v.object({
        ref: refSchema,
        from: count,
        count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PEEK_MOST)),
      }),
      result: v.object({
        messages: v.array(messageSchema),
        total: count,
        more: v.boolean(),
        moved: v.boolean(),
        readAt: moment,
      }),
    },
    /** First half of a receive: a copy of what the rule would take now, whole. The queue stays as it is. */
    copy: {
      parameters: v.object({ ref: refSchema, rule: askedRule }),
      result: messageSchema,
    },
    /**
     * Second half: takes by the same rule (IPC_NOWAIT, or with `wait` as soon as there is one) and answers with what was really taken. The
     * helper keeps it until `acknowledge`; when the caller dies before that, it writes it into the folder of `recovery` as a file of
     * mode 0600, with the fields of `entry`.
     */
    take: {
      parameters: v.object({
        ref: refSchema,
        rule: askedRule,
        wait: waitParameter,
        recovery: v.optional(v.object({ folder: v.string(), entry: v.record(v.string(), v.unknown()) })),
      }),
      result: v.object({
        token: count,
        type: messageType,
        content: bytesSchema,
        takenAt: moment,
      }),
    },
    /** The caller has stored what `take` gave it. */
    acknowledge: { parameters: v.object({ token: count }), result: v.object({}) },
    /** IPC_SET. More than msgmnb bytes needs CAP_SYS_RESOURCE. */
    alter: {
      parameters: alterParameters(queueIdentity, {
        maxBytes: v.optional(asked('size', v.pipe(count, v.minValue(1)))),
      }),
      result: v.object({}),
    },
    destroy: { parameters: destroyParameters(queueIdentity), result: destroyed },
  },
} as const satisfies KindContract;

export type QueueObject = v.InferOutput<typeof object>;
export type PeekResult = v.InferOutput<typeof sysvMsg.abilities.peek.result>;
