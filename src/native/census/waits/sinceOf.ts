/** Objects that are looked at closely, with the moment since when each of their waiters waits. */
import type { Endpoint } from '../../../protocol/facts';
import type { IpcObject } from '../../../protocol/kinds';
import type { Ref } from '../../../protocol/ref';
import { sameData } from '../../unchanged';
import type { Since, SinceTable } from './since';

/** Threads asked between two places where the look may pause. */
const BREATH = 32;

/** Kept from one look to the next: of what did not change it answers with the same object. */
export class WaitsSince {
  private readonly known = new WeakMap<IpcObject, { told: readonly Since[]; object: IpcObject }>();

  constructor(private readonly since: SinceTable) {}

  /** The same objects, those that are looked at closely with the moments. Yields often. */
  *inAll(objects: IpcObject[], closely: ReadonlySet<Ref> | 'all'): Generator<undefined, IpcObject[]> {
    if (closely !== 'all' && closely.size === 0) return objects;
    const dated: IpcObject[] = [];
    for (const object of objects)
      dated.push(closely === 'all' || closely.has(object.ref) ? yield* this.in(object) : object);
    return dated;
  }

  /** The object with the moments; itself where nobody waits on it. Yields often. */
  *in(object: IpcObject): Generator<undefined, IpcObject> {
    const ends = object.endpoints ?? [];
    const told: Since[] = [];
    for (const { pid, waits = [] } of ends)
      for (const { tid } of waits) {
        if (told.length % BREATH === BREATH - 1) yield;
        told.push(this.since.of(pid, tid));
      }
    if (told.length === 0) return object;
    const before = this.known.get(object);
    if (before && sameData(before.told, told)) return before.object;
    let at = 0;
    const endpoints = ends.map((end): Endpoint =>
      end.waits ? { ...end, waits: end.waits.map((wait) => ({ ...wait, ...told[at++] })) } : end,
    );
    const now = { ...object, endpoints };
    this.known.set(object, { told, object: now });
    return now;
  }
}
