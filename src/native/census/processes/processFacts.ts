/** What the Processes view shows of a process besides its name: state, family, terminal, threads, signals and folders. */
import { readlinkSync } from 'node:fs';
import type { Process, Thread } from '../../../protocol/snapshot';
import { makedev } from '../../libc/directory';
import { isFrozen } from '../../proc/calls';
import { kernelName } from '../../proc/names';
import { readLine, readSmall } from '../../proc/read';
import type { StatRecord } from '../../proc/stat';
import { parseStatus } from '../../proc/status';
import { wchanOf } from '../../proc/syscall';
import type { ProcessTable } from './processes';

/** SIGRTMAX. */
const LAST_SIGNAL = 64;

/** As it is now: signals and states change without the process having run. `processes`: where its stat and status were read in this look, if they were. */
export function processFacts(process: Process, processes: ProcessTable, threads: Thread[]): Process {
  const [task, statusText] = [processes.task(process.pid), processes.status(process.pid)];
  const { state = process.state, ...status } = parseStatus(statusText?.toString('latin1') ?? '');
  const frozen = frozenOf(process.pid, task, state, threads);
  const links = {
    ...path('workingDirectory', `/proc/${task}/cwd`),
    ...path('executable', `/proc/${task}/exe`),
  };
  const stat = processes.stat(process.pid);
  // Its number may have come to be another's.
  if (!stat || (task === process.pid && stat.startTime !== process.startTime)) return { ...process, threads };
  return {
    ...process,
    state,
    ...status,
    ...familyOf(stat),
    ...(state === 'T' && stat.exitCode > 0 && stat.exitCode <= LAST_SIGNAL && { stoppedBy: stat.exitCode }),
    ...(frozen !== undefined && { frozen }),
    ...links,
    threads,
  };
}

function familyOf({
  group,
  session,
  terminal: packed,
  foreground,
}: StatRecord): Pick<Process, 'terminal'> & Partial<Pick<Process, 'group' | 'session'>> {
  const terminal =
    packed === 0
      ? null
      : { device: String(deviceOf(packed)), foregroundGroup: foreground < 0 ? null : foreground };
  // A process of the kernel's own has -1 for both in some versions.
  return { ...(group >= 0 && { group }), ...(session >= 0 && { session }), terminal };
}

/** tty_nr of stat (proc(5)): minor in bits 31 to 20 and 7 to 0, major in bits 15 to 8 and above. */
function deviceOf(packed: number): bigint {
  return makedev((packed >>> 8) & 0xfff, (packed & 0xff) | ((packed >>> 12) & 0xfff00));
}

/** Undefined where the kernel does not say where it sleeps. */
function frozenOf(pid: number, task: number, state: string, threads: readonly Thread[]): boolean | undefined {
  if (!/^[SD]$/.test(state)) return false;
  // That of cgroups v1 holds it where it sleeps, in a state that proc(5) calls D.
  if (state === 'D' && isHeldByFreezer(task)) return true;
  // Whoever waits in a call is not held up on its way out of it.
  if (threads.some(({ tid, wait }) => tid === task && wait !== undefined)) return false;
  const wchan = wchanOf(pid, task);
  return wchan === '' || wchan === '0' ? undefined : isFrozen(wchan);
}

/** Whether the freezer of its cgroup is shut, where that is mounted in the usual place (cgroups(7), freezer-subsystem). */
function isHeldByFreezer(task: number): boolean {
  const groups = readSmall(`/proc/${task}/cgroup`)?.toString('latin1') ?? '';
  const line = groups.split('\n').find((one) => /^\d+:(?:[^:]*,)?freezer(?:,[^:]*)?:\//.test(one));
  const path = line?.slice(line.indexOf(':/') + 1);
  if (path === undefined || path.includes('..')) return false;
  return readLine(`/sys/fs/cgroup/freezer${path}/freezer.state`) === 'FROZEN';
}

/** Where a link leads; nothing where it may not be read. */
function path(field: 'workingDirectory' | 'executable', link: string): Partial<Process> {
  try {
    return { [field]: kernelName(readlinkSync(link, 'buffer')).text };
  } catch {
    return {};
  }
}
