/** What the helper and the child of a waiting act say to each other: lines of JSON, checked on both sides. */
import * as v from 'valibot';
import { failureSchema } from '../../protocol/errors';
import { count } from '../../protocol/facts';
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

/** What a child says. After `done` with `keep` it lives until it hears KEPT, or writes the result where it can be found. */
export const newsSchema = v.variant('is', [
  /** It is about to block in this thread. */
  v.object({ is: v.literal('waiting'), tid: count }),
  /** It holds something, and gives it back at its end. */
  v.object({ is: v.literal('held') }),
  v.object({ is: v.literal('done'), result: v.record(v.string(), v.unknown()), keep: v.boolean() }),
  v.object({ is: v.literal('failed'), failure: failureSchema }),
]);
export type News = v.InferOutput<typeof newsSchema>;

/** The helper's word that the caller has stored what was taken. */
export const KEPT = 'kept';

/** A message as one line. JSON leaves two characters as they are that readers of lines take for an end. */
export function jsonLine(message: Task | News): string {
  const json = JSON.stringify(message).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `${json}\n`;
}
