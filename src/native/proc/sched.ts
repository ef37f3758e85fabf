/** /proc/PID/task/TID/sched and the switches of `status` (proc(5)): when a thread ran last. */
import { readRecord } from './read';

/** `se.exec_start` as text: milliseconds of the scheduler's clock of its CPU at which it was last given that CPU. Undefined where the kernel keeps none. */
export function lastRunOf(task: string): string | undefined {
  const start = readRecord(`${task}/sched`)?.toString('latin1') ?? '';
  const [, told] = /\nse\.exec_start\s*:\s*(\d+\.\d+)\n/.exec(start) ?? [];
  return told === undefined || Number(told) === 0 ? undefined : told;
}

/** How often it gave up its CPU or lost it; a thread of which that stands still has not run. */
export function switchesOf(task: string): string | undefined {
  const status = readRecord(`${task}/status`)?.toString('latin1') ?? '';
  const [, own, forced] =
    /\nvoluntary_ctxt_switches:\s*(\d+)\nnonvoluntary_ctxt_switches:\s*(\d+)/.exec(status) ?? [];
  return own === undefined ? undefined : `${own} ${forced}`;
}
