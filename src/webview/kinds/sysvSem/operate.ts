/** `<ipc-operate>`: puts operations together that are done in one step, at once, waiting, or held. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import type { Operation } from '../../../protocol/kinds/sysvSem';
import { operationsText } from '../../../presentation/ownActs';
import { WAIT_LABELS } from '../../../presentation/waitLabels';
import { grouped } from '../../../presentation/values';
import { act, startWaiting } from '../../panel/act';
import { FormPart, problemLine, submits } from '../../panel/formPart';
import { define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { tick } from '../../parts/tick';
import { t } from '../../strings';
import { OPERATIONS_MOST, ROW, type Row, judgeRows, rowSchema } from './operations';
import { operationRow } from './operationRow';
import '../../toolkit/button';

const draftSchema = v.object({
  rows: v.fallback(v.pipe(v.array(rowSchema), v.minLength(1)), [ROW]),
  wait: v.fallback(v.boolean(), false),
});
type Draft = v.InferOutput<typeof draftSchema>;
const DRAFT: Draft = { rows: [ROW], wait: false };

export class Operate extends FormPart {
  @property({ type: Number }) semaphores = 1;
  @state() private draft: Draft = DRAFT;
  /** The row that a picked semaphore goes to: the one where somebody was last. */
  @state() private active = 0;

  protected override recall(): void {
    this.draft = this.panel.memory.get('operate', draftSchema) ?? DRAFT;
    this.active = 0;
  }

  /** Puts a semaphore that was picked in the table into the row that is being edited. */
  put(at: number): void {
    this.edit(this.active, { number: String(at) });
  }

  private get most(): number {
    return this.state.host?.limits['sysv.sem']?.operations ?? OPERATIONS_MOST;
  }

  protected override render() {
    const { draft } = this;
    const { problems, operations } = judgeRows(draft.rows, this.semaphores);
    const said = new Set(problems.flatMap((row) => [row.number, row.change]));
    return html`<form aria-label=${t('Operate')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Operate')}</h2>
      ${this.refusal('operate', { operations })}
      <div class="operations">
        ${draft.rows.map((row, index) =>
          operationRow(row, problems[index] ?? {}, {
            index,
            active: draft.rows.length > 1 && index === this.active,
            alone: draft.rows.length === 1,
            edit: (change) => this.edit(index, change),
            remove: () => this.drop(index),
            enter: () => (this.active = index),
          }),
        )}
      </div>
      ${[...said].map(problemLine)}
      <div class="fields">
        <vscode-button
          appearance="secondary"
          class="small"
          ?disabled=${draft.rows.length >= this.most}
          @click=${this.add}
          >${icon('add')}<span class="label">${t('Add Operation')}</span></vscode-button
        >
        ${draft.rows.length >= this.most ? html`<span class="dim">${t('This machine allows {0} in one step.', grouped(this.most))}</span>` : nothing}
      </div>
      ${tick(t(WAIT_LABELS['sysv.sem operate']), draft.wait, (wait) => this.change({ wait }))}
      <div class="explained">
        ${this.button('operate', t('Operate'), t('All of it or nothing, in one step.'), operations)}
        ${this.button('hold', t('Hold'), t('The same with SEM_UNDO: given back when you release it.'))}
      </div>
      ${this.failed()}
    </form>`;
  }

  private button(ability: 'operate' | 'hold', label: string, explained: string, operations?: Operation[]) {
    return html`<vscode-button
        class=${ability === 'operate' ? 'submit' : ''}
        appearance=${ability === 'operate' ? 'primary' : 'secondary'}
        ?disabled=${!this.ready(ability, { operations })}
        @click=${(event: Event) => this.run(event, ability)}
        >${label}</vscode-button
      ><span class="dim">${explained}</span>`;
  }

  private readonly add = () => {
    this.change({ rows: [...this.draft.rows, { ...ROW }] });
    this.active = this.draft.rows.length - 1;
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`#operation-${this.active}-number`)?.focus(),
    );
  };

  private drop(index: number): void {
    this.change({ rows: this.draft.rows.filter((_, at) => at !== index) });
    this.active = Math.min(this.active, this.draft.rows.length - 1);
    // The button that had the focus is gone with its row.
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`#operation-${this.active}-number`)?.focus(),
    );
  }

  private edit(index: number, change: Partial<Row>): void {
    this.active = index;
    this.change({ rows: this.draft.rows.map((row, at) => (at === index ? { ...row, ...change } : row)) });
  }

  private change(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.panel.memory.set('operate', this.draft);
  }

  private readonly key = (event: KeyboardEvent) => {
    if (submits(event)) this.submit(event);
  };

  private readonly submit = (event: Event) => this.run(event, 'operate');

  private run(event: Event, ability: 'operate' | 'hold'): void {
    event.preventDefault();
    const { operations, problems } = judgeRows(this.draft.rows, this.semaphores);
    if (!this.ready(ability, { operations })) return;
    if (operations) {
      void this.attempt(() => this.carryOut(ability, operations));
      return;
    }
    const at = problems.findIndex((row) => row.number ?? row.change);
    const wrong = problems[at] ?? {};
    this.refuse(
      wrong.number ?? wrong.change ?? '',
      `#operation-${at}-${wrong.number === undefined ? 'change' : 'number'}`,
    );
  }

  private async carryOut(ability: 'operate' | 'hold', operations: Operation[]): Promise<void> {
    const { panel } = this;
    const { wait } = this.draft;
    const what = operationsText(operations);
    if (ability === 'hold') {
      await startWaiting(panel, 'sysv.sem', 'hold', { operations, wait });
      panel.announce(wait ? t('Waiting to hold {0}', what) : t('Holding {0}', what));
    } else if (wait) {
      await startWaiting(panel, 'sysv.sem', 'operate', { operations, wait });
      panel.announce(t('Waiting for {0}', what));
    } else {
      await act(panel, 'sysv.sem', 'operate', { operations, wait });
      panel.announce(t('Done: {0}', what));
    }
  }
}

define('ipc-operate', Operate);
