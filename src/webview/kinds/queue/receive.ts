/** `<ipc-receive>`: takes one message out of the queue. It is stored before it is taken. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { type ReceiveRule, parseMessageType } from '../../../protocol/kinds/sysvMsg';
import type { PanelState } from '../../../protocol/panels';
import { type PanelModel, sentenceOf } from '../../panel/model';
import { Part, define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { t } from '../../strings';
import { type Control, named, valueOf } from '../../toolkit';
import { outcome } from './outcome';

const memorySchema = v.object({
  rule: v.fallback(v.picklist(['oldest', 'type']), 'oldest'),
  type: v.fallback(v.string(), '1'),
});

export class Receive extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) state!: PanelState;
  @state() private choice: v.InferOutput<typeof memorySchema> = { rule: 'oldest', type: '1' };
  @state() private failure = '';
  @state() private busy = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state') || changed.get('state')?.memory.ref === this.state.memory.ref) return;
    this.choice = this.panel.memory.get('receive', memorySchema) ?? { rule: 'oldest', type: '1' };
    this.failure = '';
  }

  protected override render() {
    const { rule, type } = this.choice;
    const problem = rule === 'type' && parseMessageType(type) === undefined;
    return html`<form aria-label=${t('Receive')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Receive')}</h2>
      <p class="hint dim">${t('Takes a message away. It stays in the history until you dismiss it.')}</p>
      <div class="fields">
        <vscode-radio-group
          orientation="vertical"
          aria-label=${t('Which message')}
          .value=${rule}
          @change=${this.choose}
        >
          <vscode-radio value="oldest">${t('the oldest')}</vscode-radio>
          <vscode-radio value="type">${t('the oldest of type')}</vscode-radio>
        </vscode-radio-group>
        <vscode-text-field
          id="receive-type"
          class="receive-type"
          .value=${type}
          ${named(t('Type'))}
          aria-invalid=${problem}
          @input=${(event: Event) => this.change({ type: valueOf(event), rule: 'type' })}
        ></vscode-text-field>
      </div>
      <div class="fields end">
        <span></span>
        <vscode-button class="submit" ?disabled=${!this.panel.acts || this.busy} @click=${this.submit}
          >${icon('arrow-down')}<span class="label">${t('Receive')}</span></vscode-button
        >
      </div>
      ${problem ? html`<p class="problem">${t('A type is a whole number from 1 to 9223372036854775807.')}</p>` : nothing}
      <div role="alert">${this.failure ? html`<p class="note error">${this.failure}</p>` : nothing}</div>
    </form>`;
  }

  private readonly choose = (event: Event) => {
    const rule = valueOf(event) === 'type' ? 'type' : 'oldest';
    if (rule !== this.choice.rule) this.change({ rule });
  };

  private change(change: Partial<typeof this.choice>): void {
    this.choice = { ...this.choice, ...change };
    this.panel.memory.set('receive', this.choice);
  }

  private readonly key = (event: KeyboardEvent) => {
    const typing = (event.target as HTMLElement).matches('vscode-text-field');
    if (event.key === 'Enter' && (typing || event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (this.busy || !this.panel.acts) return;
    const type = parseMessageType(this.choice.type);
    if (this.choice.rule === 'oldest') void this.receive({ rule: 'oldest' });
    else if (type !== undefined) void this.receive({ rule: 'type', type });
    else this.querySelector<Control>('#receive-type')?.focus();
  };

  private async receive(rule: ReceiveRule): Promise<void> {
    this.failure = '';
    this.busy = true;
    try {
      const entry = await this.panel.bus.request('receive', { rule });
      this.panel.addHistory(entry);
      this.panel.announce(outcome(entry));
    } catch (error) {
      this.failure = sentenceOf(error);
    }
    this.busy = false;
  }
}

define('ipc-receive', Receive);
