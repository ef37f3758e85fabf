/** What a process does by itself while it has an object. */
import type { Process } from '../protocol/snapshot';
import { refOfWait, type Wait } from '../protocol/waits';
import { waitingClause } from './findings/waiting';
import { haltedParts, probably } from './roles';
import { t } from './translate';
import { type Find, grouped } from './values';

/** Waits that are told; of more only the number. */
const MOST_TOLD = 2;

/**
 * Stopped, traced, held by a freezer, and what its threads wait for that is not that object: `waits to write to pipe 171917, which is full`. Empty where nothing of it is known, or it runs.
 * `here`: its threads that wait on the object.
 */
export function ownState(process: Process | undefined, here: ReadonlySet<number>, find: Find): string[] {
  if (!process) return [];
  const waits = (process.threads ?? []).flatMap(({ tid, wait }) =>
    wait === undefined || wait === 'runs' || here.has(tid) ? [] : [wait],
  );
  const told = [...new Set([...waits].sort(byWeight).map((wait) => clause(wait, find)))];
  return [
    ...haltedParts(process, find),
    ...told.slice(0, MOST_TOLD),
    ...(told.length > MOST_TOLD ? [t('{0} more waits', grouped(told.length - MOST_TOLD))] : []),
  ];
}

function clause(wait: Wait, find: Find): string {
  // A sentence of how long would differ at each look.
  return probably(waitingClause({ wait }, { find, now: 0 }), [wait]);
}

/** On one of our objects first; what is between its own threads last. */
function byWeight(a: Wait, b: Wait): number {
  return weight(a) - weight(b);
}

function weight(wait: Wait): number {
  if (refOfWait(wait) !== undefined) return 0;
  return wait.on.is === 'word' ? 2 : 1;
}
