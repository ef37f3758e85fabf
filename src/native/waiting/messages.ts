/** What the helper and the child of a waiting act say to each other: lines of JSON, checked on both sides. */
import * as v from 'valibot';
import { failureSchema } from '../../protocol/errors';
import { count } from '../../protocol/facts';
import { sessionEventSchema, sessionOrder, sessionState } from '../../protocol/kinds/socket';
import { kindSchema } from '../../protocol/ref';

/** The one line that a child is given. `parent` is the helper's pid: a child of another parent was orphaned before it began. */
export const taskSchema = v.object({
  parent: count,
  kind: kindSchema,
  ability: v.string(),
  id: count,
  parameters: v.record(v.string(), v.unknown()),
});
export type Task = v.InferOutput<typeof taskSchema>;

const happened = v.omit(sessionEventSchema, ['seq']);
export type Happened = v.InferOutput<typeof happened>;
const openConnections = sessionState.entries.open;
export type OpenConnection = v.InferOutput<typeof openConnections>[number];

/** What a session hears after its task: an order, or how much of what it received (as `costOf` counts) is in the reader's hands. */
export const heardSchema = v.union([
  v.object({ order: count, what: sessionOrder }),
  v.object({ acknowledged: count }),
]);
export type Heard = v.InferOutput<typeof heardSchema>;

/** Bytes received and sent, as counted by `costOf`, that may be on their way to the reader: beyond it nothing more is taken from the socket. */
export const WINDOW = 1 << 20;

/** What an event costs of the window: its content, and something for itself. */
export function costOf({ is, content }: Pick<Happened, 'is' | 'content'>): number {
  return is === 'received' || is === 'sent' ? Math.ceil(((content?.length ?? 0) * 3) / 4) + 256 : 0;
}

/** What a child says. After `done` with `keep` it lives until it hears KEPT, or writes the result where it can be found. */
export const newsSchema = v.variant('is', [
  /** It is about to block in this thread. */
  v.object({ is: v.literal('waiting'), tid: count }),
  /** It holds something, and gives it back at its end. */
  v.object({ is: v.literal('held'), session: v.optional(v.boolean()), port: v.optional(count) }),
  /** Of a session, which holds: something happened, and how it stands now. */
  v.object({ is: v.literal('event'), event: happened, open: openConnections, echo: v.boolean() }),
  /** An order was carried out, or could not be. */
  v.object({ is: v.literal('told'), order: count, failure: v.optional(failureSchema) }),
  v.object({ is: v.literal('done'), result: v.record(v.string(), v.unknown()), keep: v.boolean() }),
  v.object({ is: v.literal('failed'), failure: failureSchema }),
]);
export type ChildMessage = v.InferOutput<typeof newsSchema>;

/** The helper's word that the caller has stored what was taken. */
export const KEPT = 'kept';

/** A message as one line. JSON leaves two characters as they are that readers of lines take for an end. */
export function jsonLine(message: Task | ChildMessage | Heard): string {
  const json = JSON.stringify(message).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `${json}\n`;
}
