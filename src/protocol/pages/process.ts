/** What the page of a process and the extension host say to each other. The host says everything; the page shows it, and counts how long things last. */
import * as v from 'valibot';
import { count, moment, SIGNAL_MOST } from '../numbers';
import type { Proof, Severity } from '../findings';
import { refSchema } from '../ref';
import { frameRequests, nothing, openRequest, pageMemory, readyRequest } from './frame';

/** Text with names in it that can be opened, or that are threads of the page. Foreign, as every text here. */
const said = v.array(
  v.union([
    v.string(),
    v.object({ text: v.string(), ref: refSchema }),
    v.object({ text: v.string(), thread: count }),
  ]),
);
export type Said = v.InferOutput<typeof said>;

/** How grave it is; absent: nothing is wrong that is known. */
const tone = v.optional(v.picklist(['error', 'warning', 'note'] satisfies Severity[]));

/** Threads that do the same, as one. */
const threadRow = v.object({
  name: v.string(),
  /** Their numbers, and all of them where that is shorter. */
  tids: v.string(),
  every: v.optional(v.string()),
  /** Each of them. */
  has: v.array(count),
  tone,
  does: said,
  /** The call as the kernel names it, and what else it names. */
  call: v.optional(v.string()),
  /** Since when all of them have not run; `atLeast`: since then at least. */
  since: v.optional(moment),
  atLeast: v.optional(v.boolean()),
});
export type ThreadRow = v.InferOutput<typeof threadRow>;

/** One thing or process that it has to do with. */
const row = v.object({
  icon: v.string(),
  tone,
  name: v.string(),
  /** What a click opens. */
  ref: v.optional(refSchema),
  says: v.string(),
});
export type ProcessRow = v.InferOutput<typeof row>;

const fact = v.object({
  key: v.string(),
  label: v.string(),
  kernelName: v.optional(v.string()),
  text: v.string(),
  detail: v.optional(v.string()),
});

const signal = v.object({
  number: count,
  /** `SIGTERM (15)` */
  name: v.string(),
  /** What it would do now. */
  does: v.string(),
  /** What else is so with it: pending, as an ancestor has it. */
  notes: v.string(),
  /** It has a row; the others are in the form alone. */
  row: v.boolean(),
});
export type SignalRow = v.InferOutput<typeof signal>;

const limit = v.object({
  label: v.string(),
  kernelName: v.string(),
  text: v.string(),
  /** How much is used, from 0 to 1; absent where nobody tells. */
  part: v.optional(v.number()),
});
export type LimitRow = v.InferOutput<typeof limit>;

/** Everything that the page says. */
export const processPage = v.object({
  /** `python3 worker.py (4312)` */
  name: v.string(),
  user: v.optional(v.string()),
  folder: v.optional(v.string()),
  command: v.optional(v.string()),
  verdict: v.object({
    tone,
    says: v.string(),
    matters: v.string(),
    proof: v.optional(v.picklist(['proven', 'likely'] satisfies Proof[])),
    /** It waits, or something is wrong: there is more to ask. */
    why: v.boolean(),
  }),
  threads: v.object({ count, rows: v.array(threadRow), note: v.optional(v.string()) }),
  /** Objects that it has, and those that it has to itself, folded by kind. */
  holds: v.object({
    count,
    rows: v.array(row),
    own: v.array(v.object({ icon: v.string(), text: v.string(), rows: v.array(row) })),
    /** What is not shown, and why. */
    notes: v.array(v.string()),
  }),
  family: v.object({ rows: v.array(row), facts: v.array(fact) }),
  /** Descriptors that its children need not have. */
  handedDown: v.array(row),
  signals: v.array(signal),
  limits: v.array(limit),
  facts: v.array(fact),
});
export type ProcessPage = v.InferOutput<typeof processPage>;

export const processState = v.object({
  /** As of the page of an object. `gone`: it has ended, `unseen`: it lives and does not show any more; then `page` is how it was last seen. */
  status: v.picklist(['loading', 'present', 'gone', 'unseen', 'otherBoot', 'noHelper']),
  memory: pageMemory,
  /** Absent until it was found. */
  page: v.optional(processPage),
  /** The window is trusted; in Restricted Mode pages only show. */
  trusted: v.boolean(),
  /** When `page` was read. */
  readAt: v.optional(moment),
  /** When it was first missed. */
  goneAt: v.optional(moment),
  /** False: paused by the user. */
  live: v.boolean(),
  /** True: nothing newer could be read for longer than the interval promises. */
  stale: v.boolean(),
});
export type ProcessState = v.InferOutput<typeof processState>;

/** The channel of the page of a process. */
export const processChannel = {
  requests: {
    ready: readyRequest(processState),
    ...frameRequests,
    open: openRequest,
    /** Runs a command of the workbench on the process. */
    command: {
      parameters: v.object({ command: v.picklist(['why', 'revealProcess', 'limits']) }),
      result: nothing,
    },
    copyJson: { parameters: nothing, result: nothing },
    /** Sends a signal to the process, or to one thread of it; what ends or stops it is confirmed in the workbench first. `merged`: it was pending already. */
    signal: {
      parameters: v.object({
        signal: v.pipe(count, v.minValue(1), v.maxValue(SIGNAL_MOST)),
        value: v.optional(v.pipe(v.number(), v.integer())),
        tid: v.optional(count),
      }),
      result: v.object({ merged: v.boolean() }),
    },
  },
  events: { state: processState },
} as const;
export type ProcessChannel = typeof processChannel;
