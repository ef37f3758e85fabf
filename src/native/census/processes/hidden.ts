/** Whether there may be processes that have things which nobody sees. */
import { descriptors } from '../descriptors/descriptors';
import type { Look } from '../look';
import { mappings } from '../memory/mappings';

/** Some do not show at all, or their descriptors or mappings may not be looked at. Walks all of them. */
export function* someHidden(look: Look): Generator<undefined, boolean> {
  if (look.unseen.length > 0) return true;
  for (const { denied } of (yield* look.get(descriptors)).values()) if (denied) return true;
  for (const { denied } of (yield* look.get(mappings)).values()) if (denied) return true;
  return false;
}
