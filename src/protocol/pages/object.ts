/** What the page of an object and the extension host say to each other. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment } from '../facts';
import { cureSchema } from '../findings';
import { objectSchema } from '../kinds';
import { sessionEventSchema, sessionOrder, sessionState, socketType } from '../kinds/socket';
import { messageType, receiveRule, sysvMsg } from '../kinds/sysvMsg';
import { refSchema } from '../ref';
import { hostSchema, processSchema } from '../snapshot';
import type { RequestOf, RequestParameters, RequestResult } from './channel';
import { frameRequests, nothing, openRequest, pageMemory, readyRequest } from './frame';
import { findingNameSchema, verdictSchema } from './verdict';

/** How many are hidden, where that can be known. */
const hiddenCount = v.union([count, v.literal('unknown')]);
export type HiddenCount = v.InferOutput<typeof hiddenCount>;

export const panelState = v.object({
  /**
   * `loading`: not found yet. `present`. `gone`: it was here (then `object` is how it was last seen).
   * `otherBoot`: restored from before a restart of the machine. `noHelper`: nothing can be read at present.
   */
  status: v.picklist(['loading', 'present', 'gone', 'otherBoot', 'noHelper']),
  memory: pageMemory,
  object: v.optional(objectSchema),
  /** Of a socket that is connected: the one at the other end, where it is listed too. */
  peer: v.optional(objectSchema),
  /** The processes that the object names. */
  processes: v.array(processSchema),
  /** What some of these do by themselves, by `processKey`: that they are stopped, and what they wait for elsewhere. In words. */
  doing: v.record(v.string(), v.array(v.string())),
  /** What is wrong with it, the gravest first, and how much more is; none where nobody knows. */
  verdicts: v.array(verdictSchema),
  moreVerdicts: count,
  /** How many processes may not be looked at: they might hold the object or wait on it too. `unknown`: there may be some, and nobody can count them. */
  hiddenProcesses: hiddenCount,
  /** What it means that it was not found when it was looked for last, as `presentation/absence.ts` has it. */
  absence: v.optional(v.picklist(['proved', 'notSeen', 'notLooked'])),
  /** What could not be looked at of this object: sentences that say why, and what would show it. */
  hidden: v.optional(v.array(v.string())),
  host: v.optional(hostSchema),
  /** The window is trusted; in Restricted Mode panels only show. */
  trusted: v.boolean(),
  /** When `object` was read. */
  readAt: v.optional(moment),
  /** The machine is so busy that its kind was not read in time since then. */
  pending: v.boolean(),
  /** When it was first missed. */
  goneAt: v.optional(moment),
  /** False: paused by the user; then nothing is read until it is switched on again. */
  live: v.boolean(),
  /** True: nothing newer could be read for longer than the interval promises. */
  stale: v.optional(v.boolean()),
  /** Milliseconds between two refreshes. */
  interval: count,
});
export type PanelState = v.InferOutput<typeof panelState>;

/** One line of the history of a queue or FIFO. What was received stays until it is dismissed, also over a restart. */
export const historyEntry = v.object({
  id: v.string(),
  /** What it was given to or taken from. */
  ref: refSchema,
  at: moment,
  /** `uncertain`: a copy was stored, but whether the message was then taken could not be learned. */
  what: v.picklist(['sent', 'received', 'uncertain']),
  /** Of a System V message; those of a POSIX queue and bytes of a FIFO have none. */
  type: v.optional(messageType),
  /** Of a message of a POSIX queue. */
  priority: v.optional(count),
  content: bytesSchema,
  /** What was taken is not what was copied before: somebody else received in between. */
  differed: v.optional(v.boolean()),
  /** MSG_NOERROR: a receiver got only so many bytes of it, and the rest was discarded; `content` is the whole where we had copied it. */
  cutAt: v.optional(count),
  /** It was sent back to the queue at this moment. */
  returnedAt: v.optional(moment),
});
export type HistoryEntry = v.InferOutput<typeof historyEntry>;

/** A line of a session's transcript. */
export const sessionLine = v.object({
  ...sessionEventSchema.entries,
  /** Why, where it tells of a failure. */
  sentence: v.optional(v.string()),
  /** So many events happened right before it that nobody has any more. */
  missed: v.optional(count),
});
export type SessionLine = v.InferOutput<typeof sessionLine>;

/** A session of the user's, `talk` or `listen`, as far as a panel is told. The host has the whole transcript until it is cleared or dismissed. */
export const panelSession = v.object({
  act: count,
  ability: v.picklist(['talk', 'listen']),
  /** What is talked to, or listened on. */
  name: v.string(),
  /** Its kind of sockets keeps packets apart. */
  packets: v.boolean(),
  since: moment,
  /** `full`: so much is shown that nothing more is until the transcript is cleared; nor is anything taken from the sockets, unless it is an echo. */
  state: v.picklist(['running', 'full', 'ended']),
  /** Why it ended, where that was not wanted. */
  problem: v.optional(v.string()),
  open: sessionState.entries.open,
  echo: v.boolean(),
  /** The lines behind this event, in order. */
  after: count,
  lines: v.array(sessionLine),
});
export type PanelSession = v.InferOutput<typeof panelSession>;

