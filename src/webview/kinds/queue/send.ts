/** `<ipc-send>`: the form that sends messages to the queue. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { fromBytes, toBytes } from '../../../protocol/bytes';
import type { MessageType } from '../../../protocol/kinds/sysvMsg';
import type { PanelState } from '../../../protocol/panels';
import { visible } from '../../bytes/visible';
import { type PanelModel, sentenceOf } from '../../panel/model';
import { Part, define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { number, t } from '../../strings';
import { type Control, valueOf } from '../../toolkit';
import { type Draft, type Judged, type PickedFile, type Source, SOURCES, draftSchema, judge } from './draft';
import { messages } from './figures';

/** A draft longer than this is not remembered over a reload: the state of all panels travels with every change. */
const REMEMBER_MOST = 20_000;

export class Send extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) state!: PanelState;
  @state() private draft: Draft = { type: '1', source: 'text', text: '', times: '1' };
  @state() private file: PickedFile | undefined;
  @state() private failure = '';
  /** How many of how many went out, while they do. */
  @state() private progress: { done: number; of: number } | undefined;
  private stop: AbortController | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state') || changed.get('state')?.memory.ref === this.state.memory.ref) return;
    this.stop?.abort();
    this.draft = this.panel.memory.get('send', draftSchema) ?? { ...this.draft, text: '' };
    this.file = undefined;
    this.failure = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.abort();
  }

  private get limit(): number | undefined {
    return this.state.host?.limits['sysv.msg']?.messageBytes;
  }

  protected override render() {
    const { draft } = this;
    const judged = judge(draft, this.file, this.limit);
    const { problems } = judged;
    return html`<form aria-label=${t('Send')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Send')}</h2>
      <div class="fields">
        ${this.field('type', t('Type'), problems.type)} ${this.field('times', t('Times'), problems.times)}
        <vscode-radio-group
          aria-label=${t('Content is given as')}
          .value=${draft.source}
          @change=${this.choose}
        >
          ${SOURCES.map((source) => html`<vscode-radio value=${source}>${sourceName(source)}</vscode-radio>`)}
        </vscode-radio-group>
      </div>
      ${[problems.type, problems.times].map((text) => (text ? html`<p class="problem">${text}</p>` : nothing))}
      ${draft.source === 'file' ? this.picker() : this.area(draft)}
      <div class="fields end">${this.hint(judged)} ${this.buttons()}</div>
      <div role="alert">${this.failure ? html`<p class="note error">${this.failure}</p>` : nothing}</div>
    </form>`;
  }

  /** What is wrong with the content, or how long it is. */
  private hint({ data, problems }: Judged) {
    const { source } = this.draft;
    const waits = source === 'file' && !this.file;
    if (!problems.content || waits)
      return html`<p class="hint dim">${waits ? '' : this.countText(data?.length ?? 0)}</p>`;
    return html`<p class="hint problem">${problems.content}</p>`;
  }

  private field(name: 'type' | 'times', label: string, problem: string | undefined) {
    return html`<div class="field ${name}">
      <vscode-text-field
        id=${`send-${name}`}
        .value=${this.draft[name]}
        aria-label=${label}
        aria-invalid=${problem !== undefined}
        title=${problem ?? ''}
        @input=${(event: Event) => this.change({ [name]: valueOf(event) })}
        >${label}</vscode-text-field
      >
    </div>`;
  }

  private area(draft: Draft) {
    return html`<vscode-text-area
      id="send-content"
      class="wide"
      rows="3"
      resize="vertical"
      .value=${draft.text}
      aria-label=${t('Content')}
      placeholder=${placeholder(draft.source)}
      @input=${(event: Event) => this.change({ text: valueOf(event) })}
      >${t('Content')}</vscode-text-area
    >`;
  }

  private picker() {
    return html`<div class="fields">
      <vscode-button id="send-content" appearance="secondary" @click=${this.pick}
        >${t('Choose File...')}</vscode-button
      >
      <span class="foreign picked">${this.file ? visible(this.file.name, 255) : t('no file chosen')}</span>
    </div>`;
  }

  private buttons() {
    if (!this.progress)
      return html`<vscode-button
        class="submit"
        ?disabled=${!this.panel.acts}
        title=${t('Ctrl+Enter')}
        @click=${this.submit}
        >${icon('send')}<span class="label">${t('Send')}</span></vscode-button
      >`;
    const { done, of } = this.progress;
    return html`<span class="sending"
      ><span class="dim">${t('{0} of {1} sent', number(done), number(of))}</span>
      <vscode-button appearance="secondary" @click=${() => this.stop?.abort()}
        >${t('Stop')}</vscode-button
      ></span
    >`;
  }

  private countText(bytes: number): string {
    if (this.limit === undefined) return bytes === 1 ? t('1 byte') : t('{0} bytes', number(bytes));
    return t('{0} of at most {1} bytes', number(bytes), number(this.limit));
  }

  private readonly choose = (event: Event) => {
    const source = SOURCES.find((known) => known === valueOf(event));
    if (source && source !== this.draft.source) this.change({ source });
  };

  private change(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    const text = this.draft.text.length > REMEMBER_MOST ? '' : this.draft.text;
    this.panel.memory.set('send', { ...this.draft, text });
  }

  private readonly pick = async () => {
    this.failure = '';
    try {
      const picked = await this.panel.bus.request('pickFile', {});
      if (picked) this.file = { name: picked.name, data: fromBytes(picked.content) };
    } catch (error) {
      this.failure = sentenceOf(error);
    }
  };

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (this.progress || !this.panel.acts) return;
    const judged = judge(this.draft, this.file, this.limit);
    const { type, data, times, problems } = judged;
    const [wrong] = (['type', 'times', 'content'] as const).filter((field) => problems[field]);
    this.failure = '';
    if (wrong) {
      // The sentence stands in the form already; it is only read out once more.
      this.panel.announce(problems[wrong] ?? '');
      this.querySelector<Control>(`#send-${wrong}`)?.focus();
    } else if (type !== undefined && data && times) void this.send(type, data, times);
  };

  /** One after the other, so that they arrive in order, and none after one that failed. */
  private async send(type: MessageType, data: Uint8Array, times: Judged['times'] & number): Promise<void> {
    const content = toBytes(data);
    this.stop = new AbortController();
    const { signal } = this.stop;
    let done = 0;
    try {
      for (; done < times; done++) {
        this.progress = { done, of: times };
        // A send that is under way is not given up: it may have been done.
        signal.throwIfAborted();
        await this.panel.bus.request('send', { type, content });
      }
      this.panel.announce(t('Sent: {0}', messages(done)));
    } catch (error) {
      const sentence = (signal.aborted ? '' : sentenceOf(error)) || t('Stopped.');
      const count = t('{0} of {1} were sent.', number(done), number(times));
      this.failure = times === 1 ? sentence : `${sentence} ${count}`;
    }
    this.progress = undefined;
  }
}

function sourceName(source: Source): string {
  return { text: t('text'), hex: t('hex'), base64: t('base64'), file: t('file') }[source];
}

function placeholder(source: Source): string {
  if (source === 'hex') return t('68 65 6c 6c 6f');
  if (source === 'base64') return t('aGVsbG8=');
  return t('text; \\n \\r \\t \\0 \\\\ and \\xNN stand for bytes');
}

define('ipc-send', Send);
