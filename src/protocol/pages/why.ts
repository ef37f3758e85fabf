/** What the page Why and the extension host say to each other. */
import * as v from 'valibot';
import { cureSchema, whySchema } from '../findings';
import { frameRequests, nothing, openRequest, pageMemory, readyRequest } from './frame';

/** What a cure is, as far as a command does it. */
const doable = v.picklist(cureSchema.options.map((option) => option.entries.is.literal));

export const whyState = v.object({
  /** `gone`: the subject was there, and is not any more (then `why` is how it was last). The others as of the page of an object. */
  status: v.picklist(['loading', 'present', 'gone', 'otherBoot', 'noHelper']),
  memory: pageMemory,
  /** Absent until the first answer. */
  why: v.optional(whySchema),
  /** The window is trusted; in Restricted Mode pages only show. */
  trusted: v.boolean(),
  /** False: paused by the user. */
  live: v.boolean(),
  /** The cures that can be carried out. */
  doable: v.array(doable),
});
export type WhyState = v.InferOutput<typeof whyState>;

/** The channel of the page Why. */
export const whyChannel = {
  requests: {
    ready: readyRequest(whyState),
    ...frameRequests,
    /** Carries out a cure, with the questions of its command. */
    cure: { parameters: v.object({ cure: cureSchema }), result: nothing },
    open: openRequest,
  },
  events: { state: whyState },
} as const;
export type WhyChannel = typeof whyChannel;
