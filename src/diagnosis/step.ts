/** One step of the diagnosis: a look and what earlier looks left, to verdicts and findings. Pure. */
import { type Finding, type RuleName, RULES, type Severity } from '../protocol/findings';
import { type Thresholds, thresholdsOf } from '../protocol/thresholds';
import { Ways } from './chain';
import type { RuleMatch, Ground, Rule } from './finding';
import { Kept } from './kept';
import { type Observation, Machine } from './machine';
import type { Objects } from './objects';
import { ringsOf } from './rings';
import { rules } from './rules';
import { type Verdict, verdictsOf } from './verdict';
import { WaitsOnObjects } from './waiting';

/** What one step leaves to the next. */
export interface Memory {
  /** The objects of the look before, as they were indexed. */
  readonly objects: Objects;
  readonly kept: Kept;
  /** When the look before ended, milliseconds since the epoch: what it saw had begun by then. */
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
export function step(look: Observation, before?: Memory, thresholds: Thresholds = thresholdsOf()): Diagnosis {
  const ground = groundOf(look, before, thresholds);
  const since = new Map<string, number>();
  const findings: Finding[] = [];
  const early: Early[] = [];
  for (const rule of RULES)
    for (const { finding, seconds } of foundBy(rule, ground)) {
      const name = nameOf(finding);
      const from = sinceWhen(finding, before?.since.get(name), look);
      since.set(name, from);
      const twice = before?.since.has(name) === true && from <= before.lookedAt;
      if (twice && look.endedAt - from >= seconds * 1000) findings.push(finding);
      else early.push({ finding, seconds });
    }
  findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const { kept, machine } = ground;
  const memory = { lookedAt: look.endedAt, since, objects: machine.objects, kept };
  return { ...ground, memory, findings, early };
}

function groundOf(look: Observation, before: Memory | undefined, thresholds: Thresholds): Ground {
  const machine = new Machine(look, before?.objects);
  const kept = new Kept(look.startedAt, before?.kept);
  const verdicts = verdictsOf(machine);
  const waiting = new WaitsOnObjects();
  const outward: Verdict[] = [];
  for (const verdict of verdicts) {
    waiting.add(verdict);
    if (verdict.wait && !verdict.edge?.own) outward.push(verdict);
  }
  const ways = new Ways(verdicts, machine);
  const rings = ringsOf(verdicts, ways);
  return { machine, verdicts, outward, ways, rings, waiting, kept, thresholds };
}

/** By which a finding is known again. */
function nameOf({ rule, subjects }: Finding): string {
  return `${rule} ${subjects[0] ?? ''}`;
}

/** Since when it is so: what the kernel tells of its waits; else since the look that saw it first. */
function sinceWhen({ since }: Finding, seen: number | undefined, { startedAt }: Observation): number {
  return since ?? seen ?? startedAt;
}

function foundBy(rule: RuleName, ground: Ground): Early[] {
  const { cites, ...how } = rules[rule] as Rule<RuleName>;
  return how.find(ground).map(({ seconds = how.seconds, ...found }: RuleMatch<RuleName>) => {
    const finding = { rule, doubts: [], cures: [], cites, ...found } as Finding;
    return { finding, seconds };
  });
}
