/** The rows of a table: which objects, in which order, and which of them are selected. Needs no VS Code. */
import type { IpcObject } from '../../../protocol/kinds';
import type { Selecting } from '../../../protocol/pages/table';
import type { Ref } from '../../../protocol/ref';
import type { Context } from '../../../presentation/facts';
import { type FilterAround, objectsMeant } from '../../../presentation/filter/meant';
import { askedBy, type Asked } from '../../../presentation/filter/filterWords';
import { frontOf, isSocket, otherEnd } from '../../../presentation/kinds/connections';
import { inOrder, isInOrder, type Sorting } from '../../../presentation/table/sorting';

/** What surrounds the objects of a table. */
export interface TableAround extends FilterAround {
  contextOf: (object: IpcObject) => Context;
}

/** In which order the rows are, since when, and whether they still are. */
export interface Sorted extends Sorting {
  at: number;
  holds: boolean;
}

export class TableModel {
  /** What is there, a connection once. */
  private objects = new Map<Ref, IpcObject>();
  private order: Ref[] = [];
  private places: Map<Ref, number> | undefined;
  private readonly chosen = new Set<Ref>();
  private asked: Asked;
  private typed: string;
  private sorting: Sorting | undefined;
  private current: Sorted | undefined;
  /** Whether each object is meant, as long as it stays the same. */
  private meant = new WeakMap<IpcObject, boolean>();
  /** The order is that of a click that was not carried out yet. */
  private due = true;

  constructor(words: string, sorting: Sorting | undefined) {
    this.typed = words;
    this.asked = askedBy(words);
    this.sorting = sorting;
  }

  get words(): string {
    return this.typed;
  }

  get sorted(): Sorted | undefined {
    return this.current;
  }

  /** How many there are, whatever the filter lets through. */
  get all(): number {
    return this.objects.size;
  }

  get shown(): number {
    return this.order.length;
  }

  get selected(): number {
    return this.chosen.size;
  }

  /** Takes what is there now, in the order of its rows in the view. Those that are known keep their places; new ones come at the end. */
  take(objects: readonly IpcObject[], around: TableAround, now: number): void {
    this.objects = new Map();
    for (const object of objects)
      if (!isSocket(object) || frontOf(object, around.find.object) === object)
        this.objects.set(object.ref, object);
    this.arrange(around, now);
  }

  /** What was learned of processes or findings may make others meant. */
  forget(): void {
    this.meant = new WeakMap();
  }

  setWords(words: string, around: TableAround, now: number): void {
    this.typed = words;
    this.asked = askedBy(words);
    this.forget();
    this.due = true;
    this.arrange(around, now);
  }

  /** By a column; by the same once more the other way round, unless it only does not hold any more. `largestFirst`: how it begins. */
  sort(key: string, largestFirst: boolean, around: TableAround, now: number): void {
    const { current } = this;
    const descending = current?.key === key ? current.descending !== current.holds : largestFirst;
    this.sorting = { key, descending };
    this.due = true;
    this.arrange(around, now);
  }

  select(selecting: Selecting): void {
    switch (selecting.is) {
      case 'all':
        for (const ref of this.order) this.chosen.add(ref);
        break;
      case 'none':
        this.chosen.clear();
        break;
      case 'toggle':
        if (!this.chosen.delete(selecting.ref) && this.placeOf(selecting.ref) !== undefined)
          this.chosen.add(selecting.ref);
        break;
      case 'range': {
        const [from, to] = [this.placeOf(selecting.from), this.placeOf(selecting.to)];
        this.chosen.clear();
        if (from === undefined || to === undefined) break;
        for (const ref of this.order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.chosen.add(ref);
      }
    }
  }

  isSelected(ref: Ref): boolean {
    return this.chosen.has(ref);
  }

  get(ref: Ref): IpcObject | undefined {
    return this.objects.get(ref);
  }

  /** Those in their order, from one place up to another (not including). */
  slice(from: number, to: number): IpcObject[] {
    return this.objectsOf(this.order.slice(from, to));
  }

  /** Those that are selected, in their order. */
  selection(): IpcObject[] {
    return this.objectsOf(this.order.filter((ref) => this.chosen.has(ref)));
  }

  private objectsOf(refs: readonly Ref[]): IpcObject[] {
    return refs.map((ref) => this.objects.get(ref)).filter((object) => object !== undefined);
  }

  private placeOf(ref: Ref): number | undefined {
    this.places ??= new Map(this.order.map((one, at) => [one, at]));
    return this.places.get(ref);
  }

  private isMeant(object: IpcObject, around: TableAround): boolean {
    let meant = this.meant.get(object);
    if (meant === undefined) {
      const other = isSocket(object) ? otherEnd(object, around.find.object) : undefined;
      meant = objectsMeant(other ? [object, other] : [object], this.asked, around);
      this.meant.set(object, meant);
    }
    return meant;
  }

  private arrange(around: TableAround, now: number): void {
    const meant = [...this.objects.values()].filter((object) => this.isMeant(object, around));
    const refs = new Set(meant.map(({ ref }) => ref));
    if (this.due) {
      this.due = false;
      const { sorting } = this;
      const sorted = sorting ? inOrder(meant, sorting, around.contextOf) : meant;
      this.order = sorted.map(({ ref }) => ref);
      this.current = sorting && { ...sorting, at: now, holds: true };
    } else {
      const known = new Set(this.order);
      this.order = [
        ...this.order.filter((ref) => refs.has(ref)),
        ...meant.filter(({ ref }) => !known.has(ref)).map(({ ref }) => ref),
      ];
      if (this.current?.holds && !isInOrder(this.slice(0, this.order.length), this.current, around.contextOf))
        this.current = { ...this.current, holds: false };
    }
    this.places = undefined;
    for (const ref of this.chosen) if (!refs.has(ref)) this.chosen.delete(ref);
  }
}
