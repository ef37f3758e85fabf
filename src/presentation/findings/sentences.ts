/** What each rule must be able to say. */
import type { FindingOf, RuleName } from '../../protocol/findings';
import type { Around } from './names';

/** The sentences of a rule, as plain text: names of other programs stand in them as they are. */
export interface Sentences<R extends RuleName> {
  /** What it is, in a few words. */
  title(): string;
  /** What is so. */
  says(finding: FindingOf<R>, around: Around): string;
  /** Why it matters. */
  matters(finding: FindingOf<R>): string;
}
