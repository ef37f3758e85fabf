/** What was read from a FIFO, which only this panel still has. Pure. */
import * as v from 'valibot';
import { bytesSchema } from '../../../protocol/bytes';
import { moment } from '../../../protocol/facts';
import type { HistoryEntry } from '../../../protocol/panels';

export const takenSchema = v.object({
  id: v.string(),
  at: moment,
  content: bytesSchema,
});
/** What one read took. */
export type Taken = v.InferOutput<typeof takenSchema>;

/** A line of the list. `stored`: the host keeps it, also when this panel is closed. */
export interface TakenLine extends Taken {
  stored: boolean;
  uncertain?: boolean;
  /** What this panel has of the same read. */
  twin?: string;
}

/** Base64 characters that are kept over a reload: more than one whole read, since the state of a panel travels with every change. */
const REMEMBER_MOST = 100_000;
/** The host stores a read within this time of its answer. */
const TOGETHER = 5000;

/** The newest as far as they are kept over a reload. */
export function remembered(taken: readonly Taken[]): Taken[] {
  let room = REMEMBER_MOST;
  return taken.filter(({ content }) => (room -= content.length) >= 0);
}

/** Everything that was read, the newest first: what the host stored, and what only this panel has. */
export function takenLines(taken: readonly Taken[], history: readonly HistoryEntry[]): TakenLine[] {
  const stored = history
    .filter(({ what }) => what !== 'sent')
    .map(({ id, at, content, what }): TakenLine => ({
      id,
      at,
      content,
      stored: true,
      uncertain: what === 'uncertain',
    }));
  const unmatched = new Set(stored);
  const own = taken.filter(({ id, at, content }) => {
    const found = [...unmatched].find(
      (line) => line.content === content && Math.abs(line.at - at) < TOGETHER,
    );
    if (!found) return true;
    found.twin = id;
    unmatched.delete(found);
    return false;
  });
  return [...stored, ...own.map((line) => ({ ...line, stored: false }))].sort((a, b) => b.at - a.at);
}
