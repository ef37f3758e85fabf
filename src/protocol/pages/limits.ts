/** What the page Limits and the extension host say to each other. The host says everything; the page shows it. */
import * as v from 'valibot';
import { LIMITED } from '../limits';
import { moment } from '../numbers';
import { refSchema } from '../ref';
import { frameRequests, nothing, openRequest, pageMemory, readyRequest } from './frame';

/** One limit; every text may have names of other programs in it. */
const row = v.object({
  /** Tells it from the others, from one answer to the next. */
  key: v.string(),
  what: v.picklist(LIMITED),
  label: v.string(),
  kernelName: v.string(),
  /** `39 of 32,000`, `at least 24 of 128`, `no limit` */
  used: v.string(),
  /** How much is used, from 0 to 1, and in words; absent where nobody tells. */
  part: v.optional(v.number()),
  percent: v.string(),
  near: v.boolean(),
  /** Who uses most of it, and how much; `ref` where that is a process. */
  who: v.optional(v.object({ name: v.string(), ref: v.optional(refSchema), used: v.string() })),
  setting: v.string(),
  /** What the setting says now; empty where nobody tells. */
  now: v.string(),
  fails: v.string(),
  /** A line for a shell that raises it. */
  raise: v.string(),
});
export type LimitLine = v.InferOutput<typeof row>;

/** Everything that the page says. */
export const limitsPage = v.object({
  host: v.string(),
  verdict: v.object({
    tone: v.picklist(['warning', 'fine', 'plain']),
    says: v.string(),
    matters: v.string(),
    /** The line that raises what is near. */
    raise: v.optional(v.string()),
  }),
  sections: v.array(v.object({ title: v.string(), note: v.string(), rows: v.array(row) })),
  /** What could not be looked at. */
  notes: v.array(v.string()),
});
export type LimitsPage = v.InferOutput<typeof limitsPage>;

export const limitsState = v.object({
  status: v.picklist(['loading', 'present', 'noHelper']),
  memory: pageMemory,
  /** Absent until the first answer. */
  page: v.optional(limitsPage),
  /** When `page` was read. */
  readAt: v.optional(moment),
  /** False: paused by the user. */
  live: v.boolean(),
});
export type LimitsState = v.InferOutput<typeof limitsState>;

/** The channel of the page Limits. */
export const limitsChannel = {
  requests: {
    ready: readyRequest(limitsState),
    ...frameRequests,
    open: openRequest,
    copyJson: { parameters: nothing, result: nothing },
  },
  events: { state: limitsState },
} as const;
export type LimitsChannel = typeof limitsChannel;
