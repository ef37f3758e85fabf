/** What could be read of a set, whatever of it the object carries. Pure. */
import { type SetObject, SMALL_SET } from '../../../protocol/kinds/sysvSem';

/** Each semaphore by its number; what is absent was not read. */
export interface Reading {
  values: readonly number[];
  waitForIncrease?: readonly number[] | undefined;
  waitForZero?: readonly number[] | undefined;
  lastPids?: readonly number[] | undefined;
}

/**
 * `hidden`: the kernel does not let us read the set. `pending`: it does (small sets carry values in their row, others how many are zero),
 * but nobody has looked closely yet.
 */
export function readingOf(object: SetObject): Reading | 'hidden' | 'pending' {
  const { details, values } = object;
  if (details) return details;
  if (values) return { values, waitForIncrease: object.waitForIncrease, waitForZero: object.waitForZero };
  return object.semaphores > SMALL_SET && object.atZero !== undefined ? 'pending' : 'hidden';
}

/** How many have the value 0, and how many threads wait; undefined where it may not be known. */
export function countsOf(object: SetObject): {
  atZero?: number | undefined;
  forIncrease?: number | undefined;
  forZero?: number | undefined;
} {
  const reading = readingOf(object);
  if (typeof reading === 'string') return { atZero: object.atZero };
  return {
    atZero: reading.values.filter((value) => value === 0).length,
    forIncrease: sum(reading.waitForIncrease),
    forZero: sum(reading.waitForZero),
  };
}

/** The values at a moment, for the charts. */
export function valuesOf(object: SetObject): readonly number[] | undefined {
  return object.details?.values ?? object.values;
}

function sum(counts: readonly number[] | undefined): number | undefined {
  return counts?.reduce((all, count) => all + count, 0);
}
