/** Who waits on which object, by the sort of wait. */
import type { Ref } from '../protocol/ref';
import type { WaitOn } from '../protocol/waits';
import { add } from './machine';
import type { Verdict } from './verdict';

/** The threads of one look that wait on objects; one that watches several waits on the first. */
export class WaitsOnObjects {
  private readonly sorts = new Map<WaitOn['is'], Map<Ref, Verdict[]>>();

  add(verdict: Verdict): void {
    const { wait, on } = verdict;
    if (!wait || on === undefined) return;
    let sort = this.sorts.get(wait.on.is);
    if (!sort) this.sorts.set(wait.on.is, (sort = new Map<Ref, Verdict[]>()));
    add(sort, on, verdict);
  }

  /** Those who wait on an object, however. */
  at(ref: Ref): Verdict[] {
    return [...this.sorts.values()].flatMap((sort) => sort.get(ref) ?? []);
  }

  /** Each object on which somebody waits so, with those who do. */
  each(sort: WaitOn['is']): readonly (readonly [Ref, readonly Verdict[]])[] {
    return [...(this.sorts.get(sort) ?? [])];
  }
}
