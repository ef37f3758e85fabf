/** What every page has, whatever it shows: how it is remembered, and what its frame asks of the host. */
import * as v from 'valibot';
import { COPY_HOWS } from '../copies';
import { refSchema } from '../ref';

/** Every page. What one of them and the host say to each other stands in the file of its name. */
export const PAGES = ['object', 'process', 'why', 'limits', 'table'] as const;
export type PageName = (typeof PAGES)[number];

/** What a page keeps across a reload of the window (`setState`), and the serializer reads again. */
export const pageMemory = v.object({
  page: v.optional(v.picklist(PAGES), 'object'),
  /** What it is about: an object, a process, all objects of some kinds, or the machine. */
  ref: refSchema,
  /** A ref of another boot names nothing: such a page comes back as gone. */
  bootId: v.string(),
  kept: v.boolean(),
  /** The title, for the time until its subject is found again. */
  title: v.string(),
  /** What the page itself wants to remember (filter, look, form); opaque to the host. */
  view: v.optional(v.record(v.string(), v.unknown())),
});
export type PageMemory = v.InferOutput<typeof pageMemory>;

export const nothing = v.object({});

/** The requests of the frame. `ready`, the first word of a page, stands with the state that it answers. */
export const frameRequests = {
  setLive: { parameters: v.object({ live: v.boolean() }), result: nothing },
  refresh: { parameters: nothing, result: nothing },
  keepOpen: { parameters: nothing, result: nothing },
  /** `how`: what is said of it, as `copying.ts` has it. */
  copyText: {
    parameters: v.object({ text: v.string(), how: v.picklist(COPY_HOWS) }),
    result: nothing,
  },
} as const;

/** Opens the page of an object or of a process. */
export const openRequest = { parameters: v.object({ ref: refSchema }), result: nothing } as const;

/** The first word of a page: it can hear now. `strings`: the translation, as @vscode/l10n takes it; empty for English. */
export function readyRequest<S extends v.GenericSchema>(state: S) {
  return { parameters: nothing, result: v.object({ state, strings: v.record(v.string(), v.unknown()) }) };
}
