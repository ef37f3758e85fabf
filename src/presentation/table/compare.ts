/** Two moments compared: what came, what went, and what changed meanwhile, fact by fact. */
import type { IpcObject } from '../../protocol/kinds';
import type { Kind, Ref } from '../../protocol/ref';
import type { Context } from '../facts';
import { t } from '../translate';
import { grouped } from '../values';
import { cellText, columnsOf } from './columns';

/** A fact that differs. */
export interface ChangedFact {
  key: string;
  label: string;
  before: string;
  now: string;
}

export type Difference =
  | { is: 'came'; object: IpcObject }
  /** As it was. */
  | { is: 'went'; object: IpcObject }
  | { is: 'changed'; object: IpcObject; facts: ChangedFact[] };

/** Objects of one moment, and what surrounded them. */
export interface Moment {
  objects: readonly IpcObject[];
  contextOf: (kind: Kind) => Context;
}

/** What differs, in the order of the objects of now; what went comes last. */
export function differences(before: Moment, now: Moment): Difference[] {
  const was = new Map<Ref, IpcObject>(before.objects.map((object) => [object.ref, object]));
  const found: Difference[] = [];
  for (const object of now.objects) {
    const old = was.get(object.ref);
    was.delete(object.ref);
    if (!old) {
      found.push({ is: 'came', object });
      continue;
    }
    const facts = changedFacts(old, object, before.contextOf(object.kind), now.contextOf(object.kind));
    if (facts.length > 0) found.push({ is: 'changed', object, facts });
  }
  return [...found, ...[...was.values()].map((object) => ({ is: 'went' as const, object }))];
}

function changedFacts(before: IpcObject, now: IpcObject, then: Context, here: Context): ChangedFact[] {
  // What one of the looks did not tell is no change.
  const [old, young] = [common(before, now), common(now, before)];
  return columnsOf([now.kind]).flatMap(({ key, label }) => {
    const was = cellText(old, key, then, Number.NaN);
    const is = cellText(young, key, here, Number.NaN);
    return was === is ? [] : [{ key, label, before: was, now: is }];
  });
}

/** What of an object another one has too. What is always told is in both, so it stays an object of its kind. */
function common(object: IpcObject, other: IpcObject): IpcObject {
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => Object.hasOwn(other, name)),
  ) as unknown as IpcObject;
}

/** `2 came, 1 went, 3 changed`, or that nothing differs. */
export function differenceText(all: readonly Difference[]): string {
  const count = (is: Difference['is']) => all.filter((one) => one.is === is).length;
  const [came, went, changed] = [count('came'), count('went'), count('changed')];
  const said = [
    ...(came > 0 ? [t('{0} came', grouped(came))] : []),
    ...(went > 0 ? [t('{0} went', grouped(went))] : []),
    ...(changed > 0 ? [t('{0} changed', grouped(changed))] : []),
  ];
  return said.length === 0 ? t('nothing came, went or changed') : said.join(', ');
}
