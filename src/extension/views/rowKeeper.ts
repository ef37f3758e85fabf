/** When a row may say something new: rows hold still. Needs no VS Code. */
import type { Row } from './rows';

/** Milliseconds between two changes of a row's counters. */
export const COUNTERS_HOLD = 3000;
/** Milliseconds for which a row whose tooltip was just opened keeps its counters: a change would close the tooltip. */
const TOOLTIP_HOLD = 10_000;

/** A row as it is now, and what its tooltip would tell of: another value there means another tooltip. */
export interface Now {
  row: Row;
  of: unknown;
}

interface Shown {
  row: Row;
  /** What an opened tooltip told of. */
  told?: unknown;
  /** Until when its counters are held, in milliseconds since the epoch. */
  until: number;
  /** It is held back: it may say something new, and is fired when its time has come. */
  timer?: ReturnType<typeof setTimeout> | undefined;
  /** When the look began since which it is held back, or was fired after that and not asked for. */
  since?: number | undefined;
}

/** Decides which rows are fired: only those whose own text changed, counters at most every three seconds. */
export class RowKeeper {
  private readonly shown = new Map<string, Shown>();

  /** `fire`: for rows whose time has come. `holds`: milliseconds, shorter in tests. */
  constructor(
    private readonly fire: (ids: string[]) => void,
    private readonly holds = { counters: COUNTERS_HOLD, tooltip: TOOLTIP_HOLD },
  ) {}

  /** The row was handed to VS Code. */
  gave(id: string, row: Row): void {
    const before = this.shown.get(id);
    clearTimeout(before?.timer);
    this.shown.set(id, { row, until: Date.now() + this.holds.counters });
  }

  /** The row that was handed to VS Code last. */
  last(id: string): Row | undefined {
    return this.shown.get(id)?.row;
  }

  /** The tooltip was handed to VS Code, which keeps it until the row is fired. */
  told(id: string, of: unknown): void {
    const shown = this.shown.get(id);
    if (!shown) return;
    shown.told = of;
    shown.until = Date.now() + this.holds.tooltip;
    // What it is held back with may be the last that changes.
    if (shown.timer !== undefined) this.hold(id, shown, shown.since);
  }

  /** Rows may have changed: answers those that may be fired now, and fires the rest when its time has come. `look` is asked only of rows that are shown; `at`: when the look began that they are of. */
  update(ids: Iterable<string>, look: (id: string) => Now | undefined, at: number): string[] {
    const now: string[] = [];
    for (const id of ids) {
      const shown = this.shown.get(id);
      const found = shown && look(id);
      if (!found) continue;
      const { row, of } = found;
      if (row.urgent !== shown.row.urgent) now.push(id);
      else if (row.description !== shown.row.description || (shown.told !== undefined && shown.told !== of)) {
        if (shown.until <= Date.now()) now.push(id);
        else if (shown.timer === undefined) this.hold(id, shown, at);
      }
    }
    return now;
  }

  private hold(id: string, shown: Shown, since: number | undefined): void {
    clearTimeout(shown.timer);
    shown.since ??= since;
    shown.timer = setTimeout(() => {
      shown.timer = undefined;
      this.fire([id]);
    }, shown.until - Date.now());
  }

  /** When the look began since which some row does not say what it should; undefined where all do. */
  get heldSince(): number | undefined {
    let first: number | undefined;
    for (const { since } of this.shown.values())
      if (since !== undefined && (first === undefined || since < first)) first = since;
    return first;
  }

  /** Nobody sees the rows, nor keeps what they tell of: what is held back is not fired. Whoever shows them again draws them all. */
  rest(): void {
    for (const shown of this.shown.values()) {
      clearTimeout(shown.timer);
      shown.timer = shown.since = undefined;
    }
  }

  forget(id: string): void {
    clearTimeout(this.shown.get(id)?.timer);
    this.shown.delete(id);
  }

  dispose(): void {
    for (const id of [...this.shown.keys()]) this.forget(id);
  }
}
