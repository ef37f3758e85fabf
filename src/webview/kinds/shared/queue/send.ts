/** `<ipc-send>`: the form that sends messages to the queue. */
import { html } from 'lit';
import { property, state } from 'lit/decorators.js';
import { toBytes } from '../../../../protocol/bytes';
import { messagesText } from '../../../../presentation/kinds/sysvMsg';
import { WAIT_LABELS } from '../../../../presentation/waitLabels';
import { grouped } from '../../../../presentation/values';
import { FormPart, problemLine } from '../../../panel/formPart';
import { sentenceOf } from '../../../sentenceOf';
import { define } from '../../../parts/base';
import { ContentFields, type ContentHost } from '../../../parts/contentFields';
import { icon } from '../../../parts/icon';
import { tick } from '../../../parts/tick';
import { t } from '../../../strings';
import { valueOf } from '../../../toolkit';
import { DRAFT, type Draft, draftSchema, judge } from './draft';
import type { MessageNumber, SendWay } from './sendWay';
import '../../../toolkit/button';
import '../../../toolkit/fields';

export class Send extends FormPart implements ContentHost {
  @property({ attribute: false }) way!: SendWay;
  @state() private draft: Draft = DRAFT;
  /** How many of how many went out, while they do. */
  @state() private progress: { done: number; of: number } | undefined;
  private readonly content = new ContentFields(this, 'send-content', 'message');
  private stop: AbortController | undefined;

  protected override recall(): void {
    this.stop?.abort();
    const before = this.panel.memory.get('send', draftSchema);
    this.draft = before ?? (this.draft === DRAFT ? { ...DRAFT, type: this.way.initial } : this.draft);
    this.content.recall(before);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.abort();
  }

  private get limit(): number | undefined {
    return this.way.limit(this.state);
  }

  private judged() {
    return judge(this.draft, this.content.draft, this.content.file, this.limit, this.way);
  }

  protected override render() {
    const { draft, content } = this;
    const { data, problems } = this.judged();
    return html`<form aria-label=${t('Send')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Send')}</h2>
      ${this.refusal('send')}
      <div class="fields">
        ${this.field('type', this.way.label, problems.type)}
        ${this.field('times', t('Times'), problems.times)} ${content.sources()}
      </div>
      ${problemLine(problems.type)} ${problemLine(problems.times)} ${content.input()}
      ${tick(t(WAIT_LABELS['sysv.msg send']), draft.wait, (wait) => this.change({ wait }))}
      ${draft.wait ? html`<p class="hint dim">${t('One message waits at a time. It goes on waiting when this panel is closed.')}</p>` : ''}
      <div class="fields end">
        ${content.hint(data?.length ?? 0, problems.content, this.limit)} ${this.buttons()}
      </div>
      ${this.failed()}
    </form>`;
  }

  private field(name: 'type' | 'times', label: string, problem: string | undefined) {
    const off = name === 'times' && this.draft.wait;
    return html`<div class="field ${name}">
      <vscode-text-field
        id=${`send-${name}`}
        .value=${off ? '1' : this.draft[name]}
        ?disabled=${off}
        aria-label=${label}
        aria-invalid=${problem !== undefined}
        title=${off ? t('One message waits at a time.') : (problem ?? '')}
        @input=${(event: Event) => this.change({ [name]: valueOf(event) })}
        >${label}</vscode-text-field
      >
    </div>`;
  }

  private buttons() {
    if (!this.progress)
      return html`<vscode-button
        class="submit"
        ?disabled=${!this.ready('send')}
        title=${t('Ctrl+Enter')}
        @click=${this.submit}
        >${icon('send')}<span class="label">${t('Send')}</span></vscode-button
      >`;
    const { done, of } = this.progress;
    return html`<span class="sending"
      ><span class="dim">${t('{0} of {1} sent', grouped(done), grouped(of))}</span>
      <vscode-button appearance="secondary" @click=${() => this.stop?.abort()}
        >${t('Stop')}</vscode-button
      ></span
    >`;
  }

  contentChanged(): void {
    this.change({});
  }

  contentFailed(sentence: string): void {
    this.failure = sentence;
  }

  private change(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.panel.memory.set('send', { ...this.draft, ...this.content.remembered });
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (this.progress || !this.ready('send')) return;
    const { type, data, times, problems } = this.judged();
    const [wrong] = (['type', 'times', 'content'] as const).filter((field) => problems[field]);
    this.failure = '';
    if (wrong) this.refuse(problems[wrong] ?? '', `#send-${wrong}`);
    else if (type !== undefined && data && times) {
      if (this.draft.wait) void this.wait(type, data);
      else void this.send(type, data, times);
    }
  };

  private wait(type: MessageNumber, data: Uint8Array): Promise<void> {
    return this.attempt(async () => {
      await this.way.wait(this.panel, type, toBytes(data));
      this.panel.announce(t('Waiting for room'));
    });
  }

  /** One after the other, so that they arrive in order, and none after one that failed. */
  private async send(type: MessageNumber, data: Uint8Array, times: number): Promise<void> {
    const content = toBytes(data);
    this.stop = new AbortController();
    const { signal } = this.stop;
    let done = 0;
    try {
      for (; done < times; done++) {
        this.progress = { done, of: times };
        // A send that is under way is not given up: it may have been done.
        signal.throwIfAborted();
        await this.way.send(this.panel, type, content);
      }
      this.panel.announce(t('Sent: {0}', messagesText(done)));
    } catch (error) {
      const sentence = (signal.aborted ? '' : sentenceOf(error)) || t('Stopped.');
      const count = t('{0} of {1} were sent.', grouped(done), grouped(times));
      this.failure = times === 1 ? sentence : `${sentence} ${count}`;
    }
    this.progress = undefined;
  }
}

define('ipc-send', Send);
