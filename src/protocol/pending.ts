/** What a receiver of `changes` makes of an answer in which kinds are pending: that rule stands only here. */
import type { Batch } from './calls';
import { kindOf, type Kind, type Ref } from './ref';

/**
 * What an answer says is gone, of what the receiver has. `owed`: kinds that were pending in every answer since the last full one, of which the first answer that
 * has them has all.
 */
export function goneBy(batch: Batch, known: Iterable<Ref>, owed: ReadonlySet<Kind>): Ref[] {
  const pending = new Set(batch.pending);
  const isWhole = (kind: Kind | undefined) =>
    kind === undefined || (!pending.has(kind) && (batch.full || owed.has(kind)));
  if (!batch.full && ![...owed].some(isWhole)) return [...batch.removed];
  const here = new Set(batch.added.map(({ ref }) => ref));
  const missing = [...known].filter((ref) => isWhole(kindOf(ref)) && !here.has(ref));
  return [...new Set([...batch.removed, ...missing])];
}

/** The kinds that are owed after an answer. */
export function owedAfter({ full, pending }: Batch, owed: ReadonlySet<Kind>): ReadonlySet<Kind> {
  return new Set(full ? pending : pending.filter((kind) => owed.has(kind)));
}
