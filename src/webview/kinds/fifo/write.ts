/** `<ipc-fifo-write>`: writes into a FIFO. */
import { absenceOfSide } from '../../../presentation/absence';
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { type Bytes, toBytes } from '../../../protocol/bytes';
import { FIFO_MOST, type FifoObject } from '../../../protocol/kinds/fifo';
import { WAIT_LABELS } from '../../../presentation/waitLabels';
import { bytesText, grouped } from '../../../presentation/values';
import { contentDraft, contentOf } from '../../bytes/draft';
import { act, startWaiting } from '../../panel/act';
import { FormPart } from '../../panel/formPart';
import { define } from '../../parts/base';
import { ContentFields, type ContentHost } from '../../parts/contentFields';
import { icon } from '../../parts/icon';
import { tick } from '../../parts/tick';
import { t } from '../../strings';
import { actTitles, nothingToWrite } from '../../../presentation/shared';
import '../../toolkit/button';

const draftSchema = v.object({ ...contentDraft.entries, wait: v.fallback(v.boolean(), false) });

export class FifoWrite extends FormPart implements ContentHost {
  @property({ attribute: false }) object!: FifoObject;
  @state() private waits = false;
  @state() private outcome = '';
  private readonly content = new ContentFields(this, 'fifo-content', 'stream');

  protected override recall(): void {
    const before = this.panel.memory.get('write', draftSchema);
    this.waits = before?.wait ?? false;
    this.content.recall(before);
    this.outcome = '';
  }

  private judged(): { data?: Uint8Array; problem?: string } {
    const { data, problem } = contentOf(this.content.draft, this.content.file);
    if (!data) return { problem };
    if (data.length <= FIFO_MOST) return { data };
    const text = t(
      '{0} bytes are more than is written at once ({1}).',
      grouped(data.length),
      grouped(FIFO_MOST),
    );
    return { data, problem: text };
  }

  protected override render() {
    const { data, problem } = this.judged();
    const nobody = absenceOfSide(this.object, 'reader') === 'proved';
    return html`<form aria-label=${actTitles.write()} @submit=${this.submit} @keydown=${this.key}>
      <h2>${actTitles.write()}</h2>
      ${this.refusal('write')}
      <div class="fields">${this.content.sources()}</div>
      ${this.content.input()}
      ${tick(t(WAIT_LABELS['fifo write']), this.waits, (waits) => {
        this.waits = waits;
        this.remember();
      })}
      <p class="hint kept dim">
        ${
          this.waits
            ? t('It goes on waiting when this panel is closed.')
            : nobody
              ? t('Nobody reads now: without waiting, a write fails.')
              : nothing
        }
      </p>
      <div class="fields end">
        ${this.outcome === '' ? this.content.hint(data?.length ?? 0, problem, FIFO_MOST) : html`<p class="hint dim">${this.outcome}</p>`}
        <vscode-button
          class="submit"
          ?disabled=${!this.ready('write')}
          title=${t('Ctrl+Enter')}
          @click=${this.submit}
          >${icon('edit')}<span class="label">${actTitles.write()}</span></vscode-button
        >
      </div>
      ${this.failed()}
    </form>`;
  }

  contentChanged(): void {
    this.outcome = '';
    this.remember();
  }

  contentFailed(sentence: string): void {
    this.failure = sentence;
  }

  private remember(): void {
    this.panel.memory.set('write', { ...this.content.remembered, wait: this.waits });
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (!this.ready('write')) return;
    const { data, problem } = this.judged();
    this.outcome = '';
    if (problem !== undefined) this.refuse(problem, '#fifo-content');
    else if (!data || data.length === 0) {
      this.failure = nothingToWrite();
      this.refuse('', '#fifo-content');
    } else void this.attempt(() => this.write(toBytes(data), data.length));
  };

  private async write(content: Bytes, length: number): Promise<void> {
    if (this.waits) {
      await startWaiting(this.panel, 'fifo', 'write', { content, wait: true });
      this.panel.announce(t('Waiting to write'));
      return;
    }
    const { bytes } = await act(this.panel, 'fifo', 'write', { content });
    this.outcome =
      bytes < length
        ? t('Only {0} of {1} were written.', grouped(bytes), bytesText(length))
        : t('Wrote {0}.', bytesText(bytes));
    this.panel.announce(this.outcome);
  }
}

define('ipc-fifo-write', FifoWrite);
