/**
 * What is read of each process, and read again only when the process has run. The CPU clock of a process counts all its threads
 * and needs no right; a process that has not run has neither opened nor mapped anything, nor begun or ended to wait. What may change all the
 * same: things that it shares with another process that has run (`together`).
 */
import { readdirSync } from 'node:fs';
import { cpuClock } from '../libc/time';

/** Every so many walks nothing is taken for unchanged. */
const FULL = 30;
/** Processes between two places where a walk may pause. */
const BREATH = 8;

/** Processes that share what is read: when one has run, all are read again. */
export interface Together {
  /** The others that share with a process. */
  partners(pid: number): Iterable<number>;
  /** Of whom nobody can know with whom they share. */
  readonly unknown: Iterable<number>;
  /** The process was read just now, since it ran or is new. */
  ran(pid: number): void;
  gone(pid: number): void;
}

interface Known<T> {
  clock: bigint;
  read: T;
}

/** Kept from one census to the next. */
export class Clocked<T> {
  private known = new Map<number, Known<T>>();
  private walks = 0;

  /** `read` yields where it may pause (a process may have thousands of threads), and may answer with `before` where it found the same, so that others see at once that nothing changed. */
  constructor(
    private readonly read: (pid: number, before: T | undefined) => Generator<undefined, T>,
    private readonly together?: Together,
  ) {}

  /** What was read of every process. Yields often. */
  *walk(): Generator<undefined, Map<number, T>> {
    const full = this.walks++ % FULL === 0;
    // The clocks first: what happens during a read moves them, and is read again next time.
    const clocks = clocksOf();
    yield;
    const dirty = new Set<number>();
    for (const [pid, clock] of clocks) {
      if (!full && this.known.get(pid)?.clock === clock) continue;
      dirty.add(pid);
      for (const partner of this.together?.partners(pid) ?? []) dirty.add(partner);
    }
    for (const pid of this.together?.unknown ?? []) dirty.add(pid);
    for (const pid of this.known.keys())
      if (!clocks.has(pid)) {
        this.known.delete(pid);
        this.together?.gone(pid);
      }
    let breath = 0;
    for (const pid of dirty) {
      const clock = clocks.get(pid);
      if (clock === undefined) continue;
      if (++breath % BREATH === 0) yield;
      this.known.set(pid, { clock, read: yield* this.read(pid, this.known.get(pid)?.read) });
      this.together?.ran(pid);
    }
    const all = new Map<number, T>();
    for (const [pid, { read }] of this.known) all.set(pid, read);
    return all;
  }

  /** Reads again what has run since the last walk, and answers that alone. */
  *again(): Generator<undefined, Map<number, T>> {
    this.walks--;
    return yield* this.walk();
  }
}

function clocksOf(): Map<number, bigint> {
  const clocks = new Map<number, bigint>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const clock = cpuClock(pid);
    if (clock !== undefined) clocks.set(pid, clock);
  }
  return clocks;
}
