/** What is wrong on the machine, as rules find it: codes and typed parts only, no text of a language. `presentation/findings` makes the sentences. */
import * as v from 'valibot';
import { objectSchema } from './kinds';
import { bigCount, count, moment } from './numbers';
import { refSchema } from './ref';
import { blindSchema, hostSchema, processSchema } from './snapshot';
import { type Wait, waitSchema } from './waits';

/** `error`: proven harm now. */
export const severitySchema = v.picklist(['error', 'warning', 'note']);
export type Severity = v.InferOutput<typeof severitySchema>;

/** `proven`: nothing but a signal, a timer of its own or a debugger can end it. `likely`: as far as can be seen. */
export const proofSchema = v.picklist(['proven', 'likely']);
export type Proof = v.InferOutput<typeof proofSchema>;

/** A process; with its start time it is no other that has the number later. */
const process = { pid: count, startTime: v.string() };
const partySchema = v.object({
  ...process,
  /** The descriptor by which it has what the finding is about. */
  fd: v.optional(count),
});
/** A process that has a part in a finding. */
export type Party = v.InferOutput<typeof partySchema>;

/**
 * Who started an heir, and has ended. `seen`: its parent in an earlier look. `leader`: the leader of its group or session, which is most likely. `above`: not that one, but the nearest ancestor of it that lives.
 */
const starterSchema = v.object({
  is: v.picklist(['seen', 'leader', 'above']),
  pid: count,
  /** Its name in that look; only of `seen`. */
  name: v.optional(v.string()),
});
const heirSchema = v.object({ ...partySchema.entries, from: v.optional(starterSchema) });
/** A process that has an end of something from a process that has ended. `from` is absent where nobody knows from whom. */
export type Heir = v.InferOutput<typeof heirSchema>;

const waiterSchema = v.object({ ...process, tid: count, wait: waitSchema });
/** A thread that waits. By the name of its type: what is made of it would be too deep to be inferred. */
export interface Waiter {
  pid: number;
  startTime: string;
  tid: number;
  wait: Wait;
}
const waiter: v.GenericSchema<unknown, Waiter> = waiterSchema;
const waiters = v.array(waiter);

/**
 * Why something is no more than likely. `open`: others may come who can end it. `hidden`: processes may not be looked at. `uncertain`: the kernel does not show the call, or what it names was found as the only
 * thing that fits. `timer`, `child`: a signal of its own timer, or of a child, may interrupt one of them. `limit`: a socket may have a limit of time that is not known. `sleeper`: a thread of one of them sleeps
 * for the clock. `ifHolds`: who changed it last may not be who holds it.
 */
export const doubtSchema = v.picklist([
  'open',
  'hidden',
  'uncertain',
  'timer',
  'child',
  'limit',
  'sleeper',
  'ifHolds',
]);
export type Doubt = v.InferOutput<typeof doubtSchema>;

/** An act that cures it, the harmless first; `ref` is whom or what it is done to. */
export const cureSchema = v.variant('is', [
  /** F_SETPIPE_SZ loses nothing. */
  v.object({ is: v.literal('enlarge'), ref: refSchema }),
  /** SIGCONT */
  v.object({ is: v.literal('continue'), ref: refSchema }),
  v.object({ is: v.literal('debug'), ref: refSchema }),
  /** Adds to a semaphore. */
  v.object({ is: v.literal('add'), ref: refSchema, number: count, change: count }),
  /** Opens a FIFO the other way; a program may see end of file or SIGPIPE then. */
  v.object({ is: v.literal('openOther'), ref: refSchema, direction: v.picklist(['read', 'write']) }),
  /** A message of a type that a receiver waits for. */
  v.object({ is: v.literal('send'), ref: refSchema }),
  v.object({ is: v.literal('end'), ref: refSchema }),
  v.object({ is: v.literal('destroy'), ref: refSchema }),
]);
export type Cure = v.InferOutput<typeof cureSchema>;

