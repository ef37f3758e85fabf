/**
 * What is read of each process, and read again only when the process has run. The CPU clock of a process counts all its threads
 * and needs no right; a process that has not run has neither changed its mappings nor begun or ended to wait.
 */
import { readdirSync } from 'node:fs';
import { cpuClock } from '../libc/time';

/** Every so many walks nothing is taken for unchanged: memory shared by CLONE_VM is changed by another process than the one we look at. */
const FULL = 15;
/** Processes between two places where a walk may pause. */
const BREATH = 8;

/** Kept from one census to the next. */
export class Clocked<T> {
  private known = new Map<number, { clock: bigint; read: T }>();
  private walks = 0;

  /** `read` yields where it may pause: a process may have thousands of threads. */
  constructor(private readonly read: (pid: number) => Generator<undefined, T>) {}

  /** What was read of every process. Yields often. */
  *walk(): Generator<undefined, Map<number, T>> {
    const full = this.walks++ % FULL === 0;
    const next = new Map<number, { clock: bigint; read: T }>();
    const all = new Map<number, T>();
    let breath = 0;
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      if (++breath % BREATH === 0) yield;
      // The clock first: what happens during the read moves it, and is read again next time.
      const clock = cpuClock(pid);
      if (clock === undefined) continue;
      const before = this.known.get(pid);
      const known = !full && before?.clock === clock ? before : { clock, read: yield* this.read(pid) };
      next.set(pid, known);
      all.set(pid, known.read);
    }
    this.known = next;
    return all;
  }
}
