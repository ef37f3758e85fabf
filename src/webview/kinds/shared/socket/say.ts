/** `<ipc-say>`: sends bytes in a session, as text, hex, base64 or a file. */
import { html } from 'lit';
import { property } from 'lit/decorators.js';
import { toBytes } from '../../../../protocol/bytes';
import { SOCKET_SEND_MOST } from '../../../../protocol/kinds/socket';
import { bytesText, grouped } from '../../../../presentation/values';
import { contentDraft, contentOf } from '../../../bytes/draft';
import { FormPart } from '../../../panel/formPart';
import { define } from '../../../parts/base';
import { ContentFields, type ContentHost } from '../../../parts/contentFields';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';
import '../../../toolkit/button';

export class Say extends FormPart implements ContentHost {
  @property({ attribute: false }) act = 0;
  @property({ attribute: false }) connection: number | undefined;
  @property({ attribute: false }) packets = false;
  /** Nobody can be told anything now. */
  @property({ type: Boolean }) off = false;
  private readonly content = new ContentFields(this, 'say-content', 'socket');

  protected override recall(): void {
    this.content.recall(this.panel.memory.get('say', contentDraft));
  }

  private judged(): { data?: Uint8Array; problem?: string } {
    const { data, problem } = contentOf(this.content.draft, this.content.file);
    if (!data) return { problem };
    if (data.length <= SOCKET_SEND_MOST) return { data };
    const [bytes, most] = [grouped(data.length), bytesText(SOCKET_SEND_MOST)];
    return { data, problem: t('{0} bytes are more than is sent at once ({1}).', bytes, most) };
  }

  protected override render() {
    const { data, problem } = this.judged();
    return html`<form aria-label=${t('Say')} @submit=${this.submit} @keydown=${this.key}>
      <div class="fields">${this.content.sources()}</div>
      ${this.content.input()}
      <div class="fields end">
        ${this.content.hint(data?.length ?? 0, problem, SOCKET_SEND_MOST)}
        <vscode-button
          class="submit"
          ?disabled=${this.off || this.busy}
          title=${t('Ctrl+Enter')}
          @click=${this.submit}
          >${icon('send')}<span class="label">${t('Send')}</span></vscode-button
        >
      </div>
      ${this.failed()}
    </form>`;
  }

  contentChanged(): void {
    this.panel.memory.set('say', this.content.remembered);
  }

  contentFailed(sentence: string): void {
    this.failure = sentence;
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (this.off || this.busy) return;
    const { data, problem } = this.judged();
    if (problem !== undefined) this.refuse(problem, '#say-content');
    else if (!data || (data.length === 0 && !this.packets)) {
      this.failure = t('There is nothing to send.');
      this.refuse('', '#say-content');
    } else void this.attempt(() => this.send(data));
  };

  private async send(data: Uint8Array): Promise<void> {
    const { act, connection } = this;
    const order = {
      is: 'send',
      content: toBytes(data),
      ...(connection !== undefined && { connection }),
    } as const;
    await this.panel.bus.request('tell', { act, order });
    this.panel.announce(t('Sent {0}.', bytesText(data.length)));
  }
}

define('ipc-say', Say);