/** What each rule says of what it found. The table is the list of rules: diagnosis has a file for each, and presentation its sentences. */
const parts = {
  /** Threads that wait for each other in a ring, each for the next; `behind`: how many others wait for them. */
  deadlock: v.object({ members: waiters, behind: count }),
  /** A mutex whose owner has ended, or no longer has the memory. */
  endedOwner: v.object({ waiters, memory: refSchema, offset: bigCount, owner: count }),
  /** A lock on a file whose taker has ended, or has closed it, and which others hold that have inherited its open file. */
  lockOfHeir: v.object({
    waiters,
    file: refSchema,
    taker: count,
    how: v.picklist(['ended', 'closed']),
    holders: v.array(partySchema),
  }),
  /** A semaphore that is too low, and who changed it last has ended. */
  semaphoreNotReturned: v.object({ set: refSchema, number: count, value: count, last: count, waiters }),
  /** The only other side is stopped. `job`: by a shell's job control, which lives. */
  stoppedPeer: v.object({
    waiters,
    peer: partySchema,
    how: v.picklist(['stopped', 'traced', 'frozen', 'job']),
  }),
  /** Only heirs have the other end: whoever started them has ended. `watches`: it does not block in a read of it. */
  endNotCome: v.object({
    reader: waiter,
    stream: refSchema,
    watches: v.boolean(),
    heirs: v.array(heirSchema),
  }),
  /** Nobody but the waiter itself has the other end. */
  ownOtherEnd: v.object({ waiter, stream: refSchema }),
  /** It is full, and those who could read do something else: `readers` with what they wait for. */
  notRead: v.object({ writers: waiters, stream: refSchema, readers: waiters }),
  /** Receivers wait for types of which no message is queued, though others are. */
  noSuchMessage: v.object({ queue: refSchema, messages: count, receivers: waiters }),
  /** No room in a queue, and nobody receives. */
  queueFull: v.object({ queue: refSchema, messages: count, senders: waiters }),
  /** Alone at a FIFO. */
  waitsForOpener: v.object({
    openers: waiters,
    /** Absent, as is `direction`, where the kernel shows no more than that it is a FIFO. */
    fifo: v.optional(refSchema),
    direction: v.optional(v.picklist(['read', 'write'])),
  }),
  /** Files of sockets that nobody is bound to any more; of many the first. */
  staleSockets: v.object({ files: v.array(refSchema), number: count }),
  /** A listener whose file is gone: nobody finds it any more. */
  unlinkedListener: v.object({ listener: refSchema, holders: v.array(partySchema) }),
  /** Two listeners of one path: the file is the second one's now, and nobody finds the first any more. */
  twoServers: v.object({
    listener: refSchema,
    other: refSchema,
    holders: v.array(partySchema),
    others: v.array(partySchema),
  }),
  /** No room for one more client, and some wait. `pending`, `limit`: connections not yet accepted. */
  backlogFull: v.object({
    listener: refSchema,
    pending: count,
    limit: count,
    clients: waiters,
    holders: v.array(partySchema),
  }),
  /** Datagrams are thrown away because the socket is full. `drops`: so many since it is. */
  datagramsDropped: v.object({ socket: refSchema, drops: count, holders: v.array(partySchema) }),
  /** Memory that nobody has and whose last users have ended. */
  orphan: v.object({
    memory: refSchema,
    bytes: v.optional(bigCount),
    last: count,
    idleSince: v.optional(moment),
  }),
  /** Memory without a name in /dev/shm that one process alone has. */
  unlinkedMemory: v.object({ memory: refSchema, bytes: bigCount, holder: partySchema }),
  /** What a process has only grows: objects, or bytes of memory; `before`: at the moment `from`. */
  leak: v.object({
    ...process,
    what: v.picklist(['objects', 'bytes']),
    before: bigCount,
    now: bigCount,
    from: moment,
  }),
  /** Limits that are nearly used up, of the machine or of this IPC namespace. `memory`: the file system at /dev/shm, in bytes, as are `segmentBytes`. */
  limitNear: v.object({
    limits: v.array(
      v.object({
        what: v.picklist([
          ...(['queues', 'sets', 'semaphores', 'segments', 'segmentBytes', 'posixQueues', 'memory'] as const),
        ]),
        used: bigCount,
        most: bigCount,
      }),
    ),
  }),
  /** All users may write, and processes of others than its owner have it. */
  writableByOthers: v.object({
    object: refSchema,
    mode: count,
    owner: count,
    others: v.array(partySchema),
  }),
  /** Signals that were sent and are blocked, and no thread waits for them. */
  deaf: v.object({ ...process, signals: v.array(count) }),
  /** Children that have ended and that this process does not collect; of many the first. */
  zombies: v.object({ ...process, number: count, children: v.array(partySchema) }),
} as const;

export type RuleName = keyof typeof parts;
export const RULES = Object.keys(parts) as RuleName[];
/** What a rule says. */
export type PartsOf<R extends RuleName> = v.InferOutput<(typeof parts)[R]>;

const base = {
  severity: severitySchema,
  /** Absent where the finding is a plain fact. */
  proof: v.optional(proofSchema),
  /** What lowers it to a likelihood; empty of what is proven. */
  doubts: v.array(doubtSchema),
  /** The objects and processes that it is about; with the rule they name it. */
  subjects: v.array(refSchema),
  /** Since when it is so, at least; absent where nobody knows. Milliseconds since the epoch. */
  since: v.optional(moment),
  cures: v.array(cureSchema),
  /** The manual page that has the facts. */
  cites: v.string(),
};

/** What one rule found. */
export type FindingOf<R extends RuleName> = { rule: R; parts: PartsOf<R> } & v.InferOutput<
  v.ObjectSchema<typeof base, undefined>
