/** Numbers as they cross a border: no number of JavaScript is exact beyond 2^53, so larger ones are decimal text. */
import * as v from 'valibot';

export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** A count that may pass 2^53: then it is a decimal string. */
export const bigCount = v.union([count, v.pipe(v.string(), v.regex(/^\d{16,25}$/))]);
export type BigCount = v.InferOutput<typeof bigCount>;
/** The same of numbers that may be below zero. */
export const bigInteger = v.union([
  v.pipe(v.number(), v.safeInteger()),
  v.pipe(v.string(), v.regex(/^-?\d{16,25}$/)),
]);
export type BigInteger = v.InferOutput<typeof bigInteger>;
/** Milliseconds since the epoch. */
export const moment = v.number();

/** A number of the kernel's as it crosses a border. */
export function exactly(value: bigint): BigInteger {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value.toString();
}

/** The highest number of a signal on x86, ARM and most other architectures. */
export const SIGNAL_MOST = 64;
