/** Objects that are looked at closely, with the moment since when each of their waiters waits. */
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { Wait } from '../../protocol/waits';
import type { Since, SinceTable } from './since';

/** Kept from one look to the next: of what did not change it answers with the same object. */
export class WaitsSince {
  private readonly known = new WeakMap<IpcObject, { told: readonly Since[]; object: IpcObject }>();

  constructor(private readonly since: SinceTable) {}

  /** The object with the moments; itself where nobody waits on it. */
  in(object: IpcObject): IpcObject {
    const ends = object.endpoints ?? [];
    const told = ends.flatMap(({ pid, waits = [] }) => waits.map(({ tid }) => this.since.of(pid, tid)));
    if (told.length === 0) return object;
    const before = this.known.get(object);
    if (before && same(before.told, told)) return before.object;
    const left = [...told];
    const endpoints = ends.map((end): Endpoint =>
      end.waits ? { ...end, waits: dated(end.waits, left) } : end,
    );
    const now = { ...object, endpoints };
    this.known.set(object, { told, object: now });
    return now;
  }
}

function dated(waits: readonly Wait[], left: Since[]): Wait[] {
  return waits.map((wait) => ({ ...wait, ...left.shift() }));
}

function same(before: readonly Since[], now: readonly Since[]): boolean {
  return (
    before.length === now.length &&
    before.every(({ since, atLeast }, at) => since === now[at]?.since && atLeast === now[at]?.atLeast)
  );
}
