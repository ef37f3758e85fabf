/** Who looks at what: the helper reads nothing that nobody looks at. */
import type { Interest, Level } from '../../protocol/calls';
import { kindOf, KINDS, type Kind, type Ref } from '../../protocol/ref';

/** What one view or panel looks at. */
export interface ViewInterest {
  levels?: Partial<Record<Kind, Level>>;
  details?: readonly Ref[];
  /** Processes in full. */
  processes?: boolean;
  /** What is wrong. `beside`: for marks, so that what is shown does not wait for it; `calm`: the same, and now and then is enough. */
  findings?: boolean | 'beside' | 'calm';
}

/** The sum of what all look at. */
export class InterestBook {
  private readonly looks = new Map<object, ViewInterest>();

  /** Notes what `who` looks at now; an empty look is none. True where the sum changed. */
  set(who: object, look: ViewInterest): boolean {
    const before = JSON.stringify(this.sum());
    const objects = Object.keys(look.levels ?? {}).length + (look.details ?? []).length;
    const empty = objects === 0 && !look.processes && !look.findings;
    if (empty) this.looks.delete(who);
    else this.looks.set(who, look);
    return JSON.stringify(this.sum()) !== before;
  }

  /** The closest level that anybody wants of each kind, and every object that a panel shows. */
  sum(): Interest {
    const levels: Partial<Record<Kind, Level>> = {};
    const details = new Set<Ref>();
    let processes = false;
    let findings = false;
    let calm = true;
    for (const look of this.looks.values()) {
      for (const kind of KINDS) {
        const level = look.levels?.[kind];
        if (level === 'rows' || (level === 'count' && levels[kind] === undefined)) levels[kind] = level;
      }
      for (const ref of look.details ?? []) details.add(ref);
      processes ||= look.processes === true;
      findings ||= look.findings !== undefined && look.findings !== false;
      calm &&= look.findings === 'calm' || !look.findings;
    }
    return {
      ...{ levels, details: [...details].sort() },
      ...(processes && { processes }),
      ...(findings && { findings }),
      ...(findings && calm && { calm }),
    };
  }

  /** Whether nobody looks at more than what is wrong, now and then. */
  get calm(): boolean {
    return this.looks.size > 0 && [...this.looks.values()].every(({ findings }) => findings === 'calm');
  }

  get empty(): boolean {
    return this.looks.size === 0;
  }
}

/** Whether an object is within an interest. */
export function within(interest: Interest, object: { kind: Kind; ref: Ref }): boolean {
  return interest.levels[object.kind] === 'rows' || interest.details.includes(object.ref);
}

/** What is answered once kinds of it are pending: of these only what was answered before, of processes too. */
export function answeredWith(before: Interest, asked: Interest, pending: ReadonlySet<Kind>): Interest {
  const levels: Partial<Record<Kind, Level>> = { ...asked.levels };
  for (const kind of pending) if (asked.levels[kind] === 'rows') levels[kind] = before.levels[kind];
  const details = asked.details.filter(
    (ref) => !pending.has(kindOf(ref) as Kind) || before.details.includes(ref),
  );
  const processes = pending.size > 0 ? asked.processes && before.processes : asked.processes;
  return { ...asked, levels, details, processes };
}

/** Whether an answer to this interest has everything of a look. */
export function covers(
  interest: Interest,
  { levels = {}, details = [], processes, findings }: ViewInterest,
): boolean {
  return (
    KINDS.every((kind) => {
      const level = levels[kind];
      return level === undefined || interest.levels[kind] === 'rows' || interest.levels[kind] === level;
    }) &&
    details.every((ref) => interest.details.includes(ref)) &&
    (processes !== true || interest.processes === true) &&
    (findings !== true || interest.findings === true)
  );
}

/** Whether `now` asks for anything that `before` did not: then a fresh census is worth its cost. */
export function grew(before: Interest, now: Interest): boolean {
  const rank = (interest: Interest, kind: Kind) => ['rows', 'count'].indexOf(interest.levels[kind] ?? '');
  return (
    KINDS.some(
      (kind) => rank(now, kind) >= 0 && (rank(before, kind) < 0 || rank(now, kind) < rank(before, kind)),
    ) ||
    now.details.some((ref) => !before.details.includes(ref)) ||
    (now.processes === true && before.processes !== true)
  );
}
