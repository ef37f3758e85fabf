/** `<ipc-receive>`: takes one message out of the queue. Unless it waits, it is stored before it is taken. */
import { html, nothing } from 'lit';
import { state } from 'lit/decorators.js';
import type { ReceiveRule } from '../../../protocol/kinds/sysvMsg';
import { WAIT_LABELS } from '../../../presentation/waitLabels';
import { startWaiting } from '../../panel/act';
import { FormPart, problemLine, submits } from '../../panel/formPart';
import { define } from '../../parts/base';
import { choiceOf } from '../../parts/choice';
import { icon } from '../../parts/icon';
import { tick } from '../../parts/tick';
import { t } from '../../strings';
import { named, valueOf } from '../../toolkit';
import { outcome } from '../shared/queue/outcome';
import { CHOICE, type Choice, choiceSchema, judgeRule, ruleHint, rules } from './rule';
import '../../toolkit/button';
import '../../toolkit/fields';

export class Receive extends FormPart {
  @state() private choice: Choice = CHOICE;

  protected override recall(): void {
    this.choice = this.panel.memory.get('receive', choiceSchema) ?? CHOICE;
  }

  protected override render() {
    const { choice } = this;
    const { problems } = judgeRule(choice);
    return html`<form aria-label=${t('Receive')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Receive')}</h2>
      ${this.refusal('take')}
      <p class="hint dim">${t('Takes a message away. It stays in the history until you dismiss it.')}</p>
      ${choiceOf(rules(), choice.rule, t('Which message'), (rule) => this.change({ rule }), 'vertical')}
      ${choice.rule === 'oldest' ? nothing : this.type(problems.type)} ${problemLine(problems.type)}
      <p class="hint dim">${ruleHint(choice)}</p>
      ${this.cut(problems.most)}
      ${tick(t(WAIT_LABELS['sysv.msg take']), choice.wait, (wait) => this.change({ wait }))}
      ${choice.wait ? html`<p class="hint dim">${t('It goes on waiting when this panel is closed.')}</p>` : nothing}
      <div class="fields end">
        <span></span>
        <vscode-button class="submit" ?disabled=${!this.ready('take')} @click=${this.submit}
          >${icon('arrow-down')}<span class="label">${t('Receive')}</span></vscode-button
        >
      </div>
      ${this.failed()}
    </form>`;
  }

  private type(problem: string | undefined) {
    return html`<div class="fields">
      <div class="field rule-type">
        <vscode-text-field
          id="receive-type"
          .value=${this.choice.type}
          aria-label=${t('Type')}
          aria-invalid=${problem !== undefined}
          @input=${(event: Event) => this.change({ type: valueOf(event) })}
          >${t('Type')}</vscode-text-field
        >
      </div>
    </div>`;
  }

  private cut(problem: string | undefined) {
    const { choice } = this;
    return html`<div class="fields">
        ${tick(t('At most'), choice.cut, (cut) => this.change({ cut }))}
        <span class="measure"
          ><vscode-text-field
            id="receive-most"
            class="most"
            .value=${choice.most}
            ${named(t('At most so many bytes'))}
            ?disabled=${!choice.cut}
            aria-invalid=${problem !== undefined}
            @input=${(event: Event) => this.change({ most: valueOf(event) })}
          ></vscode-text-field>
          ${t('bytes')}</span
        >
      </div>
      ${problemLine(problem)} ${choice.cut ? html`<p class="hint dim">${cutHint(choice)}</p>` : nothing}`;
  }

  private change(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.panel.memory.set('receive', this.choice);
  }

  private readonly key = (event: KeyboardEvent) => {
    if (submits(event)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (!this.ready('take')) return;
    const { rule, problems } = judgeRule(this.choice);
    const [wrong] = (['type', 'most'] as const).filter((field) => problems[field]);
    if (wrong) this.refuse(problems[wrong] ?? '', `#receive-${wrong}`);
    else if (rule) void (this.choice.wait ? this.wait(rule) : this.receive(rule));
  };

  private receive(rule: ReceiveRule): Promise<void> {
    return this.attempt(async () => {
      const entry = await this.panel.bus.request('receive', { rule });
      this.panel.addHistory(entry);
      this.panel.announce(outcome(entry));
    });
  }

  private wait(rule: ReceiveRule): Promise<void> {
    return this.attempt(async () => {
      await startWaiting(this.panel, 'sysv.msg', 'take', { rule });
      this.panel.announce(t('Waiting for a message'));
    });
  }
}

function cutHint({ wait }: Choice): string {
  return wait
    ? t('What a longer message has beyond is lost: while waiting, nothing can be copied before it is taken.')
    : t('What a longer message has beyond is discarded; the copy in the history keeps it.');
}

define('ipc-receive', Receive);
