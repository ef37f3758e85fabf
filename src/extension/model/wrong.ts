/** What is wrong, as the helper told last, and whom each finding is about. Needs no VS Code. */
import type { Diagnosis, Finding, Severity } from '../../protocol/findings';
import type { FindingName } from '../../protocol/pages/verdict';
import { kindOf, type Kind, type Ref } from '../../protocol/ref';
import type { Blind } from '../../protocol/snapshot';
import { gravest, isGrave } from '../../presentation/findings/severity';
import { verdictLines } from '../../presentation/findings/verdicts';
import type { Around } from '../../presentation/findings/names';
import { type Find, findIn } from '../../presentation/values';

/** What is wrong with the objects of a kind. */
export interface WrongOfKind {
  severity: Severity;
  /** Objects with an error or a warning. */
  objects: number;
  /** Findings that are notes. */
  notes: number;
}

/** Findings by their subjects; made once for each diagnosis. */
interface Index {
  findings: readonly Finding[];
  byRef: ReadonlyMap<Ref, readonly Finding[]>;
  byKind: ReadonlyMap<Kind, WrongOfKind>;
}

const NONE: Index = { findings: [], byRef: new Map(), byKind: new Map() };

export class Wrong {
  private told: Diagnosis | undefined;
  private index = NONE;
  private lets: (finding: Finding) => boolean = () => true;

  /** `process`: a process or an object that the findings do not bring with them; `now`: milliseconds since the epoch. */
  constructor(
    private readonly process: Find,
    private readonly now: () => number,
  ) {}

  /** Takes what the helper told; undefined: nobody knows. */
  set diagnosis(diagnosis: Diagnosis | undefined) {
    this.told = diagnosis;
    this.count();
  }

  get diagnosis(): Diagnosis | undefined {
    return this.told;
  }

  /** Which findings are told at all. */
  letOnly(lets: (finding: Finding) => boolean): void {
    this.lets = lets;
    this.count();
  }

  /** Whether anybody knows. */
  get known(): boolean {
    return this.told !== undefined;
  }

  /** The gravest first. The same array for as long as nothing else was told. */
  get findings(): readonly Finding[] {
    return this.index.findings;
  }

  /** What is wrong with an object or a process, the gravest first. */
  of(ref: Ref): readonly Finding[] {
    return this.index.byRef.get(ref) ?? [];
  }

  /** What is wrong with the objects of a kind, whether or not anybody looks at them; undefined: nothing that is known. */
  ofKind(kind: Kind): WrongOfKind | undefined {
    return this.index.byKind.get(kind);
  }

  /** The same of several, each finding once, in the order in which they are told. */
  about(...refs: readonly Ref[]): readonly Finding[] {
    const found = new Set(refs.flatMap((ref) => this.of(ref)));
    return found.size === 0 ? [] : this.findings.filter((finding) => found.has(finding));
  }

  /** The finding of this name; undefined: it is over, or silenced. */
  named({ rule, subject }: FindingName): Finding | undefined {
    return this.findings.find((finding) => finding.rule === rule && finding.subjects[0] === subject);
  }

  /** What is wrong with several, in a line each. */
  verdicts(...refs: readonly Ref[]): string[] {
    const found = this.about(...refs);
    return found.length === 0 ? [] : verdictLines(found, this.around);
  }

  /** How many are not told. */
  get silenced(): number {
    return (this.told?.findings.length ?? 0) - this.findings.length;
  }

  get blind(): readonly Blind[] {
    return this.told?.blind ?? [];
  }

  /** What surrounds findings while they are said. */
  get around(): Around {
    const { told, process } = this;
    const named = findIn(told ?? { objects: [], processes: [] });
    const find: Find = Object.assign((pid: number) => named(pid) ?? process(pid), {
      object: (ref: Ref) => named.object?.(ref) ?? process.object?.(ref),
    });
    return { find, now: this.now() };
  }

  private count(): void {
    const findings = this.told?.findings.filter((finding) => this.lets(finding)) ?? [];
    this.index = findings.length === 0 ? NONE : indexOf(findings);
  }
}

function indexOf(findings: readonly Finding[]): Index {
  const byRef = new Map<Ref, Finding[]>();
  for (const finding of findings)
    for (const ref of new Set(finding.subjects)) {
      const known = byRef.get(ref);
      if (known) known.push(finding);
      else byRef.set(ref, [finding]);
    }
  const kinds = new Map<Kind, { findings: Set<Finding>; objects: number }>();
  for (const [ref, about] of byRef) {
    const kind = kindOf(ref);
    if (kind === undefined) continue;
    const known = kinds.get(kind) ?? { findings: new Set(), objects: 0 };
    for (const finding of about) known.findings.add(finding);
    if (about.some(isGrave)) known.objects++;
    kinds.set(kind, known);
  }
  const byKind = [...kinds].map(([kind, { findings: all, objects }]): [Kind, WrongOfKind] => [
    kind,
    {
      severity: gravest([...all]) ?? 'note',
      objects,
      notes: [...all].filter((finding) => !isGrave(finding)).length,
    },
  ]);
  return { findings, byRef, byKind: new Map(byKind) };
}
