/** Every kind's view; a forgotten one does not compile. */
import type { IpcObject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import { stateRefusal } from '../../protocol/mayAct';
import { type Context, type Fact, walk } from '../facts';
import type { Piece } from '../pieces';
import type { Find } from '../values';
import { eventfd } from './eventfd';
import { fifo } from './fifo';
import { inet } from './inet';
import { type Figure, headingBy, type KindPresentation, type State } from './kindView';
import { lock } from './lock';
import { mapping } from './mapping';
import { pipe } from './pipe';
import { posixMq } from './posixMq';
import { posixSem } from './posixSem';
import { posixShm } from './posixShm';
import { pty } from './pty';
import { sysvMsg } from './sysvMsg';
import { sysvSem } from './sysvSem';
import { sysvShm } from './sysvShm';
import { unix } from './unix';

export const kindViews: { readonly [K in Kind]: KindPresentation<K> } = {
  'sysv.msg': sysvMsg,
  'sysv.sem': sysvSem,
  'sysv.shm': sysvShm,
  'posix.mq': posixMq,
  'posix.sem': posixSem,
  'posix.shm': posixShm,
  pipe,
  fifo,
  unix,
  inet,
  mapping,
  lock,
  eventfd,
  pty,
};

/** The view of an object's kind, for callers that do not know the kind. */
export function viewOf<K extends Kind>(object: Extract<IpcObject, { kind: K }>): KindPresentation<K> {
  return kindViews[object.kind];
}

/** Whether an object can do what its kind can, whoever asks. */
export function canDo(object: IpcObject, ability: string): boolean {
  return stateRefusal(object, ability) === undefined;
}

/** The order of a kind's rows. */
export function orderOf(kind: Kind): (a: IpcObject, b: IpcObject) => number {
  // Who sorts by it sorts objects of this kind.
  const view = kindViews[kind] as unknown as { order(a: IpcObject, b: IpcObject): number };
  return (a, b) => view.order(a, b);
}

/** How many of these objects need not be seen by who does not look for them, in words; and the others. */
export function withoutQuiet(objects: readonly IpcObject[]): { shown: IpcObject[]; left: string[] } {
  const shown: IpcObject[] = [];
  const counts = new Map<Kind, number>();
  for (const object of objects) {
    // Whose kind it is is asked about objects of that kind.
    const quiet = viewOf(object).quiet as { is(object: IpcObject): boolean } | undefined;
    if (quiet?.is(object)) counts.set(object.kind, (counts.get(object.kind) ?? 0) + 1);
    else shown.push(object);
  }
  return { shown, left: [...counts].flatMap(([kind, count]) => kindViews[kind].quiet?.text(count) ?? []) };
}

/** What a person would call an object. */
export function labelOf(object: IpcObject, find: Find): string {
  return viewOf(object).label(object, find);
}

/** The name by which messages speak of an object: `queue 0x00001234`, `pipe sort (41) -> uniq (42)`. */
export function nameOf(object: IpcObject, find: Find): string {
  return `${viewOf(object).labels.one} ${labelOf(object, find)}`;
}

/** Everything that is known of an object: the one list that tooltip, panel and command line show. */
export function factsOf(object: IpcObject, context: Context): Fact[] {
  return walk(viewOf(object).facts, object, context);
}

/** What is to be said of its state. */
export function statesOf(object: IpcObject): State[] {
  return viewOf(object).states(object);
}

/** The few facts that stand above all. */
export function figuresOf(object: IpcObject, context: Context): Figure<IpcObject>[] {
  return viewOf(object).figures(object, context);
}

/** What stands at the head of its panel. */
export function headingOf(object: IpcObject, find: Find): readonly Piece[] {
  return headingBy(viewOf(object), object, find);
}
