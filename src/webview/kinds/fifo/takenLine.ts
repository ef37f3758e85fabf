/** `<ipc-taken>`: what one read took: whole, with copy, until it is dismissed. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Content } from '../../bytes/content';
import type { ByteFormat } from '../../bytes/look';
import { now } from '../../clock';
import { Part, define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { lookSwitch } from '../../parts/lookSwitch';
import { t } from '../../strings';
import type { HistoryEntry } from '../../../protocol/pages/object';
import { clockText, momentText, size } from '../../../presentation/values';
import '../../parts/bytesView';
import { actTitles } from '../../../presentation/shared';
import '../../toolkit/button';

/** Fires `dismiss` and `write-back`. */
export class TakenPart extends Part {
  @property({ attribute: false }) line!: HistoryEntry;
  /** Whether the FIFO is there to be written to. */
  @property({ attribute: false }) acts = false;
  /** The newest stands open. */
  @property({ type: Boolean }) newest = false;
  @state() private toggled: boolean | undefined;
  @state() private look: ByteFormat = 'text';
  private content!: Content;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('line') && this.content?.packed !== this.line.content)
      this.content = new Content(this.line.content);
  }

  protected override render() {
    const { line, content } = this;
    const open = this.toggled ?? this.newest;
    return html`<div class="history-head">
        <button class="disclosure" aria-expanded=${open} @click=${() => (this.toggled = !open)}>
          ${icon(open ? 'chevron-down' : 'chevron-right')}
          <time title=${momentText(line.at)}>${clockText(line.at, now())}</time>
          <span class="dim">${size(content.length)}</span>
          <span class="mono line">${open ? '' : content.line('text')}</span>
        </button>
        <span class="buttons">
          <vscode-button
            appearance="secondary"
            class="small"
            title=${t('Writes these bytes to its end again, behind what others wrote meanwhile')}
            ?disabled=${!this.acts}
            @click=${() => this.dispatchEvent(new CustomEvent('write-back'))}
            >${t('Write Back')}</vscode-button
          >
          <vscode-button
            appearance="icon"
            aria-label=${actTitles.dismiss()}
            title=${t('Dismiss: these bytes are kept nowhere else')}
            @click=${() => this.dispatchEvent(new CustomEvent('dismiss'))}
            >${icon('close')}</vscode-button
          >
        </span>
      </div>
      ${
        line.returnedAt === undefined
          ? nothing
          : html`<p class="note dim">${t('written back at {0}', clockText(line.returnedAt, now()))}</p>`
      }
      ${
        line.differed
          ? html`<p class="note">
              ${icon('warning')}
              ${t('Not the bytes that were looked at before: somebody else read in between.')}
            </p>`
          : nothing
      }
      ${
        line.what === 'uncertain'
          ? html`<p class="note">
              ${icon('warning')}
              ${t('This is a copy made beforehand. Whether these bytes were then taken could not be learned.')}
            </p>`
          : nothing
      }
      ${
        open
          ? html`<div class="history-detail">
              ${lookSwitch(this.look, t('Look'), (look) => (this.look = look))}
              <ipc-bytes .content=${content} .look=${this.look}></ipc-bytes>
            </div>`
          : nothing
      }`;
  }
}

define('ipc-taken', TakenPart);
