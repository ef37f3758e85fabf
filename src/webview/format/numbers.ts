/** Whole numbers and offsets as people type them. Pure. */

/** A whole number that is not negative; undefined where it is none, or beyond what can be counted exactly. */
export function parseCount(text: string): number | undefined {
  const digits = text.trim();
  const value = /^\d{1,16}$/.test(digits) ? Number(digits) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A whole number with a sign or without; a typographic minus counts as one. */
export function parseSigned(text: string): number | undefined {
  const digits = text.trim().replace('\u2212', '-');
  const value = /^[+-]?\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  // -0 is 0.
  return value === undefined ? undefined : value + 0;
}

/** An offset: decimal, or hex with 0x. */
export function parseOffset(text: string): number | undefined {
  const typed = text.trim();
  if (!/^0x[0-9a-f]{1,14}$/i.test(typed)) return parseCount(typed);
  const value = Number(typed);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `0x1f40` */
export function offsetText(offset: number): string {
  return `0x${offset.toString(16)}`;
}

/** `+2`, `-1`, `0` */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
