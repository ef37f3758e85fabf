/** `<ipc-mq-receive>`: takes the first message out of a POSIX queue. Nothing can copy it before. */
import { html } from 'lit';
import { state } from 'lit/decorators.js';
import { WAIT_LABELS } from '../../../presentation/waitLabels';
import * as v from 'valibot';
import { act, startWaiting } from '../../panel/act';
import { FormPart } from '../../panel/formPart';
import { define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { tick } from '../../parts/tick';
import { t } from '../../strings';
import '../../toolkit/button';

const choiceSchema = v.object({ wait: v.fallback(v.boolean(), false) });

export class MqReceive extends FormPart {
  @state() private waits = false;

  protected override recall(): void {
    this.waits = this.panel.memory.get('receive', choiceSchema)?.wait ?? false;
  }

  protected override render() {
    return html`<form aria-label=${t('Receive')} @submit=${this.submit}>
      <h2>${t('Receive')}</h2>
      ${this.refusal('take')}
      <p class="hint dim">
        ${t('Takes the first message away: of the highest priority the oldest. It stays in the history until you dismiss it.')}
      </p>
      <p class="hint dim">
        ${icon('warning')}
        ${t('A POSIX queue gives no copy beforehand: if the helper is killed at that very moment, this one message is lost.')}
      </p>
      ${tick(t(WAIT_LABELS['posix.mq take']), this.waits, (wait) => {
        this.waits = wait;
        this.panel.memory.set('receive', { wait });
      })}
      ${this.waits ? html`<p class="hint dim">${t('It goes on waiting when this panel is closed.')}</p>` : ''}
      <div class="fields end">
        <span></span>
        <vscode-button class="submit" ?disabled=${!this.ready('take')} @click=${this.submit}
          >${icon('arrow-down')}<span class="label">${t('Receive')}</span></vscode-button
        >
      </div>
      ${this.failed()}
    </form>`;
  }

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (this.ready('take')) void this.attempt(() => (this.waits ? this.wait() : this.receive()));
  };

  private async receive(): Promise<void> {
    const { priority } = await act(this.panel, 'posix.mq', 'take', {});
    this.panel.announce(t('Received a message of priority {0}', priority));
  }

  private async wait(): Promise<void> {
    await startWaiting(this.panel, 'posix.mq', 'take', {});
    this.panel.announce(t('Waiting for a message'));
  }
}

define('ipc-mq-receive', MqReceive);
