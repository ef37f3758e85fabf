/** `<ipc-set-values>`: sets the value of one semaphore, or of all. */
import { html } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { type SetObject, SMALL_SET } from '../../../protocol/kinds/sysvSem';
import { act } from '../../panel/act';
import { FormPart, problemLine } from '../../panel/formPart';
import { define } from '../../parts/base';
import { t } from '../../strings';
import { valueOf } from '../../toolkit';
import { badNumber, numberOf } from './operations';
import { valuesOf } from '../../../presentation/kinds/setValues';
import { badValue, parseValues, valueOfText, valuesText } from './values';
import '../../toolkit/button';
import '../../toolkit/fields';

const draftSchema = v.object({
  number: v.fallback(v.string(), '0'),
  value: v.fallback(v.string(), '0'),
  /** Absent until somebody types: the field follows the values of a small set until then. */
  all: v.fallback(v.optional(v.string()), undefined),
});
type Draft = v.InferOutput<typeof draftSchema>;
const DRAFT: Draft = { number: '0', value: '0' };

export class SetValues extends FormPart {
  @property({ attribute: false }) object!: SetObject;
  @state() private draft: Draft = DRAFT;

  protected override recall(): void {
    this.draft = this.panel.memory.get('setValues', draftSchema) ?? DRAFT;
  }

  /** Takes the semaphore that was picked in the table. */
  put(at: number): void {
    this.change({ number: String(at) });
  }

  private get all(): string {
    const { object, draft } = this;
    const values = object.semaphores <= SMALL_SET ? valuesOf(object) : undefined;
    return draft.all ?? (values ? valuesText(values) : '');
  }

  protected override render() {
    const { draft, object, all } = this;
    const { semaphores } = object;
    const badAt = numberOf(draft.number, semaphores) === undefined ? badNumber(semaphores) : undefined;
    const bad = valueOfText(draft.value) === undefined ? badValue() : undefined;
    // An empty field is not wrong, only not filled in.
    const badAll = all.trim() === '' ? undefined : parseValues(all, semaphores).problem;
    return html`<form aria-label=${t('Set')} @submit=${this.setOne}>
      <h2>${t('Set')}</h2>
      ${this.refusal('set')}
      <div class="fields" @keydown=${(event: KeyboardEvent) => onEnter(event, this.setOne)}>
        ${this.field('number', t('Semaphore'), draft.number, badAt)}
        ${this.field('value', t('Value'), draft.value, bad)}
        <vscode-button appearance="secondary" ?disabled=${!this.ready('set')} @click=${this.setOne}
          >${t('Set')}</vscode-button
        >
      </div>
      ${problemLine(badAt)} ${problemLine(bad)}
      <div class="fields" @keydown=${(event: KeyboardEvent) => onEnter(event, this.setAll)}>
        ${this.field('all', t('All values'), all, badAll)}
        <vscode-button appearance="secondary" ?disabled=${!this.ready('set')} @click=${this.setAll}
          >${t('Set All')}</vscode-button
        >
      </div>
      ${problemLine(badAll)}
      <p class="hint dim">
        ${t('Setting discards what every process would give back of that semaphore when it ends (SEM_UNDO).')}
      </p>
      ${this.failed()}
    </form>`;
  }

  private field(name: keyof Draft, label: string, value: string, problem: string | undefined) {
    const placeholder = name === 'all' ? t('{0} x 0', this.object.semaphores) : '';
    return html`<div class="field set-${name}">
      <vscode-text-field
        id=${`set-${name}`}
        .value=${value}
        aria-label=${label}
        placeholder=${placeholder}
        aria-invalid=${problem !== undefined}
        title=${name === 'all' ? t('Separated by commas; 3 x 1 stands for 1, 1, 1') : ''}
        @input=${(event: Event) => this.change({ [name]: valueOf(event) })}
        >${label}</vscode-text-field
      >
    </div>`;
  }

  private change(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.panel.memory.set('setValues', this.draft);
  }

  private readonly setOne = (event: Event) => {
    event.preventDefault();
    if (!this.ready('set')) return;
    const { semaphores } = this.object;
    const number = numberOf(this.draft.number, semaphores);
    const value = valueOfText(this.draft.value);
    if (number === undefined) this.refuse(badNumber(semaphores), '#set-number');
    else if (value === undefined) this.refuse(badValue(), '#set-value');
    else
      void this.attempt(async () => {
        await act(this.panel, 'sysv.sem', 'set', { number, value });
        this.panel.announce(t('Semaphore {0} set to {1}', number, value));
      });
  };

  private readonly setAll = (event: Event) => {
    event.preventDefault();
    if (!this.ready('set')) return;
    const { values, problem } = parseValues(this.all, this.object.semaphores);
    if (problem !== undefined) {
      this.failure = this.all.trim() === '' ? t('Type the values first.') : '';
      this.refuse(problem, '#set-all');
    } else
      void this.attempt(async () => {
        await act(this.panel, 'sysv.sem', 'setAll', { values });
        // The field follows the set again.
        this.change({ all: undefined });
        this.panel.announce(t('All values set'));
      });
  };
}

function onEnter(event: KeyboardEvent, run: (event: Event) => void): void {
  if (event.key === 'Enter' && (event.target as HTMLElement).matches('vscode-text-field')) run(event);
}

define('ipc-set-values', SetValues);
