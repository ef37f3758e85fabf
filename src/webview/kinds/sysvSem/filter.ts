/** Which semaphores of a set are listed: by number or range, by who waits, by value. Pure. */
import { t } from '../../strings';
import type { Reading } from '../../../presentation/kinds/setValues';

export const ONLY = ['all', 'waited', 'zero'] as const;
export type Only = (typeof ONLY)[number];

interface Range {
  from: number;
  to: number;
}

/** `5`, `100-120`, several of them separated by commas or blanks; undefined where it is none. Empty text names all. */
export function parseRanges(text: string): Range[] | undefined {
  const parts = text
    .trim()
    .replace(/\s*(?:-|\u2013)\s*/g, '-')
    .split(/[\s,]+/)
    .filter((part) => part !== '');
  const ranges = parts.map((part) => /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part));
  if (ranges.includes(null)) return undefined;
  return ranges.map((found) => {
    const from = Number(found?.[1]);
    const to = found?.[2] === undefined ? from : Number(found[2]);
    return { from: Math.min(from, to), to: Math.max(from, to) };
  });
}

/** What is wrong with a filter. */
export function filterProblem(text: string): string | undefined {
  if (parseRanges(text)) return undefined;
  return t('A number, or a range as 100-120; several separated by commas.');
}

/** The numbers of the semaphores that match, in order. A filter that makes no sense leaves none out. */
export function matching(reading: Reading, text: string, only: Only): number[] {
  const ranges = parseRanges(text) ?? [];
  const { values, waitForIncrease, waitForZero } = reading;
  const found: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (ranges.length > 0 && !ranges.some(({ from, to }) => at >= from && at <= to)) continue;
    if (only === 'zero' && values[at] !== 0) continue;
    if (only === 'waited' && !waitForIncrease?.[at] && !waitForZero?.[at]) continue;
    found.push(at);
  }
  return found;
}
