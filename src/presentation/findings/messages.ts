/** What each rule must be able to say. */
import type { FindingOf, RuleName } from '../../protocol/findings';
import type { Around } from './names';

/** The sentences of a rule, as plain text: names of other programs stand in them as they are. */
export interface FindingMessages<R extends RuleName> {
  /** What it is, in three words or so: a row of 280 pixels has room for them, and more. */
  title(finding: FindingOf<R>): string;
  /** What stands behind that in a row: the object, and who suffers; without it the first subject. Nothing that changes all the time. */
  about?(finding: FindingOf<R>, around: Around): string[];
  /** What is so. */
  says(finding: FindingOf<R>, around: Around): string;
  /** Why it matters. */
  matters(finding: FindingOf<R>): string;
}
