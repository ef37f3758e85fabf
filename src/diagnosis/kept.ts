/** What rules keep from one look to the next: since when something is so, and what they have counted. Each look makes a new one, so that a step leaves the one before as it was. */

/** A number at a moment, in milliseconds since the epoch. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** What one look leaves to the next. What is not asked for again is forgotten. */
export class Kept {
  private readonly first = new Map<string, number>();
  private readonly notes = new Map<string, { at: number; note: unknown }>();

  /** `at`: when the look began, milliseconds since the epoch. */
  constructor(
    private readonly at: number,
    private readonly before?: Kept,
  ) {}

  /** Says that something is so; answers since which look each look has said it. */
  since(what: string): number {
    const from = this.before?.first.get(what) ?? this.at;
    this.first.set(what, from);
    return from;
  }

  /** Whether the look before said that it is so. */
  was(what: string): boolean {
    return this.before?.first.has(what) === true;
  }

  /** A note that is made of the one before, once in so many milliseconds. One of its name is always of one type. */
  note<T>(what: string, every: number, make: (before: T | undefined, at: number) => T): T {
    const known = this.before?.notes.get(what);
    const young = known !== undefined && this.at - known.at < every;
    const now = young ? known : { at: this.at, note: make(known?.note as T | undefined, this.at) };
    this.notes.set(what, now);
    return now.note as T;
  }

  /** Comes at one limit and goes below a lower one, so that what is near the first does not come and go. */
  isOver(what: string, value: number, { come, go }: { come: number; go: number }): boolean {
    if (value < come && !(value >= go && this.was(what))) return false;
    this.since(what);
    return true;
  }
}

/** Samples with one more; of those before the span only the last, which tells what it was when the span began. */
export function withSample(before: readonly Sample[], now: Sample, span: number): readonly Sample[] {
  const begin = before.findLastIndex(({ at }) => at <= now.at - span);
  return [...before.slice(Math.max(begin, 0)), now];
}
