/** What is as it was stays the same JavaScript object from one pass to the next, so that comparing two censuses is a matter of identities. */
import type { Ref } from '../protocol/ref';

/** Whether two values say the same as JSON: what is undefined is absent. Makes no text of them. */
export function sameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    for (let at = 0; at < one.length; at++) if (!sameData(one[at], other[at])) return false;
    return true;
  }
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  for (const key in a) if (!sameData(a[key], b[key])) return false;
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
}

/** The object of before where all facts are equal. */
export function unchanged<O>(before: O | undefined, now: O): O {
  return before !== undefined && sameData(before, now) ? before : now;
}

/** A pass over the machine. `remembered`: the next is compared with it; else it comes in between, and leaves all as it was. */
export interface PassKind {
  readonly remembered: boolean;
}

/** What a pass remembers for the next one, by a key. Passes may be under way at once: each compares with the last remembered that had ended when it began. */
export class Remembered<K, V> {
  private known: ReadonlyMap<K, V> = new Map();

  begin({ remembered }: PassKind): Remembering<K, V> {
    return new Remembering(this.known, (now) => {
      if (remembered) this.known = now;
    });
  }

  /** Gives back what it has, for who will not look again soon. */
  rest(): void {
    this.known = new Map();
  }
}

/** One pass: what it does not keep is forgotten with its end. */
export class Remembering<K, V> {
  private readonly now = new Map<K, V>();

  constructor(
    readonly before: ReadonlyMap<K, V>,
    private readonly ended: (now: ReadonlyMap<K, V>) => void,
  ) {}

  keep(key: K, value: V): V {
    this.now.set(key, value);
    return value;
  }

  end(): void {
    this.ended(this.now);
  }
}

/** Objects that are made anew in each pass. */
export class Unchanged<O extends { ref: Ref }> {
  private readonly objects = new Remembered<Ref, O>();

  /** `keep` answers the object of the last pass where all facts are equal. */
  begin(kind: PassKind): { keep: (object: O) => O; end: () => void } {
    const pass = this.objects.begin(kind);
    return {
      keep: (object) => pass.keep(object.ref, unchanged(pass.before.get(object.ref), object)),
      end: () => pass.end(),
    };
  }

  /** As of `Remembered`. */
  rest(): void {
    this.objects.rest();
  }
}
