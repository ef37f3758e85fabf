/** /proc/PID/stat and /proc/PID/cmdline (proc(5)): bytes in, records out. */
import { kernelName, type KernelName } from './names';

/** The part of a stat line that we use. */
export interface StatRecord {
  pid: number;
  name: KernelName;
  /** One letter: R, S, D, T, t, Z, X, I */
  state: string;
  parent: number;
  /** Fields 5, 6 and 8: process group, session, and the group in the foreground of its terminal (-1: none). */
  group: number;
  session: number;
  foreground: number;
  /** Field 7 as the kernel writes it: the terminal's device; 0: none. */
  terminal: number;
  /** Field 39: the CPU on which it ran last. */
  cpu: number;
  /** Field 52: of a stopped process the signal that did it, where the kernel tells that (fs/proc/array.c, do_task_stat); 0 where we may not know. */
  exitCode: number;
  /** Field 22: clock ticks after boot, as text, since it names the process. */
  startTime: string;
  /** PF_KTHREAD of field 9: it has no memory and no descriptors. */
  kernelThread: boolean;
  /** Field 48: where its arguments stand; 0 where we may not know. */
  argumentsAt: bigint;
}

/** include/linux/sched.h */
const PF_KTHREAD = 0x00200000;

/**
 * Parses a stat line. The name stands raw between the first `(` and the LAST `)`: it may hold spaces, newlines and parentheses.
 * Undefined where the line is not whole.
 */
export function parseStat(line: Buffer): StatRecord | undefined {
  const open = line.indexOf(0x28);
  const close = line.lastIndexOf(0x29);
  if (open < 0 || close < open) return undefined;
  const fields = line.toString('latin1', close + 2).split(' ');
  const [state, parent] = fields;
  const startTime = fields[19];
  if (state === undefined || parent === undefined || startTime === undefined) return undefined;
  const argumentsAt = fields[45]?.trim() ?? '0';
  return {
    pid: parseInt(line.toString('latin1', 0, open), 10),
    name: kernelName(line.subarray(open + 1, close)),
    state,
    parent: Number(parent),
    group: Number(fields[2]),
    session: Number(fields[3]),
    terminal: Number(fields[4]),
    foreground: Number(fields[5]),
    cpu: Number(fields[36] ?? -1),
    exitCode: Number(fields[49] ?? 0),
    startTime,
    kernelThread: (Number(fields[6]) & PF_KTHREAD) !== 0,
    argumentsAt: /^\d{1,20}$/.test(argumentsAt) ? BigInt(argumentsAt) : 0n,
  };
}

/** The arguments, joined by spaces as ps(1) does; undefined for an empty one (kernel threads, zombies). */
export function parseCommandLine(raw: Buffer): string | undefined {
  let end = raw.length;
  while (end > 0 && raw[end - 1] === 0) end--;
  if (end === 0) return undefined;
  const joined = Buffer.from(raw.subarray(0, end));
  for (let at = joined.indexOf(0); at >= 0; at = joined.indexOf(0, at)) joined[at] = 0x20;
  return kernelName(joined).text;
}