>;
export type Finding = { [R in RuleName]: FindingOf<R> }[RuleName];

const findings = RULES.map((rule) => v.object({ rule: v.literal(rule), parts: parts[rule], ...base }));
/** Checks a finding. */
export const findingSchema: v.GenericSchema<unknown, Finding> = v.variant(
  'rule',
  findings as unknown as [v.ObjectSchema<{ rule: v.LiteralSchema<RuleName, undefined> }, undefined>],
) as unknown as v.GenericSchema<unknown, Finding>;

/** What the last step of the diagnosis came to, with whatever its sentences name: nobody needs to look at anything else to read them. */
export const diagnosisSchema = v.object({
  /** When the look ended that first saw it so. */
  seenAt: moment,
  /** The gravest first. */
  findings: v.array(findingSchema),
  /** Objects that the findings speak of. */
  objects: v.array(objectSchema),
  /** Processes that they speak of, by name and state alone. */
  processes: v.array(processSchema),
  /** What could not be looked at. */
  blind: v.array(blindSchema),
});
export type Diagnosis = v.InferOutput<typeof diagnosisSchema>;

/**
 * What a thread comes to. `idle`: it waits for clients, jobs, a person. `ends`: the clock ends the wait. `waits`: for others, who can act. `stuck`: nobody who could end the wait can act. `stopped`, `ended`: by
 * a signal or debugger; not collected yet. `unknown`: what is hidden decides.
 */
export const stateSchema = v.picklist([
  ...(['runs', 'idle', 'ends', 'waits', 'stuck', 'stopped', 'ended', 'unknown'] as const),
]);
export type State = v.InferOutput<typeof stateSchema>;

const waySchema = v.object({
  /** `ended`: it would have been this one, and it is gone. */
  is: v.picklist(['process', 'thread', 'ended']),
  pid: count,
  tid: v.optional(count),
  /** Only if it has what it took, which nobody can see. */
  ifHolds: v.optional(v.literal(true)),
});
/** One who can end a wait. */
export type Way = v.InferOutput<typeof waySchema>;

const linkSchema = v.object({
  waiter,
  is: v.picklist(['waits', 'stuck']),
  proof: v.optional(proofSchema),
  doubts: v.array(doubtSchema),
  on: v.optional(refSchema),
  /** Who can end it, as far as is known. `all`: each of them has to. `only`: nobody else can. */
  ways: v.array(waySchema),
  need: v.picklist(['any', 'all']),
  only: v.boolean(),
});
/** One step of a chain: who waits, and for whom. */
export type Link = v.InferOutput<typeof linkSchema>;

const chainEndSchema = v.variant('is', [
  /** It comes back to the link of this index. */
  v.object({ is: v.literal('ring'), from: count }),
  v.object({ is: v.literal('ended'), pid: count }),
  v.object({ is: v.literal('stopped'), pid: count }),
  /** A process that can act, and what its thread does now. */
  v.object({ is: v.literal('acts'), pid: count, state: stateSchema, waiter: v.optional(waiter) }),
  /** Nobody is known who could end the wait, or nothing of who is (`pid`). */
  v.object({ is: v.literal('unknown'), pid: v.optional(count) }),
]);
export type ChainEnd = v.InferOutput<typeof chainEndSchema>;

/** Why a process waits: what its most telling thread does, and the chain from there. */
export const answerSchema = v.object({
  ...process,
  state: stateSchema,
  /** Of a stuck one. */
  proof: v.optional(proofSchema),
  /** That thread; absent where none waits, or that is not known. */
  waiter: v.optional(waiter),
  chain: v.array(linkSchema),
  /** Absent where there is no chain. */
  end: v.optional(chainEndSchema),
  /** How many of its threads are in each state. */
  threads: v.record(stateSchema, v.optional(count)),
  /** All of them wait for threads of their own process alone: only a signal can wake one. */
  amongItself: v.optional(v.literal(true)),
});
export type Answer = v.InferOutput<typeof answerSchema>;

/** Why a process waits, or who waits for an object and why, as of one look, with whatever the answers name. */
export const whySchema = v.object({
  /** When the look ended. */
  seenAt: moment,
  host: hostSchema,
  /** The subject is in the look. */
  found: v.boolean(),
  /** Of the process, or of those who wait for the object; the gravest first, and of very many the first. */
  answers: v.array(answerSchema),
  /** How many more would have an answer. */
  more: count,
  /** What the rules found about the subject, or about who and what is in its chains. */
  findings: v.array(findingSchema),
  /** Objects and processes that are named in these. */
  objects: v.array(objectSchema),
  processes: v.array(processSchema),
  blind: v.array(blindSchema),
});
export type Why = v.InferOutput<typeof whySchema>;
