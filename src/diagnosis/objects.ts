/** The objects of a look by kind and ref. What did not change since the look before is not indexed again: it is the same JavaScript object there. */
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import type { Kind, Ref } from '../protocol/ref';

/** Chooses among the objects of a kind by what stands in each alone: its answer for one object is always the same. */
export interface Choice<K extends Kind> {
  readonly kind: K;
  readonly has: (object: ObjectOf<K>) => boolean;
}

/** An index over the objects of one look. */
export class Objects {
  private constructor(
    private readonly all: readonly IpcObject[],
    private readonly kinds: ReadonlyMap<Kind, OfKind>,
  ) {}

  /** `before`: that of the look before, which answers as it did. */
  static of(all: readonly IpcObject[], before?: Objects): Objects {
    if (before && isSame(all, before.all)) return before;
    const kinds = new Map<Kind, OfKind>();
    for (const [kind, some] of byKind(all)) {
      const known = before?.kinds.get(kind);
      kinds.set(kind, known ? known.next(some) : new OfKind(some));
    }
    return new Objects(all, kinds);
  }

  kind<K extends Kind>(kind: K): readonly ObjectOf<K>[] {
    return (this.kinds.get(kind)?.all ?? []) as ObjectOf<K>[];
  }

  find(kind: Kind, ref: Ref): IpcObject | undefined {
    return this.kinds.get(kind)?.find(ref);
  }

  /** Those of its kind that a choice has, in the order of the look. */
  chosen<K extends Kind>(choice: Choice<K>): readonly ObjectOf<K>[] {
    return (this.kinds.get(choice.kind)?.chosen(choice as unknown as Choice<Kind>) ?? []) as ObjectOf<K>[];
  }
}

/** The objects of one kind; what is asked of them is made once. */
class OfKind {
  private byRef: Map<Ref, IpcObject> | undefined;
  private readonly choices = new Map<Choice<Kind>, readonly IpcObject[]>();

  constructor(readonly all: readonly IpcObject[]) {}

  /** The same of the next look. */
  next(now: readonly IpcObject[]): OfKind {
    if (isSame(now, this.all)) return this;
    const next = new OfKind(now);
    const { gone, come } = difference(this.all, now);
    // Of what did not change the choice is the same, and in the same order.
    for (const [choice, chosen] of this.choices)
      if (!gone.some(choice.has) && !come.some(choice.has)) next.choices.set(choice, chosen);
    const { byRef } = this;
    if (!byRef) return next;
    // It goes over to the next; should anybody ask this one once more, it is made again.
    this.byRef = undefined;
    next.byRef = byRef;
    for (const { ref } of gone) byRef.delete(ref);
    for (const object of come) byRef.set(object.ref, object);
    return next;
  }

  find(ref: Ref): IpcObject | undefined {
    this.byRef ??= new Map(this.all.map((object) => [object.ref, object]));
    return this.byRef.get(ref);
  }

  chosen(choice: Choice<Kind>): readonly IpcObject[] {
    let known = this.choices.get(choice);
    if (!known) {
      known = this.all.filter(choice.has);
      this.choices.set(choice, known);
    }
    return known;
  }
}

function isSame(one: readonly IpcObject[], other: readonly IpcObject[]): boolean {
  return one.length === other.length && one.every((object, at) => object === other[at]);
}

/** What is in one list alone, where those that are in both stand in the same order; some that are in both may be among them. */
function difference(
  before: readonly IpcObject[],
  now: readonly IpcObject[],
): { gone: readonly IpcObject[]; come: readonly IpcObject[] } {
  if (before.length === now.length)
    return {
      gone: before.filter((object, at) => object !== now[at]),
      come: now.filter((object, at) => object !== before[at]),
    };
  const least = Math.min(before.length, now.length);
  let [same, tail] = [0, 0];
  while (same < least && before[same] === now[same]) same++;
  while (tail < least - same && before.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return {
    gone: before.slice(same, before.length - tail),
    come: now.slice(same, now.length - tail),
  };
}

function byKind(all: readonly IpcObject[]): Map<Kind, IpcObject[]> {
  const kinds = new Map<Kind, IpcObject[]>();
  // Mostly one stands beside others of its kind.
  let [kind, list]: [Kind | undefined, IpcObject[]] = [undefined, []];
  for (const object of all) {
    if (object.kind !== kind) {
      kind = object.kind;
      list = kinds.get(kind) ?? [];
      kinds.set(kind, list);
    }
    list.push(object);
  }
  return kinds;
}
