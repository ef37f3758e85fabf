/** System V message queues: facts (struct msqid_ds, msgctl(2)) and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment, pastSchema, permissions, sysvBase } from '../facts';
import { refSchema } from '../ref';
import { destroyed, destroyParameters, queueIdentity } from './identity';
import type { KindContract } from './kind';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const MAX_LONG = (1n << 63n) - 1n;

/** A key that a user may ask for: 32 bits; 0 is IPC_PRIVATE, a queue that no key finds. */
export const keySchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
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

/** What `receive` is to take: the oldest message, or the oldest of one type. */
export const receiveRule = v.variant('rule', [
  v.object({ rule: v.literal('oldest') }),
  v.object({ rule: v.literal('type'), type: messageType }),
]);
export type ReceiveRule = v.InferOutput<typeof receiveRule>;

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
  object,
  flags: [],
  abilities: {
    /** The queue as it is at this moment, not at the last refresh. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    create: {
      parameters: v.object({ key: keySchema, mode: permissions, exclusive: v.boolean() }),
      result: v.object({ ref: refSchema, id: count }),
    },
    /** Sends without blocking (IPC_NOWAIT). */
    send: {
      parameters: v.object({ ref: refSchema, type: messageType, content: bytesSchema }),
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
    /** First half of a receive: a copy of what the rule would take now. The queue stays as it is. */
    copy: {
      parameters: v.object({ ref: refSchema, rule: receiveRule }),
      result: messageSchema,
    },
    /**
     * Second half: takes by the same rule (IPC_NOWAIT) and answers with what was really taken. The helper keeps it until `acknowledge`;
     * when the caller dies before that, it writes it into the folder of `recovery` as a file of mode 0600, with the fields of `entry`.
     */
    take: {
      parameters: v.object({
        ref: refSchema,
        rule: receiveRule,
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
    destroy: { parameters: destroyParameters(queueIdentity), result: destroyed },
  },
} as const satisfies KindContract;

export type QueueObject = v.InferOutput<typeof object>;
export type PeekResult = v.InferOutput<typeof sysvMsg.abilities.peek.result>;
