/** The calls of the helper: JSON-RPC over its stdin and stdout. */
import * as v from 'valibot';
import { count, moment } from './facts';
import { diagnosisSchema, whySchema } from './findings';
import { objectSchema } from './kinds';
import { limitsAnswer } from './limits';
import { sessionOrder, sessionState } from './kinds/socket';
import { kindSchema, refSchema, subjectKindSchema } from './ref';
import { thresholdsSchema } from './thresholds';
import { blindSchema, hostSchema, processSchema, snapshotSchema } from './snapshot';

/** Milliseconds after which an open `changes` answers although nothing differs, so that a dead helper is noticed. */
export const KEEP_ALIVE = 10_000;

/** How closely somebody looks at a kind: how many there are, or what a tree row shows. */
export const levelSchema = v.picklist(['count', 'rows']);
export type Level = v.InferOutput<typeof levelSchema>;

const foldersSchema = v.array(v.pipe(v.string(), v.startsWith('/'), v.maxLength(4096)));

/** What somebody looks at: nothing is read that is not in here. `details`: the objects that a panel shows. */
export const interestSchema = v.object({
  levels: v.record(kindSchema, v.optional(levelSchema)),
  details: v.array(refSchema),
  /** Processes in full: all that have IPC, with state, signals and what their threads wait for. */
  processes: v.optional(v.boolean()),
  /** What is wrong on the machine. For this the helper looks at everything, at a pace of its own. */
  findings: v.optional(v.boolean()),
  /** From when on the rules speak; absent: as they do by themselves. */
  thresholds: v.optional(thresholdsSchema),
  /** Of findings: it is enough to look every ten seconds or so. */
  calm: v.optional(v.boolean()),
  /**
   * Absolute paths of the workspace's folders and of those configured. FIFOs under them are objects also while nobody has them open, and a file in them
   * is a `mapping` as soon as one process maps it shared and writes. Absent: FIFOs as they were asked for last.
   */
  folders: v.optional(foldersSchema),
});
export type Interest = v.InferOutput<typeof interestSchema>;

/** Asks for what differs from answer `seq` of `epoch`; any other epoch or seq gets everything (`full`). */
export const changesParameters = v.object({
  epoch: v.nullable(v.string()),
  seq: count,
  interest: interestSchema,
  /** Milliseconds between the end of one census and the start of the next. */
  interval: v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(600_000)),
  /** Milliseconds after which an answer is due although nothing differs, KEEP_ALIVE at most; absent: that. */
  keepAlive: v.optional(v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(KEEP_ALIVE))),
  /** True: take a census now, whenever the last one ended (an explicit refresh, a grown interest). */
  fresh: v.optional(v.boolean()),
  /** True, with `fresh`: nothing is taken for unchanged because its process has not run since (a user who asks for a refresh doubts what is shown). */
  thorough: v.optional(v.boolean()),
});
export type ChangesParameters = v.InferOutput<typeof changesParameters>;

/** Milliseconds within which a look is answered: kinds that it has not reached by then are `pending`. */
export const ANSWER_BOUND = 2000;

/**
 * One atomic batch of whole objects. `removed` means gone; what fell out of interest is not named. A machine under load is not read within ANSWER_BOUND: then the answer
 * has the kinds that were read, and the next ones have the others. `pending.ts` has what a receiver makes of that.
 */
export const batchSchema = v.object({
  epoch: v.string(),
  seq: count,
  full: v.boolean(),
  startedAt: moment,
  endedAt: moment,
  host: hostSchema,
  counts: v.record(kindSchema, v.optional(count)),
  added: v.array(objectSchema),
  changed: v.array(objectSchema),
  removed: v.array(refSchema),
  /** Every process that the objects name, those of pending kinds as they were; absent: as in the last answer. */
  processes: v.optional(v.array(processSchema)),
  blind: v.array(blindSchema),
  /**
   * Kinds of the interest that were not read in time: nothing in this answer is of them, neither objects nor counts, usage or blind spots, and nothing of them is said to be
   * gone. The receiver keeps what it has, as of when it got it. Those of a `full` answer are whole in `added` once they are not pending any more.
   */
  pending: v.array(kindSchema),
  /** What is wrong, from a whole look, whatever is pending; absent: as in the last answer, or not known yet, or not asked for. */
  diagnosis: v.optional(diagnosisSchema),
});
export type Batch = v.InferOutput<typeof batchSchema>;

/** An act on an object, a process or a kind: `parameters` and the result follow the ability's own schema. */
export const actParameters = v.object({
  kind: subjectKindSchema,
  ability: v.string(),
  parameters: v.unknown(),
});

/** What the helper says of itself when asked. `problem`: the native part could not be loaded, and why (for the log). */
export const helloResult = v.object({
  version: v.string(),
  pid: count,
  /** Of this boot of the machine; absent with a problem. */
  bootId: v.optional(v.string()),
  problem: v.optional(v.string()),
});

/** Every request, with the schemas of both directions. */
export const calls = {
  hello: { parameters: v.object({}), result: helloResult },
  changes: { parameters: changesParameters, result: batchSchema },
  /** `folders` as in an interest. `everybody`: with every process that shows, not only those that have to do with objects. */
  snapshot: {
    parameters: v.object({ folders: v.optional(foldersSchema), everybody: v.optional(v.literal(true)) }),
    result: snapshotSchema,
  },
  act: { parameters: actParameters, result: v.unknown() },
  /**
   * Why a process waits, or who waits for an object and why: `subject` is either. Answered as of a look that begins once `after` is over, which it waits for; absent: now, so that
   * what was there when it was asked is found. Whoever asks again with `seenAt` hears at the pace at which the machine is looked at for its troubles; `fresh`: a look is due at once.
   */
  why: {
    parameters: v.object({ subject: refSchema, after: v.optional(moment), fresh: v.optional(v.boolean()) }),
    result: whySchema,
  },
  /** Every limit of IPC, and how much of it is used: a look at all that is counted, so whoever asks again and again lets some time go by. */
  limits: { parameters: v.object({}), result: limitsAnswer },
  /** Ends a waiting or holding act at once; what it had taken already is still delivered. `gone` where there is none of this number. */
  endAct: { parameters: v.object({ act: count }), result: v.object({}) },
  /**
   * What happened in a session (`talk`, `listen`) behind event `after`; stays open until there is something, the session ends, or KEEP_ALIVE is over. `gone` where there is
   * none of this number. One reader at a time: a newer request ends an older one as `superseded`.
   */
  session: { parameters: v.object({ act: count, after: count }), result: sessionState },
  /** Tells a session to do something, and answers when it is done. Its failures are the call's (EPIPE, EMSGSIZE, ...); `gone` where there is no such session or connection. */
  tell: { parameters: v.object({ act: count, order: sessionOrder }), result: v.object({}) },
} as const;
export type Call = keyof typeof calls;
export type CallParameters<C extends Call> = v.InferOutput<(typeof calls)[C]['parameters']>;
export type CallResult<C extends Call> = v.InferOutput<(typeof calls)[C]['result']>;
