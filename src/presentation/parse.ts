/** Numbers, offsets and sizes as people type them in a panel. */

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

/** A size as people type it: `65536`, `64 KiB`, `4k`, `1.5 MiB`; undefined where it is none, or no whole number of bytes. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,16})(?:\.(\d{1,3}))? *(?:([kmgt])(?:ib)?|b)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '0', part = '', unit] = match;
  const factor = 1024 ** (unit === undefined ? 0 : 'kmgt'.indexOf(unit.toLowerCase()) + 1);
  const bytes = (Number(whole + part) * factor) / 10 ** part.length;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
