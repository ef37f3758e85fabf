/** Every limit of IPC, as of a look that is made for it. */
import type { Interest } from '../protocol/calls';
import type { LimitsAnswer } from '../protocol/limits';
import { type Kind, processRef } from '../protocol/ref';
import { type Census, EVERY_TRACELESS_DETAIL } from './census/census';
import { limitUses } from './census/limits/limits';
import { ProcessTable } from './census/processes/processes';
import { runSliced } from './slices';

/** What is counted one by one; of pipes and FIFOs with what each may hold. */
const COUNTED: readonly Kind[] = [
  'sysv.msg',
  'sysv.sem',
  'sysv.shm',
  'posix.mq',
  'posix.shm',
  'pipe',
  'fifo',
];

const INTEREST: Interest = {
  levels: Object.fromEntries(COUNTED.map((kind) => [kind, 'rows' as const])),
  details: EVERY_TRACELESS_DETAIL.details,
};

/** Looks and counts, in slices. Undefined once `stopped`. */
export async function takeLimits(
  census: Census,
  stopped: () => boolean = () => false,
): Promise<LimitsAnswer | undefined> {
  const found = await runSliced(census.take(INTEREST, { processes: new ProcessTable() }), stopped);
  const look = census.lookOnce();
  const limits = found && (await runSliced(limitUses(found, look), stopped));
  if (!limits) return undefined;
  const { host, blind } = found;
  const named = new Set(limits.flatMap(({ ref, uses }) => [ref, uses?.ref]));
  const processes = look.processes.mentioned().filter((one) => named.has(processRef(one.pid, one.startTime)));
  return { seenAt: Date.now(), host, limits, processes, blind };
}
