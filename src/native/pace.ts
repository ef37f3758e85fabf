/** How long it takes to tell somebody of objects: until they are written, read and made use of, which on a busy machine takes longer than to find them. */

/** Milliseconds for an object on an idle machine. */
const IDLE = 0.02;
/** Fewer objects say nothing about it. */
const TELLING = 500;
/** Milliseconds after which whoever asks again had something else to do. */
const LATE = 10_000;

export class Pace {
  private measured = 0;
  /** How much longer than its CPU time work takes here. */
  private slowness = 1;
  private told: { at: number; objects: number } | undefined;

  /** Milliseconds for each object. */
  get perObject(): number {
    return Math.max(this.measured, IDLE * this.slowness);
  }

  /** Work took so many milliseconds, and so many of CPU time. */
  worked(time: number, cpu: number): void {
    if (time > 50) this.slowness = Math.min(50, Math.max(1, time / Math.max(1, cpu)));
  }

  /** So many objects go out now. */
  tells(objects: number): void {
    this.told = { at: performance.now(), objects };
  }

  /** Whoever was told asks for more, so all of it has arrived. Slower counts at once, faster by and by. */
  arrived(): void {
    const { at = 0, objects = 0 } = this.told ?? {};
    this.told = undefined;
    const time = performance.now() - at;
    if (objects < TELLING || time > LATE) return;
    this.measured = Math.max(time / objects, this.measured * 0.7 + (time / objects) * 0.3);
  }
}
