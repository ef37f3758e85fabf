/** What is wrong with what a page shows, in words, as the page begins with it. The host says it: a page has no words for objects of other kinds. */
import * as v from 'valibot';
import { cureSchema, proofSchema, RULES, severitySchema } from '../findings';
import { refSchema } from '../ref';

/** Names a finding, together with its rule: the first that it is about. */
const subject = v.optional(refSchema);
/** What names a finding. */
export const findingNameSchema = v.object({ rule: v.picklist(RULES), subject });
export type FindingName = v.InferOutput<typeof findingNameSchema>;

export const verdictSchema = v.object({
  ...findingNameSchema.entries,
  severity: severitySchema,
  /** Absent of a plain fact. */
  proof: v.optional(proofSchema),
  /** What is so, and why it matters; the second may be empty. */
  says: v.string(),
  matters: v.string(),
  /** How it is known. */
  evidence: v.array(v.object({ label: v.string(), text: v.string() })),
  /** Those that a command does, the harmless first; `label`: a verb. */
  remedies: v.array(v.object({ cure: cureSchema, label: v.string(), effect: v.string() })),
  /** Somebody waits: why is a question. */
  waits: v.boolean(),
});
export type PageVerdict = v.InferOutput<typeof verdictSchema>;
