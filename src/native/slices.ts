/** Long work in slices, so that a cancel, a stop or another call is heard in between. */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds that one slice may hold the loop; single steps take a few more. */
const SLICE = 15;

/** Says when to pause, and pauses. */
export class Pacer {
  private until = performance.now() + SLICE;

  /** Resolves at once within a slice, else after everybody else had a turn. */
  async breathe(): Promise<void> {
    if (performance.now() < this.until) return;
    await setImmediate();
    this.until = performance.now() + SLICE;
  }

  get due(): boolean {
    return performance.now() >= this.until;
  }
}

/** What a drive answers that may go on later. */
export const PAUSED = Symbol('paused');

/**
 * Drives a generator that yields wherever it may pause. `stopped` ends it early: then undefined. `late` leaves it where it is, so that it can be driven on: then
 * PAUSED, but never before a first slice.
 */
export function runSliced<T>(work: Generator<undefined, T>, stopped?: () => boolean): Promise<T | undefined>;
export function runSliced<T>(
  work: Generator<undefined, T>,
  stopped: () => boolean,
  late: () => boolean,
): Promise<T | undefined | typeof PAUSED>;
export async function runSliced<T>(
  work: Generator<undefined, T>,
  stopped: () => boolean = () => false,
  late: () => boolean = () => false,
): Promise<T | undefined | typeof PAUSED> {
  const pacer = new Pacer();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (pacer.due) {
      await pacer.breathe();
      if (stopped()) {
        work.return(undefined as never);
        return undefined;
      }
      if (late()) return PAUSED;
    }
  }
}

/** Drives a generator to its end without a pause, for short work of an act. */
export function runNow<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