/** Abilities that a page leaves to the command of the workbench, which asks for what is missing. */
export const WORKBENCH_ACTS = ['alter', 'lock', 'unlock', 'resize', 'post', 'hold'] as const;

/** What is asked of any object, whatever its kind. */
const objectRequests = {
  copyJson: { parameters: nothing, result: nothing },
  /** Opens the page of a process that it names, or of another object. */
  open: openRequest,
  /** Asks the user in the workbench (a modal) and destroys; `done` is false when the user said no. */
  destroy: { parameters: nothing, result: v.object({ done: v.boolean() }) },
  /**
   * Carries out an ability of the object's kind and answers its result: `parameters` without `ref` and `identity`, which the host adds.
   * Whatever changes what others see is confirmed in the workbench first; where the user said no it fails as `cancelled`.
   */
  act: {
    parameters: v.object({
      ability: v.string(),
      parameters: v.record(v.string(), v.unknown()),
      /** On the socket at the other end. */
      peer: v.optional(v.boolean()),
    }),
    result: v.unknown(),
  },
  /**
   * Starts a waiting act (`send`, `take`, `operate`, `hold`) and answers when it has begun. It goes on when the panel closes; it stands among
   * the object's endpoints (`own`), and its outcome is told by the history or by a message.
   */
  startWaiting: {
    parameters: v.object({ ability: v.string(), parameters: v.record(v.string(), v.unknown()) }),
    result: nothing,
  },
  /** Ends a waiting or holding act. */
  endAct: { parameters: v.object({ act: count }), result: nothing },
  /** Runs a command of the workbench on this object, which asks for its parameters there. */
  command: {
    parameters: v.object({ command: v.picklist([...WORKBENCH_ACTS, 'why']) }),
    result: nothing,
  },
  /** Carries out a cure, with the questions of its command. */
  cure: { parameters: v.object({ cure: cureSchema }), result: nothing },
  /** Asks what is not to be told any more, and why. */
  silence: { parameters: findingNameSchema, result: nothing },
} as const;

/** What the queue panel asks besides. */
const queueRequests = {
  peek: {
    parameters: v.omit(sysvMsg.abilities.peek.parameters, ['ref']),
    result: sysvMsg.abilities.peek.result,
  },
  send: {
    parameters: v.omit(sysvMsg.abilities.send.parameters, ['ref']),
    result: sysvMsg.abilities.send.result,
  },
  /** Copy, store, take; answers with the new line of the history. */
  receive: { parameters: v.object({ rule: receiveRule }), result: historyEntry },
  /** Opens the workbench's file dialog; null when the user closed it. */
  pickFile: {
    /** What the bytes become: a message, a range of memory, bytes in a FIFO, or what is sent in a session. */
    parameters: v.object({ purpose: v.picklist(['message', 'memory', 'stream', 'socket']) }),
    result: v.nullable(v.object({ name: v.string(), content: bytesSchema })),
  },
  history: { parameters: nothing, result: v.array(historyEntry) },
  /** Sends a line's message (again, or back) to the queue. */
  sendAgain: { parameters: v.object({ id: v.string() }), result: v.object({ bytes: count }) },
  dismiss: { parameters: v.object({ id: v.string() }), result: nothing },
} as const;

/** What the panels of sockets ask besides. */
const socketRequests = {
  /** Every session at the object, with its whole transcript. */
  sessions: { parameters: nothing, result: v.array(panelSession) },
  /** Connects to the object, or opens a datagram socket that sends to it. `type`: absent: whichever it has. */
  talk: { parameters: v.object({ type: v.optional(socketType) }), result: v.object({ act: count }) },
  tell: { parameters: v.object({ act: count, order: sessionOrder }), result: nothing },
  /** Forgets what was sent and what came so far; the session goes on. */
  clearSession: { parameters: v.object({ act: count }), result: nothing },
  /** Forgets a session that has ended. */
  dismissSession: { parameters: v.object({ act: count }), result: nothing },
} as const;

/** The channel of the page of an object. */
export const objectChannel = {
  requests: {
    ready: readyRequest(panelState),
    ...frameRequests,
    ...objectRequests,
    ...queueRequests,
    ...socketRequests,
  },
  events: {
    state: panelState,
    history: v.array(historyEntry),
    /** A session began or went on. */
    session: panelSession,
    /** Sessions went, or lost lines: ask again. */
    sessions: nothing,
  },
} as const;
export type ObjectChannel = typeof objectChannel;
export type PanelRequest = RequestOf<ObjectChannel>;
export type PanelParameters<R extends PanelRequest> = RequestParameters<ObjectChannel, R>;
export type PanelResult<R extends PanelRequest> = RequestResult<ObjectChannel, R>;
