/** What the page Table and the extension host say to each other. The host has the rows, their order and what is selected; the page asks for those that are seen. */
import * as v from 'valibot';
import { severitySchema } from '../findings';
import { count, moment } from '../numbers';
import { refSchema } from '../ref';
import { frameRequests, nothing, openRequest, pageMemory, readyRequest } from './frame';

/** Letters that are kept of what is typed into the filter. */
export const WORDS_MOST = 200;
/** Rows that are told at once. */
export const ROWS_MOST = 400;

const words = v.pipe(v.string(), v.maxLength(WORDS_MOST));

/** How a table is looked at: what is remembered of it. */
export const tableView = v.object({
  words,
  sorting: v.optional(v.object({ key: v.string(), descending: v.boolean() })),
  /** Keys of the columns that the user chose; absent: those that are shown of themselves. */
  columns: v.optional(v.array(v.string())),
});
export type TableView = v.InferOutput<typeof tableView>;

const column = v.object({
  key: v.string(),
  label: v.string(),
  kernelName: v.optional(v.string()),
  /** To the right. */
  numeric: v.boolean(),
  shown: v.boolean(),
});
export type TableColumn = v.InferOutput<typeof column>;

/** A row; every text may have names of other programs in it. */
const row = v.object({
  ref: refSchema,
  icon: v.string(),
  label: v.string(),
  /** Something is wrong with it, how grave that is, and what. */
  tone: v.optional(severitySchema),
  mark: v.optional(v.string()),
  /** Of the columns that were shown then. */
  cells: v.array(v.string()),
  selected: v.boolean(),
});
export type TableRow = v.InferOutput<typeof row>;

export const tableState = v.object({
  status: v.picklist(['loading', 'present', 'noHelper']),
  memory: pageMemory,
  trusted: v.boolean(),
  live: v.boolean(),
  /** Nothing newer could be read for longer than the interval promises. */
  stale: v.boolean(),
  readAt: v.optional(moment),
  icon: v.string(),
  title: v.string(),
  about: v.array(v.string()),
  view: tableView,
  /** Why the words are not understood; then they are those of before. */
  misread: v.optional(v.string()),
  shown: count,
  all: count,
  columns: v.array(column),
  /** `holds`: they still are in the order of the click. */
  sorted: v.optional(v.object({ key: v.string(), descending: v.boolean(), at: moment, holds: v.boolean() })),
  selected: count,
  /** Of what is selected; of all that is shown where nothing is. */
  sums: v.array(v.string()),
  /** What can be copied of what is selected. */
  copies: v.array(v.object({ what: v.string(), label: v.string() })),
  /** What to destroy it is called; absent where nothing of it can be. */
  destroys: v.optional(v.string()),
  /** What could not be looked at. */
  notes: v.array(v.string()),
  /** Another one: what was told of rows is old. */
  version: count,
});
export type TableState = v.InferOutput<typeof tableState>;

const selecting = v.variant('is', [
  v.object({ is: v.literal('all') }),
  v.object({ is: v.literal('none') }),
  /** The other way round than it is. */
  v.object({ is: v.literal('toggle'), ref: refSchema }),
  /** From one to the other; nothing else. */
  v.object({ is: v.literal('range'), from: refSchema, to: refSchema }),
]);
export type Selecting = v.InferOutput<typeof selecting>;

/** The channel of the page Table. */
export const tableChannel = {
  requests: {
    ready: readyRequest(tableState),
    ...frameRequests,
    open: openRequest,
    rows: {
      parameters: v.object({ from: count, to: count }),
      /** `keys`: the columns that the cells are of. */
      result: v.object({ version: count, from: count, keys: v.array(v.string()), rows: v.array(row) }),
    },
    setWords: { parameters: v.object({ words }), result: nothing },
    /** By a column, the other way round where it is that already. */
    sort: { parameters: v.object({ key: v.string() }), result: nothing },
    setColumns: { parameters: v.object({ keys: v.array(v.string()) }), result: nothing },
    select: { parameters: selecting, result: nothing },
    /** Of what is selected. */
    copy: { parameters: v.object({ what: v.string() }), result: nothing },
    destroy: { parameters: nothing, result: nothing },
    /** All that is shown, as a document. */
    export: { parameters: v.object({ as: v.picklist(['csv', 'json']) }), result: nothing },
  },
  events: { state: tableState },
} as const;
export type TableChannel = typeof tableChannel;
