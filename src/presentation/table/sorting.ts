/** The order of a table by one of its columns. */
import type { IpcObject } from '../../protocol/kinds';
import type { Context } from '../facts';
import { amountOf, cellText } from './columns';

export interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

/** Undefined: not known, which comes last whichever way. */
type By = number | string | undefined;

/** Digits of the longest number that a text is compared by. */
const DIGITS = 20;

function byOf(object: IpcObject, key: string, context: Context): By {
  const amount = amountOf(object, key);
  if (amount !== undefined) return amount === null ? -Infinity : Number(amount);
  const text = cellText(object, key, context, Number.NaN);
  // Numbers in a text count as numbers: `pipe 9` before `pipe 10`.
  return text === ''
    ? undefined
    : text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'));
}

function compare(a: By, b: By, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  // Where it is not known how much, it is said so in words: behind those of which it is known.
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  const less = a < b ? -1 : 1;
  return descending ? -less : less;
}

/** In this order; those that are alike stay as they are. */
export function inOrder(
  objects: readonly IpcObject[],
  { key, descending }: Sorting,
  contextOf: (object: IpcObject) => Context,
): IpcObject[] {
  const all = objects.map((object) => ({ object, by: byOf(object, key, contextOf(object)) }));
  all.sort((a, b) => compare(a.by, b.by, descending));
  return all.map(({ object }) => object);
}

/** Whether they are in this order. */
export function isInOrder(
  objects: readonly IpcObject[],
  { key, descending }: Sorting,
  contextOf: (object: IpcObject) => Context,
): boolean {
  let before: By;
  let first = true;
  for (const object of objects) {
    const by = byOf(object, key, contextOf(object));
    if (!first && compare(before, by, descending) > 0) return false;
    before = by;
    first = false;
  }
  return true;
}
