/** `<ipc-semaphore>`: raises and lowers a POSIX semaphore, at once or as soon as it can be. */
import { html } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { NamedSemaphoreObject } from '../../../protocol/kinds/posixSem';
import { WAIT_LABELS } from '../../../presentation/waitLabels';
import { grouped } from '../../../presentation/values';
import { act, startWaiting } from '../../panel/act';
import { FormPart } from '../../panel/formPart';
import { define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { t } from '../../strings';
import '../../toolkit/button';

export class SemaphoreActs extends FormPart {
  @property({ attribute: false }) object!: NamedSemaphoreObject;
  @state() private outcome = '';

  protected override recall(): void {
    this.outcome = '';
  }

  protected override render() {
    const button = (name: string, label: string, title: string, run: () => Promise<void>) =>
      html`<vscode-button
        appearance="secondary"
        ?disabled=${!this.ready('post')}
        title=${title}
        @click=${() => this.do(run)}
        >${icon(name)}<span class="label">${label}</span></vscode-button
      >`;
    return html`<form aria-label=${t('Operate')} @submit=${(event: Event) => event.preventDefault()}>
      <h2>${t('Operate')}</h2>
      ${this.refusal('post')}
      <p class="hint dim">
        ${t('What is lowered stays lowered: nothing gives it back when this window closes. Post it again when you are done.')}
      </p>
      <div class="fields">
        ${button('arrow-up', t('Post'), t('Raises it by one; one who waits goes on (sem_post)'), this.post)}
        ${button('arrow-down', t('Lower'), t('Lowers it by one, or fails where it is zero (sem_trywait)'), this.lower)}
        ${button('watch', t(WAIT_LABELS['posix.sem wait']), t('Waits until it can be lowered by one (sem_wait)'), this.wait)}
      </div>
      <p class="hint dim">${this.outcome}</p>
      ${this.failed()}
    </form>`;
  }

  private do(run: () => Promise<void>): void {
    this.outcome = '';
    if (this.ready('post')) void this.attempt(run);
  }

  private say(outcome: string): void {
    this.outcome = outcome;
    this.panel.announce(outcome);
  }

  private readonly post = async () => {
    const { value } = await act(this.panel, 'posix.sem', 'post', {});
    this.say(t('Posted; it was {0} right then.', grouped(value)));
  };

  private readonly lower = async () => {
    const { value } = await act(this.panel, 'posix.sem', 'tryWait', {});
    this.say(t('Lowered; it was {0} right then.', grouped(value)));
  };

  private readonly wait = async () => {
    await startWaiting(this.panel, 'posix.sem', 'wait', {});
    this.say(t('Waiting, or lowered at once. It goes on waiting when this panel is closed.'));
  };
}

define('ipc-semaphore', SemaphoreActs);
