/** Where each object of a kind stands: most in their group, the connections of a socket under it. Pure: no word of a language in here. */
import type { IpcObject } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';
import { type Family, familiesOf } from './families';
import { frontOf, type Get, isSocket, otherEnd, placeOf } from '../../presentation/kinds/connections';

export interface Layout {
  /** The objects whose rows stand in the group itself, in their order. */
  top: readonly IpcObject[];
  /** Objects without a name that one process and its descendants have. */
  families: readonly Family[];
  /** Connections without any name. */
  pairs: readonly IpcObject[];
  /** What stands under an object. */
  under: ReadonlyMap<Ref, readonly IpcObject[]>;
  /** The object whose row speaks of another one too. */
  front: (ref: Ref) => Ref;
  /** How many rows there are in all. */
  rows: number;
}

/** Lays out the objects of one kind, which come in the order of their rows. */
export function layoutOf(objects: readonly IpcObject[], get: NonNullable<Get>): Layout {
  const [top, pairs]: [IpcObject[], IpcObject[]] = [[], []];
  const under = new Map<Ref, IpcObject[]>();
  const fronts = new Map<Ref, Ref>();
  for (const object of objects) {
    if (!isSocket(object)) {
      top.push(object);
      continue;
    }
    const front = frontOf(object, get);
    if (front.ref !== object.ref) {
      fronts.set(object.ref, front.ref);
      continue;
    }
    const place = placeOf(object, get);
    if (place.in === 'group') top.push(object);
    else if (place.in === 'pairs') pairs.push(object);
    else {
      const beside = under.get(place.ref);
      if (beside) beside.push(object);
      else under.set(place.ref, [object]);
    }
  }
  const families = familiesOf(top);
  const related = new Set(families.flatMap((family) => family.objects));
  return {
    ...{ pairs, under, families },
    top: related.size === 0 ? top : top.filter((object) => !related.has(object)),
    front: (ref) => fronts.get(ref) ?? ref,
    rows: objects.length - fronts.size,
  };
}

/** The objects of one row: a connection has two. */
export function partsOf(object: IpcObject, get: Get): IpcObject[] {
  const other = isSocket(object) ? otherEnd(object, get) : undefined;
  return other ? [object, other] : [object];
}
