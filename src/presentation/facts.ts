/** Facts of an object: records that tooltips, panels and the command line walk alike. */
import type { BigCount } from '../protocol/numbers';
import type { HiddenCount } from '../protocol/pages/object';
import type { Host } from '../protocol/snapshot';
import type { Find } from './values';

/** What surrounds an object while it is shown. */
export interface Context {
  /** Absent until the helper has told. */
  host?: Host | undefined;
  /** Finds processes, and the object at the other end. */
  process: Find;
  /** How many processes may not be looked at that might have the object; absent: not known. */
  hidden?: HiddenCount | undefined;
}

/** One line of a table: what it is, its value, and the kernel's own name of the field. */
export interface Line {
  label: string;
  kernelName?: string | undefined;
  text: string;
  /** What else there is to say of it, where there is a way to ask. */
  detail?: string | undefined;
}

/** A line about an object. `key`: by which it is known in every language; several lines of one list have the same. */
export interface Fact extends Line {
  key: string;
}

/** A value, or the line that differs from its record. */
export type FactValue = string | (Partial<Line> & { text: string });

/** What an object of a kind is asked for. Undefined: it has no such fact, or nobody can tell; a list has a line each. */
export interface FactRecord<O> {
  readonly key: string;
  /** In the user's language, so not before that is known. */
  readonly label: () => string;
  readonly kernelName?: string;
  readonly value: (object: O, context: Context) => FactValue | readonly FactValue[] | undefined;
  /** By what it is compared, where that is not its text. */
  readonly amount?: Amount<O>;
}

/** An amount: bytes and counts add up, a moment (milliseconds since the epoch) and a number do not. Undefined: not known; null: known to be none. */
export interface Amount<O> {
  readonly is: 'bytes' | 'count' | 'moment' | 'number';
  readonly of: (object: O) => BigCount | null | undefined;
}

/** An amount, as a record of facts has it. */
export function amount<O>(is: Amount<O>['is'], of: Amount<O>['of']): { amount: Amount<O> } {
  return { amount: { is, of } };
}

/** The facts of an object, in the order of the records. */
export function walk<O>(records: readonly FactRecord<O>[], object: O, context: Context): Fact[] {
  return records.flatMap(({ key, label, kernelName, value }) => {
    const found = value(object, context);
    const values: readonly FactValue[] = found === undefined ? [] : isList(found) ? found : [found];
    return values.map((one) => {
      const line = typeof one === 'string' ? { text: one } : one;
      return { key, label: label(), kernelName, ...line };
    });
  });
}

function isList(value: FactValue | readonly FactValue[]): value is readonly FactValue[] {
  return Array.isArray(value);
}
