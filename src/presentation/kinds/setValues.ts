/** The values of a semaphore set and who waits on them, in words. */
import { SMALL_SET, type SetObject } from '../../protocol/kinds/sysvSem';
import { grouped } from '../values';
import type { FactRecord } from '../facts';
import { t } from '../translate';

/** Semaphores of which a row says who waits on them. */
const MOST_WAITED = 3;

/** How many threads wait on each semaphore, for a rise and for zero together; undefined where that is hidden or was not read. */
function waitsOf(set: SetObject): { increase: readonly number[]; zero: readonly number[] } | undefined {
  const increase = set.waitForIncrease ?? set.details?.waitForIncrease;
  const zero = set.waitForZero ?? set.details?.waitForZero;
  return increase && zero ? { increase, zero } : undefined;
}

/** How many wait on a whole set. */
export function waitSums(set: SetObject): { increase: number; zero: number } | undefined {
  const waits = waitsOf(set);
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  return waits && { increase: sum(waits.increase), zero: sum(waits.zero) };
}

/** How many wait on one semaphore. */
export function waitsAt(set: SetObject, number: number): { increase: number; zero: number } | undefined {
  const waits = waitsOf(set);
  return waits && { increase: waits.increase[number] ?? 0, zero: waits.zero[number] ?? 0 };
}

/** What a row says: `[1, 0, 5]`, `2 wait on [1]`; of a larger set how many are at zero. */
export function setParts(set: SetObject): string[] {
  const many = semaphoresText(set.semaphores);
  if (set.values && set.values.length <= SMALL_SET) return [`[${set.values.join(', ')}]`, ...waitPart(set)];
  if (set.atZero !== undefined) return [t('{0}, {1} at zero', many, grouped(set.atZero))];
  return [many, t('values hidden')];
}

function waitPart(set: SetObject): string[] {
  const waits = waitsOf(set);
  const waited = (set.values ?? [])
    .map((_value, at) => ({ at, count: (waits?.increase[at] ?? 0) + (waits?.zero[at] ?? 0) }))
    .filter(({ count }) => count > 0);
  if (waited.length === 0) return [];
  const [first, ...rest] = waited.slice(0, MOST_WAITED);
  const words = [
    first?.count === 1
      ? t('1 waits on [{0}]', first.at)
      : t('{0} wait on [{1}]', first?.count ?? 0, first?.at ?? 0),
    ...rest.map(({ at, count }) => t('{0} on [{1}]', count, at)),
    ...(waited.length > MOST_WAITED ? ['…'] : []),
  ];
  return [words.join(', ')];
}

/** `1 semaphore`, `3 semaphores` */
export function semaphoresText(count: number): string {
  return count === 1 ? t('1 semaphore') : t('{0} semaphores', grouped(count));
}

/** Each semaphore of a small set, of a larger one how many are at zero. */
export const setFacts: FactRecord<SetObject> = {
  key: 'values',
  label: () => t('Values'),
  kernelName: 'semval',
  value(set) {
    if (set.values && set.values.length <= SMALL_SET)
      return set.values.map((value, at) => ({
        ...{ label: `[${at}]`, kernelName: 'semval, semncnt, semzcnt', text: valueText(set, at, value) },
      }));
    if (set.atZero !== undefined) return { label: t('At zero'), text: grouped(set.atZero) };
    return t('hidden: its mode does not let you read them');
  },
};

function valueText(set: SetObject, at: number, value: number): string {
  const waits = waitsAt(set, at);
  return [
    grouped(value),
    ...(waits && waits.increase > 0 ? [t('{0} wait for it to rise', grouped(waits.increase))] : []),
    ...(waits && waits.zero > 0 ? [t('{0} wait for zero', grouped(waits.zero))] : []),
  ].join(', ');
}

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
