/** Who holds an object: as a survey found it, with our own acts, and with those of whom nobody can tell. */
import type { Endpoint } from '../../../protocol/facts';
import type { Kind } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';
import type { Look } from '../../census/look';

/** Of how many processes a survey could not tell what they hold, and of how many what they wait for. */
export interface Holding {
  denied: number;
  yama?: number;
}

/** Who holds an object, our own acts told apart from those that the walk found. */
export function joined(holders: Endpoint[] | undefined, own: Endpoint[]): Endpoint[] | undefined {
  if (own.length === 0) return holders;
  const ours = new Set(own.map(({ pid }) => pid));
  return [...(holders ?? []).filter(({ pid }) => !ours.has(pid)), ...own];
}

/** Processes that the kernel hides from us might hold or wait on any object of a kind: how many, where that can be known. */
export function hiddenHolders(kind: Kind, found: Holding | undefined, look: Look): Blind[] {
  if (!found) return [];
  const field = 'endpoints';
  return [
    ...(found.denied > 0 ? [{ kind, field, code: 'denied', count: found.denied } as const] : []),
    ...(found.yama ? [{ kind, field: 'waits', code: 'yama', count: found.yama } as const] : []),
    ...look.unseen.map((code) => ({ kind, field, code })),
  ];
}
