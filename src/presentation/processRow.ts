/** The row of a process: what it is called, what it does, what it holds. The view Processes and the command line have the same words. */
import { KINDS, type Kind } from '../protocol/ref';
import { type Process, waitsOf } from '../protocol/snapshot';
import { refOfWait } from '../protocol/waits';
import { kindViews } from './kinds';
import { haltedParts, waitsInText } from './roles';
import { t } from './translate';
import { type Find, grouped, processText } from './values';

/** `queue x2, pipe x3`, in the order of the kinds. */
export function heldText(kinds: Iterable<Kind>): string {
  const counts = new Map<Kind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return KINDS.filter((kind) => counts.has(kind))
    .map((kind) => {
      const { one } = kindViews[kind].labels;
      const count = counts.get(kind) ?? 0;
      return count === 1 ? one : t('{0} x{1}', one, grouped(count));
    })
    .join(', ');
}

/** What a row says of a process. May hold text of other programs. */
interface ProcessRowParts {
  /** `python3 worker.py (4312)` */
  label: string;
  /** What holds it up whatever it has: `stopped`, `traced by gdb (12)`. */
  halted: string[];
  /** `waits to receive`; nothing of one that waits for nothing. */
  waits: string[];
  /** `queue x2, pipe x3`; empty where it has none. */
  held: string;
}

/** `kinds`: of each object that it has. */
export function processRowParts(
  pid: number,
  process: Process | undefined,
  kinds: Iterable<Kind>,
  find: Find,
): ProcessRowParts {
  const waits = (process && waitsOf(process)) ?? [];
  // On an object of ours first; else what it does instead.
  const onObjects = waits.filter((wait) => refOfWait(wait) !== undefined);
  const told = onObjects.length > 0 ? onObjects : waits;
  return {
    label: process ? processText(process) : String(pid),
    halted: haltedParts(process, find),
    waits: told.length > 0 ? [waitsInText(told)] : [],
    held: heldText(kinds),
  };
}
