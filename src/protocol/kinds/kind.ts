/** The shape of a kind's contract. */
import type * as v from 'valibot';
import type { SubjectKind } from '../ref';

type Schema = v.GenericSchema;
/** An ability: what it is asked with and what it answers, both checked at run time on both sides. */
export interface Ability<P extends Schema = Schema, R extends Schema = Schema> {
  readonly parameters: P;
  readonly result: R;
  /** It waits for others by its nature: for such an answer nobody loses patience. One with a parameter `wait` waits where that is true. */
  readonly waits?: true;
}

/** One kind, or processes: the schema of its objects, the flags an object may carry, and what can be done with it. */
export interface KindContract {
  readonly kind: SubjectKind;
  /** `kernel`: it lists all of them. `holders`: some or all are found only through the processes that have them, so that who hides a process may hide objects too. */
  readonly foundBy: 'kernel' | 'holders';
  readonly object: Schema;
  /** States of an object; each is a word for `contextValue`. */
  readonly flags: readonly string[];
  readonly abilities: Readonly<Record<string, Ability>>;
}
