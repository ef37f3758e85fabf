/** One step of the diagnosis: a look and what earlier looks left, to verdicts and findings. Pure. */
import { type Finding, type RuleName, RULES, type Severity } from '../protocol/findings';
import type { Ref } from '../protocol/ref';
import { Ways } from './chain';
import type { Found, Ground, Rule } from './finding';
import { add, type Look, Machine } from './machine';
import { ringsOf } from './rings';
import { rules } from './rules';
import { type Verdict, verdictsOf } from './verdict';

/** What one step leaves to the next. */
export interface Memory {
  /** When the look before began, milliseconds since the epoch. */
  readonly lookedAt: number;
  /** Since when each of what the rules found is so, by its name. */
  readonly since: ReadonlyMap<string, number>;
}

/** A finding that has not been so for long enough to be told. `seconds`: how long it must be so. */
export interface Early {
  finding: Finding;
  seconds: number;
}

/** What a step comes to. */
export interface Diagnosis extends Ground {
  readonly memory: Memory;
  /** The gravest first. */
  readonly findings: readonly Finding[];
  readonly early: readonly Early[];
}

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** Looks at one look; `before`: what the step before left, absent at the first. */
export function step(look: Look, before?: Memory): Diagnosis {
  const ground = groundOf(look);
  const since = new Map<string, number>();
  const findings: Finding[] = [];
  const early: Early[] = [];
  for (const rule of RULES)
    for (const finding of foundBy(rule, ground)) {
      const { seconds } = rules[rule];
      const name = nameOf(finding);
      const from = sinceWhen(finding, before?.since.get(name), look);
      since.set(name, from);
      const twice = before?.since.has(name) === true && from <= before.lookedAt;
      if (twice && look.endedAt - from >= seconds * 1000) findings.push(finding);
      else early.push({ finding, seconds });
    }
  findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return { ...ground, memory: { lookedAt: look.startedAt, since }, findings, early };
}

function groundOf(look: Look): Ground {
  const machine = new Machine(look);
  const verdicts = verdictsOf(machine);
  const waiting = new Map<Ref, Verdict[]>();
  for (const verdict of verdicts) if (verdict.on !== undefined) add(waiting, verdict.on, verdict);
  const ways = new Ways(verdicts, machine);
  return { machine, verdicts, ways, rings: ringsOf(verdicts, ways), waiting };
}

/** By which a finding is known again. */
function nameOf({ rule, subjects }: Finding): string {
  return `${rule} ${subjects[0] ?? ''}`;
}

/** Since when it is so: what the kernel tells of its waits; else since the look that saw it first. */
function sinceWhen({ since }: Finding, seen: number | undefined, { startedAt }: Look): number {
  return since ?? seen ?? startedAt;
}

function foundBy(rule: RuleName, ground: Ground): Finding[] {
  const { cites, ...how } = rules[rule] as Rule<RuleName>;
  return how
    .find(ground)
    .map((found: Found<RuleName>) => ({ rule, doubts: [], cures: [], cites, ...found }) as Finding);
}
