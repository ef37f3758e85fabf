/** One whole snapshot. */
import type { CallParameters } from '../protocol/calls';
import { SNAPSHOT_VERSION, type Snapshot } from '../protocol/snapshot';
import { type Census, EVERY_DETAIL, EVERYTHING } from './census/census';
import { ProcessTable } from './census/processes/processes';
import { runSliced } from './slices';

/** How a snapshot is taken: with `details` as closely as a panel looks; the rest as in its call. */
type Asked = CallParameters<'snapshot'> & { details?: boolean };

/** Takes one pass over everything. */
export async function takeSnapshot(
  census: Census,
  { details = false, folders, everybody }: Asked = {},
): Promise<Snapshot> {
  const interest = { ...(details ? EVERY_DETAIL : EVERYTHING), ...(folders && { folders }) };
  const processes = new ProcessTable();
  const found = await runSliced(census.take(interest, { processes, ...(everybody && { everybody }) }));
  if (!found) throw new Error('a snapshot is never stopped');
  const { startedAt, endedAt, host, objects, blind } = found;
  return {
    version: SNAPSHOT_VERSION,
    startedAt,
    endedAt,
    host,
    objects,
    processes: found.processes,
    blind,
  };
}
