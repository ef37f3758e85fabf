/**
 * What is read of each process, and read again only when the process has run. The CPU clock of a process counts all its threads
 * and needs no right; a process that has not run has neither opened nor mapped anything, nor begun or ended to wait. What may change all the
 * same: things that it shares with another process that has run (`together`).
 */
import type { Clocks } from './clocks';

/** A process is never taken for unchanged in more looks than this: each look reads another part of those that stood still. */
const EVERY = 60;
/** Processes between two places where a walk may pause. */
const BREATH = 8;

/** Processes that share what is read: when one has run, all are read again. */
export interface Together {
  /** The others that share with a process. */
  partners(pid: number): Iterable<number>;
  /** Of whom nobody can know with whom they share. */
  readonly unknown: Iterable<number>;
  /** These have run or are new, so nobody knows any more what they share, until `ran` is told of each. */
  begin(pids: ReadonlySet<number>): void;
  /** The process was read just now, since it ran or is new. `tasks`: threads of it that stand for all that it has; itself, mostly. */
  ran(pid: number, tasks: readonly number[]): void;
  gone(pid: number): void;
}

/** Somebody who reads along. */
export interface Ahead {
  /** These are about to be read, in this order. */
  begin(pids: readonly number[]): void;
}

/** Kept from one census to the next. */
export class Clocked<T> {
  private readonly clocks = new Map<number, number>();
  private readonly known = new Map<number, T>();
  private walks = 0;
  /** Of the last walk, and of what was read again since. */
  private lately = new Set<number>();

  /** `read` yields where it may pause (a process may have thousands of threads), and may answer with `before` where it found the same, so that others see at once that nothing changed.
   * `tasks`: as `Together.ran` has it. */
  constructor(
    private readonly read: (pid: number, before: T | undefined) => Generator<undefined, T>,
    private readonly together?: Together,
    private readonly tasks: (read: T, pid: number) => readonly number[] = (_read, pid) => [pid],
    private readonly ahead?: Ahead,
  ) {}

  /** Takes nothing for unchanged in the next walk. */
  forget(): void {
    this.clocks.clear();
  }

  /** Which processes were really read in the last walk and since: what is known of these is no older than that. */
  get fresh(): ReadonlySet<number> {
    return this.lately;
  }

  /** What was read of a process last. */
  last(pid: number): T | undefined {
    return this.known.get(pid);
  }

  /** Puts something else in its place, until it is read again. */
  put(pid: number, value: T): void {
    this.known.set(pid, value);
  }

  /** A walk with these clocks comes soon: who reads along may begin. */
  foresee(now: Clocks): void {
    if (!this.ahead) return;
    this.foreseen = now;
    this.ahead.begin([...this.dirty(now, this.walks % EVERY)]);
  }
  private foreseen: Clocks | undefined;

  /**
   * What was read of every process; the same map each time. `now` was read before: what happens during a read moves a clock, and is read
   * again next time. Yields often.
   */
  *walk(now: Clocks): Generator<undefined, ReadonlyMap<number, T>> {
    const part = this.walks++ % EVERY;
    this.lately = new Set();
    yield* this.readAgain(now, part);
    return this.known;
  }

  /** Reads again what has run since the last walk, and answers with all. */
  *again(now: Clocks): Generator<undefined, ReadonlyMap<number, T>> {
    yield* this.readAgain(now);
    return this.known;
  }

  /** Who has run since it was read, whoever shares with one of those, and a part of all others (`part` of EVERY). */
  private dirty(now: Clocks, part?: number): Set<number> {
    const dirty = new Set<number>();
    for (const [pid, clock] of now) {
      if (this.clocks.get(pid) === clock && pid % EVERY !== part) continue;
      dirty.add(pid);
      for (const partner of this.together?.partners(pid) ?? []) dirty.add(partner);
    }
    for (const pid of this.together?.unknown ?? []) dirty.add(pid);
    return dirty;
  }

  private *readAgain(now: Clocks, part?: number): Generator<undefined, void> {
    const dirty = this.dirty(now, part);
    for (const pid of this.known.keys())
      if (!now.has(pid)) {
        // What it did before it ended it did to the others' too.
        for (const partner of this.together?.partners(pid) ?? []) dirty.add(partner);
        this.known.delete(pid);
        this.clocks.delete(pid);
        this.together?.gone(pid);
      }
    this.together?.begin(dirty);
    if (this.foreseen !== now) this.ahead?.begin([...dirty]);
    let breath = 0;
    for (const pid of dirty) {
      const clock = now.get(pid);
      if (clock === undefined) continue;
      if (++breath % BREATH === 0) yield;
      const read = yield* this.read(pid, this.known.get(pid));
      this.known.set(pid, read);
      this.lately.add(pid);
      this.clocks.set(pid, clock);
      this.together?.ran(pid, this.tasks(read, pid));
    }
  }
}
