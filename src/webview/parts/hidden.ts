/** That processes may not be looked at, and so what might be true besides. Pure. */
import type { HiddenCount } from '../../protocol/pages/object';
import { grouped } from '../../presentation/values';

/** The sentence for one, for many, and for nobody knows how many. */
export interface HiddenWords {
  one: string;
  many: (count: string) => string;
  unknown: string;
}

/** What a panel says of them; undefined where none is hidden. */
export function hiddenSentence(hidden: HiddenCount, { one, many, unknown }: HiddenWords): string | undefined {
  if (hidden === 'unknown') return unknown;
  if (hidden === 0) return undefined;
  return hidden === 1 ? one : many(grouped(hidden));
}
