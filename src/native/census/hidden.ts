/** Whether there may be processes that have things which nobody sees. */
import type { Look } from '../mechanisms/mechanism';

/** Some do not show at all, or their descriptors or mappings may not be looked at. Walks all of them. */
export function* someHidden(look: Look): Generator<undefined, boolean> {
  if (look.unseen.length > 0) return true;
  for (const { denied } of (yield* look.descriptors()).values()) if (denied) return true;
  for (const { denied } of (yield* look.mappings()).values()) if (denied) return true;
  return false;
}
