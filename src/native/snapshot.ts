/** One whole snapshot. */
import { SNAPSHOT_VERSION, type Snapshot } from '../protocol/snapshot';
import { type Census, EVERY_DETAIL, EVERYTHING } from './census/census';
import { ProcessTable } from './census/processes/processes';
import { runSliced } from './slices';

/** Takes one pass over everything; with `details` as closely as a panel looks. `folders` as in an interest. */
export async function takeSnapshot(
  census: Census,
  { details = false, folders }: { details?: boolean; folders?: string[] } = {},
): Promise<Snapshot> {
  const interest = { ...(details ? EVERY_DETAIL : EVERYTHING), ...(folders && { folders }) };
  const found = await runSliced(census.take(interest, { processes: new ProcessTable() }));
  if (!found) throw new Error('a snapshot is never stopped');
  const { startedAt, endedAt, host, objects, processes, blind } = found;
  return {
    version: SNAPSHOT_VERSION,
    startedAt,
    endedAt,
    host,
    objects,
    processes,
    blind,
  };
}
