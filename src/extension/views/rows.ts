/** What a row says, and when it may say something new: rows hold still. */
import { contracts, type IpcObject } from '../../protocol/kinds';
import type { Host } from '../../protocol/snapshot';
import type { Find } from '../../presentation/values';
import { OWN_WORDS } from '../ids';
import { refusalOf } from '../../protocol/mayAct';
import { labelOf, viewOf } from '../../presentation/kinds';
import { actorOf } from '../may';
import { ownActs } from '../../presentation/ownActs';
import { isOthers } from '../../presentation/kinds/owner';
import { hasHolders } from '../../presentation/holders';

/** Milliseconds between two changes of a row's counters. */
export const COUNTERS_HOLD = 3000;
/** Milliseconds for which a row whose tooltip was just opened keeps its counters: a change would close the tooltip. */
const TOOLTIP_HOLD = 10_000;
/** At most so many parts in a description. */
const PARTS = 4;

export interface Row {
  label: string;
  description: string;
  icon: string;
  /** The icon has the colour of a warning. */
  attention: boolean;
  contextValue: string;
  /** Another user's is dimmed. */
  foreign: boolean;
  /** Something stands under it. */
  collapsible: boolean;
  /** What changes at once; the rest is held back. */
  urgent: string;
}

/** What a row is made of. `steady` parts change at once, counters are held back. */
interface Parts {
  label: string;
  steady: readonly string[];
  counters?: readonly string[];
  last?: readonly string[];
  icon: string;
  contextValue: string;
  attention?: boolean;
  foreign?: boolean;
  collapsible?: boolean;
}

/** A row of its parts. */
export function makeRow(parts: Parts): Row {
  const { label, steady, counters = [], last = [], icon, contextValue } = parts;
  const { attention = false, foreign = false, collapsible = false } = parts;
  return {
    ...{ label, icon, attention, contextValue, foreign, collapsible },
    description: [...steady, ...counters, ...last].slice(0, PARTS).join(' · '),
    urgent: JSON.stringify([label, steady, icon, attention, contextValue, foreign, collapsible]),
  };
}

/** A row that only tells something: its text has a count, which is held back as all counts are. */
export function noteRow(text: string): Row {
  return makeRow({ label: '', steady: [], counters: [text], icon: '', contextValue: '' });
}

/** The row of an object. */
export function rowOf(object: IpcObject, host: Host, find: Find, collapsible = hasHolders(object)): Row {
  const view = viewOf(object);
  const { steady, counters, owner = [], last = [], attention } = view.row(object, host, find);
  const own = ownActs(object);
  const actor = actorOf(host);
  return makeRow({
    label: labelOf(object, find),
    steady,
    counters: [...counters, ...owner],
    last,
    icon: view.icon,
    attention: attention === true,
    contextValue: [
      view.word,
      ...Object.keys(contracts[object.kind].abilities).filter(
        (ability) => !refusalOf(object, ability, actor),
      ),
      ...object.flags,
      ...(own.some(({ holds }) => !holds) ? [OWN_WORDS.waiting] : []),
      ...(own.some(({ holds }) => holds) ? [OWN_WORDS.holding] : []),
    ].join(' '),
    foreign: isOthers(object, host),
    collapsible,
  });
}

/** A row as it is now, and what its tooltip would tell of: another value there means another tooltip. */
export interface Now {
  row: Row;
  of: unknown;
}

interface Shown {
  row: Row;
  /** What an opened tooltip told of. */
  told?: unknown;
  /** Until when its counters are held. */
  until: number;
  timer?: ReturnType<typeof setTimeout>;
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

  /** The tooltip was handed to VS Code, which keeps it until the row is fired. */
  told(id: string, of: unknown): void {
    const shown = this.shown.get(id);
    if (!shown) return;
    shown.told = of;
    shown.until = Date.now() + this.holds.tooltip;
    clearTimeout(shown.timer);
    shown.timer = undefined;
  }

  /** Rows may have changed: answers those that may be fired now, and fires the rest when its time has come. `look` is asked only of rows that are shown. */
  update(ids: Iterable<string>, look: (id: string) => Now | undefined): string[] {
    const now: string[] = [];
    for (const id of ids) {
      const shown = this.shown.get(id);
      const found = shown && look(id);
      if (!found) continue;
      const { row, of } = found;
      if (row.urgent !== shown.row.urgent) now.push(id);
      else if (row.description !== shown.row.description || (shown.told !== undefined && shown.told !== of)) {
        const wait = shown.until - Date.now();
        if (wait <= 0) now.push(id);
        else
          shown.timer ??= setTimeout(() => {
            shown.timer = undefined;
            this.fire([id]);
          }, wait);
      }
    }
    return now;
  }

  /** Whether any row is held back. */
  get holdsBack(): boolean {
    for (const { timer } of this.shown.values()) if (timer) return true;
    return false;
  }

  forget(id: string): void {
    clearTimeout(this.shown.get(id)?.timer);
    this.shown.delete(id);
  }

  dispose(): void {
    for (const id of [...this.shown.keys()]) this.forget(id);
  }
}
