/** What a rule is, and what it finds. */
import type { FindingOf, PartsOf, RuleName } from '../protocol/findings';
import type { Thresholds } from '../protocol/thresholds';
import type { Ways } from './chain';
import type { Kept } from './kept';
import type { Machine } from './machine';
import type { Ring } from './rings';
import type { Verdict } from './verdict';
import type { WaitsOnObjects } from './waiting';

/** What a rule looks at: one look, and what was made of it once for all rules. */
export interface Ground {
  readonly machine: Machine;
  /** Of each thread, by its number. */
  readonly verdicts: readonly Verdict[];
  /** Of those that wait for more than other threads of their own process; of a run-time with many threads these are few. */
  readonly outward: readonly Verdict[];
  readonly ways: Ways;
  readonly rings: readonly Ring[];
  readonly kept: Kept;
  readonly thresholds: Thresholds;
  readonly waiting: WaitsOnObjects;
}

/** What a rule found: a finding without what is the same for all that it finds. The first subject names it: no rule finds two of the same. */
export type RuleMatch<R extends RuleName> = Omit<
  FindingOf<R>,
  'rule' | 'doubts' | 'cures' | 'cites' | 'parts'
> & {
  parts: PartsOf<R>;
  /** Where it must last otherwise than the rule says. */
  seconds?: number;
} & Partial<Pick<FindingOf<R>, 'doubts' | 'cures'>>;

/** One rule. Its file says where it fires and where it is silent. */
export interface Rule<R extends RuleName> {
  /** For so long it must be so before it is told; what one look saw and the next did not is never told. */
  readonly seconds: number;
  /** The manual page that has the facts on which it stands. */
  readonly cites: string;
  find(ground: Ground): RuleMatch<R>[];
}
