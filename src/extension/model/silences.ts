/** What the user has silenced: findings of one object, or of a whole rule, each with the reason; until that is undone. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { type Finding, type RuleName, RULES } from '../../protocol/findings';
import { type Ref, refSchema } from '../../protocol/ref';

const silenceSchema = v.object({
  rule: v.picklist(RULES),
  /** The first subject, by which findings of a rule are told apart; absent: whatever the rule finds. */
  ref: v.optional(refSchema),
  /** Of a boot of the machine: a ref of another names nothing. */
  bootId: v.string(),
  /** What it was called then. */
  name: v.string(),
  reason: v.string(),
  /** Milliseconds since the epoch. */
  at: v.number(),
});
export type Silence = v.InferOutput<typeof silenceSchema>;

const KEY = 'silences';

export class Silences implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private all: readonly Silence[];

  /** `memory`: of all windows. `bootId`: of the machine now; empty: not known yet. */
  constructor(
    private readonly memory: vscode.Memento,
    private readonly bootId: () => string,
  ) {
    const stored = memory.get<unknown>(KEY);
    // Of another version there may be rules that this one does not have.
    this.all = (Array.isArray(stored) ? (stored as unknown[]) : []).flatMap((one) => {
      const parsed = v.safeParse(silenceSchema, one);
      return parsed.success ? [parsed.output] : [];
    });
  }

  /** Those that hold now. */
  get list(): readonly Silence[] {
    return this.all.filter((one) => this.holds(one));
  }

  /** Whether a finding is told. */
  readonly lets = ({ rule, subjects }: Finding): boolean =>
    !this.all.some(
      (one) => one.rule === rule && this.holds(one) && (one.ref === undefined || one.ref === subjects[0]),
    );

  add(rule: RuleName, ref: Ref | undefined, name: string, reason: string): void {
    const silence = { rule, bootId: this.bootId(), name, reason, at: Date.now() };
    this.keep([...this.list, ref === undefined ? silence : { ...silence, ref }]);
  }

  undo(silence: Silence): void {
    this.keep(this.list.filter((one) => one !== silence));
  }

  dispose(): void {
    this.changed.dispose();
  }

  private holds({ ref, bootId }: Silence): boolean {
    return ref === undefined || this.bootId() === '' || bootId === this.bootId();
  }

  private keep(all: readonly Silence[]): void {
    this.all = all;
    void this.memory.update(KEY, all);
    this.changed.fire();
  }
}
