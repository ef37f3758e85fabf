/** What the Processes view shows of a process besides its name: state, threads, signals, folders, and what its threads wait for. */
import { readlinkSync } from 'node:fs';
import type { Process, ProcessWait } from '../../protocol/snapshot';
import { kernelName } from '../proc/names';
import { parseStatus } from '../proc/status';
import type { ProcessThreads, SleepingThread } from './threads';

/** Reads it afresh: signals and states change without the process having run. `task`: the thread that shows what it is, as `ProcessTable.task` has it. */
export function processFacts(
  process: Process,
  task: number,
  statusText: Buffer | undefined,
  threads: ProcessThreads | undefined,
  refOf: (pid: number, thread: SleepingThread) => ProcessWait['ref'],
): Process {
  const { pid } = process;
  const { state = process.state, ...status } = parseStatus(statusText?.toString('latin1') ?? '');
  const waits = threads?.sleeping.map((thread): ProcessWait => {
    const { tid, call, arguments: told, certain } = thread;
    const ref = refOf(pid, thread);
    return { tid, call, arguments: told, certain, ...(ref && { ref }) };
  });
  return {
    ...process,
    state,
    ...status,
    ...path('workingDirectory', `/proc/${task}/cwd`),
    ...path('executable', `/proc/${task}/exe`),
    ...(waits && waits.length > 0 && { waits }),
  };
}

/** Where a link leads; nothing where it may not be read. */
function path(field: 'workingDirectory' | 'executable', link: string): Partial<Process> {
  try {
    return { [field]: kernelName(readlinkSync(link, 'buffer')).text };
  } catch {
    return {};
  }
}
