/** `<ipc-signals>`: what each signal would do now, and the form that sends one. */
import { type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { visible } from '../../presentation/text';
import type { SignalRow } from '../../protocol/pages/process';
import { problemLine, submits } from '../panel/formPart';
import { Part, define } from '../parts/base';
import { sentenceOf } from '../sentenceOf';
import { t } from '../strings';
import { valueOf } from '../toolkit';
import type { ProcessModel, Sending } from './model';
import '../toolkit/button';
import '../toolkit/dropdown';
import '../toolkit/fields';

const SIGTERM = '15';
/** sival_int is one of 32 bits. */
const VALUE_MOST = 0x7fffffff;

export class Signals extends Part {
  @property({ attribute: false }) model!: ProcessModel;
  @property({ attribute: false }) signals: readonly SignalRow[] = [];
  @property({ type: Boolean }) acts = false;
  @state() private chosen = SIGTERM;
  @state() private value = '';
  @state() private tid = '';
  @state() private busy = false;
  @state() private failure = '';
  @state() private done = '';

  protected override render() {
    return html`<section aria-label=${t('Signals')}>
      <h2>${t('Signals')}</h2>
      <table class="lines signals">
        <thead>
          <tr>
            <th scope="col">${t('signal')}</th>
            <th scope="col">${t('what it would do now')}</th>
          </tr>
        </thead>
        <tbody>
          ${this.signals.filter(({ row }) => row).map(signalLine)}
        </tbody>
      </table>
      ${this.acts ? this.form() : nothing}
    </section>`;
  }

  private form(): TemplateResult {
    const chosen = this.signals.find(({ number }) => String(number) === this.chosen);
    const { problem } = this.judged();
    return html`<form aria-label=${t('Send a signal')} @submit=${this.submit} @keydown=${this.key}>
      <div class="fields">
        <div class="field">
          <label for="signal-number">${t('Signal')}</label>
          <vscode-dropdown
            id="signal-number"
            position="above"
            aria-label=${t('Signal')}
            .value=${this.chosen}
            @change=${(event: Event) => this.change({ chosen: valueOf(event) })}
          >
            ${this.signals.map(({ number, name }) => html`<vscode-option value=${String(number)}>${name}</vscode-option>`)}
          </vscode-dropdown>
        </div>
        ${this.field('value', t('Value (none)'))} ${this.field('tid', t('Thread (any)'))}
        <vscode-button
          appearance="secondary"
          ?disabled=${this.busy || problem !== undefined}
          @click=${this.submit}
          >${t('Send...')}</vscode-button
        >
      </div>
      ${problemLine(problem)}
      <p class="note dim foreign">
        ${chosen ? (this.tid === '' ? visible(chosen.does) : t('What it does to one thread alone is said before it is sent.')) : nothing}
      </p>
      <div role="alert">${this.failure ? html`<p class="note error">${this.failure}</p>` : nothing}</div>
      ${this.done === '' ? nothing : html`<p class="note">${this.done}</p>`}
    </form>`;
  }

  private field(name: 'value' | 'tid', label: string): TemplateResult {
    return html`<div class="field narrow">
      <vscode-text-field
        aria-label=${label}
        .value=${this[name]}
        @input=${(event: Event) => this.change({ [name]: valueOf(event) })}
        >${label}</vscode-text-field
      >
    </div>`;
  }

  private change(change: Partial<{ chosen: string; value: string; tid: string }>): void {
    Object.assign(this, change);
    this.failure = this.done = '';
  }

  private judged(): { sending?: Sending; problem?: string } {
    const [value, tid] = [this.value.trim(), this.tid.trim()];
    if (value !== '' && !(/^-?\d{1,10}$/.test(value) && Math.abs(Number(value)) <= VALUE_MOST))
      return { problem: t('A value is a whole number of 32 bits.') };
    if (tid !== '' && !/^[1-9]\d{0,9}$/.test(tid)) return { problem: t('A thread is named by its number.') };
    return {
      sending: {
        signal: Number(this.chosen),
        ...(value !== '' && { value: Number(value) }),
        ...(tid !== '' && { tid: Number(tid) }),
      },
    };
  }

  private readonly key = (event: KeyboardEvent) => {
    if (submits(event)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    const { sending } = this.judged();
    if (sending && !this.busy) void this.send(sending);
  };

  private async send(sending: Sending): Promise<void> {
    const name = this.signals.find(({ number }) => number === sending.signal)?.name ?? '';
    this.failure = this.done = '';
    this.busy = true;
    try {
      this.done = await this.model.send(sending, name);
    } catch (error) {
      this.failure = sentenceOf(error);
    }
    this.busy = false;
  }
}

function signalLine({ name, does, notes }: SignalRow): TemplateResult {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="foreign">
      ${visible(does)}${notes === '' ? nothing : html`<br /><span class="dim">${visible(notes)}</span>`}
    </td>
  </tr>`;
}

define('ipc-signals', Signals);
