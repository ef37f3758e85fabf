/** `<ipc-history-line>`: one message that was sent or received, with what can be done with it. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { HistoryEntry } from '../../../../protocol/pages/object';
import { clockText, momentText, size } from '../../../../presentation/values';
import { Content } from '../../../bytes/content';
import type { ByteFormat } from '../../../bytes/look';
import { now } from '../../../clock';
import { ActingPart } from '../../../panel/actingPart';
import { define } from '../../../parts/base';
import { icon } from '../../../parts/icon';
import { lookSwitch } from '../../../parts/lookSwitch';
import { t } from '../../../strings';
import { cutText, outcome, warning } from './outcome';
import '../../../parts/bytesView';
import { actTitles } from '../../../../presentation/shared';
import '../../../toolkit/button';

export class HistoryLine extends ActingPart {
  @property({ attribute: false }) entry!: HistoryEntry;
  @property({ attribute: false }) acts = false;
  @state() private open = false;
  @state() private look: ByteFormat = 'text';
  private content!: Content;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('entry') && this.content?.packed !== this.entry.content)
      this.content = new Content(this.entry.content);
  }

  protected override render() {
    const { entry, content, open } = this;
    const warned = warning(entry);
    const cut = cutText(entry, content.length);
    return html`<div class="history-head">
        <button class="disclosure" aria-expanded=${open} @click=${() => (this.open = !open)}>
          ${icon(open ? 'chevron-down' : 'chevron-right')}
          <time title=${momentText(entry.at)}>${clockText(entry.at, now())}</time>
          <span class=${entry.what}>${outcome(entry)}</span>
          <span class="dim">${size(content.length)}</span>
          <span class="mono line">${content.line('text')}</span>
        </button>
        ${this.buttons()}
      </div>
      ${
        entry.returnedAt === undefined
          ? nothing
          : html`<p class="note dim">${t('sent back at {0}', clockText(entry.returnedAt, now()))}</p>`
      }
      ${cut ? html`<p class="note">${icon('info')} ${cut}</p>` : nothing}
      ${warned ? html`<p class="note">${icon('warning')} ${warned}</p>` : nothing}
      ${
        open
          ? html`<div class="history-detail">
              ${lookSwitch(this.look, t('Look'), (look) => (this.look = look))}
              <ipc-bytes .content=${content} .look=${this.look}></ipc-bytes>
            </div>`
          : nothing
      }
      ${this.failed()}`;
  }

  private buttons() {
    const { what, returnedAt } = this.entry;
    const back = what !== 'sent' && returnedAt === undefined;
    const again = back ? t('Send Back') : t('Send Again');
    return html`<span class="buttons">
      <vscode-button
        appearance="secondary"
        class="small"
        ?disabled=${!this.acts || this.busy}
        @click=${() => this.again(again)}
        >${again}</vscode-button
      >
      <vscode-button
        appearance="icon"
        aria-label=${actTitles.dismiss()}
        title=${actTitles.dismiss()}
        ?disabled=${this.busy}
        @click=${this.dismiss}
        >${icon('close')}</vscode-button
      >
    </span>`;
  }

  private again(name: string): Promise<void> {
    return this.attempt(async () => {
      await this.panel.bus.request('sendAgain', { id: this.entry.id });
      this.panel.announce(t('{0}: done', name));
    });
  }

  private readonly dismiss = () =>
    this.attempt(() => this.panel.bus.request('dismiss', { id: this.entry.id }));
}

define('ipc-history-line', HistoryLine);
