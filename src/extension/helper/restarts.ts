/** How often a helper that died is started again: at once, then more slowly, three times in a minute at most. */

const DELAYS = [0, 1000, 5000];
const MINUTE = 60_000;

export class Restarts {
  private recent: number[] = [];

  /** Milliseconds until the next start; undefined: it died too often, the user decides. `now` in milliseconds. */
  next(now: number): number | undefined {
    this.recent = this.recent.filter((at) => now - at < MINUTE);
    const delay = DELAYS[this.recent.length];
    if (delay !== undefined) this.recent.push(now);
    return delay;
  }

  /** The user asked for a new start. */
  forget(): void {
    this.recent = [];
  }
}
