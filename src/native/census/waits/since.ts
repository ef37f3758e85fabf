/**
 * Since when a thread has not run. The kernel has it in the time of the scheduler's clock of the thread's CPU, which lags behind CLOCK_MONOTONIC by what a hypervisor
 * and interrupts have taken from that CPU: how far is measured on each CPU, by where the clock of our own thread stands that runs there.
 */
import type { Wait } from '../../../protocol/waits';
import { onCpu } from '../../libc/sched';
import { monotonic } from '../../libc/time';
import { readRecord } from '../../proc/read';
import { lastRunOf, switchesOf } from '../../proc/sched';
import { parseStat } from '../../proc/stat';
import { kept } from '../look';

/** As the contract has it. */
export type Since = Pick<Wait, 'since' | 'atLeast'>;

/** What is asked of the kernel; a test gives other answers. */
export interface SchedulerClock {
  /** As `lastRunOf`, `switchesOf` and field 39 of `stat` have it. `task`: a folder of /proc. */
  lastRun(task: string): string | undefined;
  switches(task: string): string | undefined;
  cpu(task: string): number | undefined;
  /** By how many milliseconds the clock of a CPU lags; undefined where we may not run there. */
  lag(cpu: number): number | undefined;
  monotonic: typeof monotonic;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Milliseconds for which a measured lag is good: it only grows, and slowly. */
const MEASURED = 10_000;
/** Milliseconds of suspension that are none: the two clocks are read one after the other. */
const NEVER = 50;
/** Milliseconds that we sleep, so that our own thread is given the CPU anew. */
const NAP = 1;

interface SinceEntry {
  /** Of whom: its last run, or its switches. */
  mark: string;
  told: Since;
  /** The look in which it was asked for last. */
  look: number;
}

/** Kept from one look to the next: what was said of a wait stays what it is for as long as the wait goes on. */
export class SinceTable {
  private readonly known = new Map<number, SinceEntry>();
  private readonly lags = new Map<number, { lag: number | undefined; at: number }>();
  private suspended = -1;
  /** The monotonic time from which on the machine was surely not suspended. */
  private awakeFrom = 0;
  private looks = 0;

  constructor(private readonly clock: SchedulerClock = kernelClock) {}

  /** Starts a new look. `follows`: on the last one that did; what nobody asked for in that or since is forgotten. */
  begin(follows: boolean): void {
    if (follows) {
      this.looks++;
      for (const [tid, { look }] of this.known) if (look < this.looks - 1) this.known.delete(tid);
    }
    const { now, suspended } = this.clock.monotonic();
    if (Math.abs(suspended - this.suspended) > NEVER) {
      this.awakeFrom = suspended < NEVER ? 0 : now;
      this.suspended = suspended;
    }
  }

  /** Of a thread that sleeps; nothing where nobody knows. */
  of(pid: number, tid: number): Since {
    const task = `/proc/${pid}/task/${tid}`;
    const before = this.known.get(tid);
    const run = this.clock.lastRun(task);
    const mark = run ?? this.clock.switches(task);
    if (mark === undefined) return {};
    if (before?.mark === mark) {
      before.look = this.looks;
      return before.told;
    }
    const told = run === undefined ? undefined : this.toldOf(task, Number(run));
    // From the next look on that may be said: then it has not run in between.
    const fromNow: Since = { since: this.clock.now(), atLeast: true };
    this.known.set(tid, { mark, told: told ?? fromNow, look: this.looks });
    return told ?? {};
  }

  private toldOf(task: string, run: number): Since | undefined {
    const cpu = this.clock.cpu(task);
    const lag = cpu === undefined ? undefined : this.lagOf(cpu);
    if (lag === undefined) return undefined;
    const at = run + lag;
    const { now } = this.clock.monotonic();
    const since = Math.round(this.clock.now() - Math.max(now - at, 0));
    return at < this.awakeFrom ? { since, atLeast: true } : { since };
  }

  private lagOf(cpu: number): number | undefined {
    const { now } = this.clock.monotonic();
    const known = this.lags.get(cpu);
    if (known && now < known.at + MEASURED) return known.lag;
    const lag = this.clock.lag(cpu);
    this.lags.set(cpu, { lag, at: now });
    return lag;
  }
}

/** That of a census. */
export const sinceTable = kept(() => new SinceTable());

const nap = new Int32Array(new SharedArrayBuffer(4));

const kernelClock: SchedulerClock = {
  lastRun: lastRunOf,
  switches: switchesOf,
  cpu: (task) => {
    const line = readRecord(`${task}/stat`);
    return line && parseStat(line)?.cpu;
  },
  lag: (cpu) =>
    onCpu(cpu, () => {
      Atomics.wait(nap, 0, 0, NAP);
      const { now } = monotonic();
      const own = lastRunOf('/proc/thread-self');
      return own === undefined ? undefined : now - Number(own);
    }),
  monotonic,
  now: Date.now,
};
