/** What a row says, and when it may say something new: rows hold still. */
import type { IpcObject } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import { contracts } from '../../protocol/kinds';
import { OWN_WORDS } from '../ids';
import { viewOf } from '../kinds';
import { ownActs } from '../kinds/ownActs';

/** Milliseconds between two changes of a row's counters. */
const COUNTERS_HOLD = 3000;
/** Milliseconds for which a row whose tooltip was just opened keeps its counters: a change would close the tooltip. */
const TOOLTIP_HOLD = 10_000;
/** At most so many parts in a description. */
const PARTS = 4;

export interface Row {
  label: string;
  description: string;
  icon: string;
  contextValue: string;
  /** Another user's object is dimmed. */
  foreign: boolean;
  /** What changes at once; the rest is held back. */
  urgent: string;
}

/** The row of an object. */
export function rowOf(object: IpcObject, host: Host): Row {
  const view = viewOf(object);
  const { steady, counters } = view.description(object, host);
  const foreign = object.owner.uid !== host.uid;
  const own = ownActs(object);
  const contextValue = [
    view.word,
    ...Object.keys(contracts[object.kind].abilities),
    ...object.flags,
    ...(own.some(({ holds }) => !holds) ? [OWN_WORDS.waiting] : []),
    ...(own.some(({ holds }) => holds) ? [OWN_WORDS.holding] : []),
  ].join(' ');
  const row = {
    label: view.label(object),
    description: [...steady, ...counters].slice(0, PARTS).join(' · '),
    icon: view.icon,
    contextValue,
    foreign,
  };
  return { ...row, urgent: JSON.stringify([row.label, steady, row.icon, contextValue, foreign]) };
}

interface Shown {
  row: Row;
  /** The object that an opened tooltip told of. */
  told?: IpcObject;
  /** Until when its counters are held. */
  until: number;
  timer?: ReturnType<typeof setTimeout>;
}

/** Decides which leaves are fired: only those whose own text changed, counters at most every three seconds. */
export class RowKeeper {
  private readonly shown = new Map<Ref, Shown>();

  /** `holds`: milliseconds, shorter in tests. */
  constructor(
    private readonly fire: (refs: Ref[]) => void,
    private readonly holds = { counters: COUNTERS_HOLD, tooltip: TOOLTIP_HOLD },
  ) {}

  /** The row was handed to VS Code. */
  gave(ref: Ref, row: Row): void {
    const before = this.shown.get(ref);
    clearTimeout(before?.timer);
    this.shown.set(ref, { row, until: Date.now() + this.holds.counters });
  }

  /** The tooltip was handed to VS Code, which keeps it until the row is fired. */
  told(ref: Ref, object: IpcObject): void {
    const shown = this.shown.get(ref);
    if (!shown) return;
    shown.told = object;
    shown.until = Date.now() + this.holds.tooltip;
    clearTimeout(shown.timer);
    shown.timer = undefined;
  }

  /** Objects changed: fires what may be fired now, and the rest when its time has come. */
  update(objects: readonly IpcObject[], host: Host): void {
    const now: Ref[] = [];
    for (const object of objects) {
      const shown = this.shown.get(object.ref);
      if (!shown) continue;
      const row = rowOf(object, host);
      if (row.urgent !== shown.row.urgent) now.push(object.ref);
      else if (row.description !== shown.row.description || (shown.told && shown.told !== object)) {
        const wait = shown.until - Date.now();
        if (wait <= 0) now.push(object.ref);
        else
          shown.timer ??= setTimeout(() => {
            shown.timer = undefined;
            this.fire([object.ref]);
          }, wait);
      }
    }
    if (now.length > 0) this.fire(now);
  }

  forget(ref: Ref): void {
    clearTimeout(this.shown.get(ref)?.timer);
    this.shown.delete(ref);
  }

  dispose(): void {
    for (const ref of [...this.shown.keys()]) this.forget(ref);
  }
}
