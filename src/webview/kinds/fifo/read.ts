/** `<ipc-fifo-read>`: takes bytes out of a FIFO. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { FIFO_MOST, type FifoObject } from '../../../protocol/kinds/fifo';
import { openersOf } from '../../../presentation/kinds/streamEnds';
import { WAIT_LABELS } from '../../../presentation/waitLabels';
import { parseSize } from '../../../presentation/parse';
import { bytesText, size } from '../../../presentation/values';
import { Content } from '../../bytes/content';
import { act, startWaiting } from '../../panel/act';
import { FormPart, problemLine, submits } from '../../panel/formPart';
import { define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { tick } from '../../parts/tick';
import { t } from '../../strings';
import { valueOf } from '../../toolkit';
import '../../toolkit/button';
import '../../toolkit/fields';

const draftSchema = v.object({
  length: v.fallback(v.string(), '64 KiB'),
  wait: v.fallback(v.boolean(), false),
});
type Draft = v.InferOutput<typeof draftSchema>;
const DRAFT: Draft = { length: '64 KiB', wait: false };

export class FifoRead extends FormPart {
  @property({ attribute: false }) object!: FifoObject;
  @state() private draft: Draft = DRAFT;
  /** What the last read found, where it took nothing. */
  @state() private outcome = '';

  protected override recall(): void {
    this.draft = this.panel.memory.get('read', draftSchema) ?? DRAFT;
    this.outcome = '';
  }

  protected override render() {
    const { draft } = this;
    const { problem } = judgeLength(draft.length);
    return html`<form aria-label=${t('Read')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Read')}</h2>
      ${this.refusal('read')}
      <p class="hint dim">
        ${t('Takes bytes away: nobody else gets them. They stay below until you dismiss them.')}
      </p>
      <div class="fields">
        <div class="field size">
          <vscode-text-field
            id="read-length"
            .value=${draft.length}
            aria-label=${t('At most')}
            aria-invalid=${problem !== undefined}
            title=${t('A number of bytes, or with a unit: 64 KiB')}
            @input=${(event: Event) => this.change({ length: valueOf(event) })}
            >${t('At most')}</vscode-text-field
          >
        </div>
        ${tick(t(WAIT_LABELS['fifo read']), draft.wait, (wait) => this.change({ wait }))}
      </div>
      ${problemLine(problem)}
      ${draft.wait ? html`<p class="hint dim">${t('It goes on waiting when this panel is closed.')}</p>` : nothing}
      ${
        openersOf(this.object, 'writer').length > 0
          ? html`<p class="hint dim">
              ${icon('info')}
              ${t('Reading opens it, and so lets a writer go on that waits in open. If nobody reads any more when it writes, it gets SIGPIPE.')}
            </p>`
          : nothing
      }
      <div class="fields end">
        <span class="hint dim">${this.outcome}</span>
        <vscode-button class="submit" ?disabled=${!this.ready('read')} @click=${this.submit}
          >${icon('arrow-down')}<span class="label">${t('Read')}</span></vscode-button
        >
      </div>
      ${this.failed()}
    </form>`;
  }

  private change(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.panel.memory.set('read', this.draft);
  }

  private readonly key = (event: KeyboardEvent) => {
    if (submits(event)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (!this.ready('read')) return;
    const { length, problem } = judgeLength(this.draft.length);
    this.outcome = '';
    if (length === undefined) this.refuse(problem ?? '', '#read-length');
    else void this.attempt(() => (this.draft.wait ? this.wait(length) : this.read(length)));
  };

  private async read(length: number): Promise<void> {
    const { ref } = this.object;
    const { content, end, unread } = await act(this.panel, 'fifo', 'read', { length });
    const bytes = new Content(content).length;
    const said = [
      bytes > 0 ? t('Read {0}.', bytesText(bytes)) : t('Nothing was there.'),
      ...(end ? [t('End of file: nobody writes.')] : []),
      ...(unread > 0 ? [t('{0} more are unread.', bytesText(unread))] : []),
    ].join(' ');
    this.panel.announce(said);
    // The panel may show another FIFO by now.
    if (this.object.ref === ref) this.outcome = said;
  }

  private async wait(length: number): Promise<void> {
    await startWaiting(this.panel, 'fifo', 'read', { length, wait: true });
    this.panel.announce(t('Waiting for something to read'));
  }
}

function judgeLength(typed: string): { length?: number; problem?: string } {
  const length = parseSize(typed);
  if (length === undefined || length < 1 || length > FIFO_MOST)
    return {
      problem: t('From 1 byte to {0}: a number of bytes, or with a unit, as 4 KiB.', size(FIFO_MOST)),
    };
  return { length };
}

define('ipc-fifo-read', FifoRead);
