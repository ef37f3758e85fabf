/** What surrounds the object of a panel: the same as in the tree, from what the host tells. */
import type { PanelState } from '../../protocol/pages/object';
import type { Context } from '../../presentation/facts';
import { findIn } from '../../presentation/values';

const known = new WeakMap<PanelState, Context>();

/** Made once for each state. */
export function contextOf(state: PanelState): Context {
  const before = known.get(state);
  if (before) return before;
  const { host, processes, object, peer, hiddenProcesses } = state;
  const objects = [object, peer].filter((one) => one !== undefined);
  const made = { host, process: findIn({ processes, objects }), hidden: hiddenProcesses };
  known.set(state, made);
  return made;
}
