/** `<ipc-bytes>`: a whole content in one look, with copy. Very long ones come in portions. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Copy } from '../../protocol/copies';
import { bytesText, size } from '../../presentation/values';
import type { Content } from '../bytes/content';
import { type ByteFormat, WHOLE_PORTION, copied, whole } from '../bytes/look';
import { t } from '../strings';
import { Part, define } from './base';
import { cells } from './cells';
import { icon } from './icon';
import { PerLine } from './perLine';
import '../toolkit/button';

/** Lines that are laid out together; the style sheet has the same number. */
const PIECE = 256;

/** Asks the frame to put a text on the clipboard. */
export class CopyEvent extends CustomEvent<Copy> {
  static readonly type = 'ipc-copy';
  constructor(copy: Copy) {
    super(CopyEvent.type, { detail: copy, bubbles: true });
  }
}

export class BytesView extends Part {
  @property({ attribute: false }) content!: Content;
  @property() look: ByteFormat = 'text';
  /** What the content is of. */
  @property() about = '';
  /** How much is shown without asking. */
  @property({ type: Number }) portion = WHOLE_PORTION;
  @state() private most = WHOLE_PORTION;
  private readonly perLine = new PerLine(this, () => 8);

  protected override render() {
    const { content, look, most } = this;
    const to = Math.min(most, content.length);
    const { text, note } = whole(content.bytes, look, to, this.perLine.value);
    return html`<div class="bytes-head">
        <span class="dim">${this.about === '' ? '' : `${this.about}, `}${bytesText(content.length)}</span>
        ${note ? html`<span class="dim">${noteText(note)}</span>` : nothing}
        <vscode-button appearance="secondary" class="small" @click=${this.copy}
          >${icon('copy')}<span class="label">${t('Copy')}</span></vscode-button
        >
      </div>
      <pre class="bytes ${look === 'hex' ? 'hex' : ''}" tabindex="0" role="group" aria-label=${t('Content')}>
${content.length === 0 ? html`<span class="dim">${t('empty, 0 bytes')}</span>` : linesOf(text, look === 'hex' ? cells : (piece) => piece)}</pre>
      ${
        to < content.length
          ? html`<vscode-button appearance="secondary" @click=${() => (this.most += WHOLE_PORTION)}
              >${t('Show more: {0} of {1} so far', size(to), size(content.length))}</vscode-button
            >`
          : nothing
      }
      <span class="probe mono" aria-hidden="true">0000000000</span>`;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('content') || changed.has('portion')) this.most = this.portion;
  }

  private readonly copy = () => this.dispatchEvent(new CopyEvent(copied(this.content.bytes, this.look)));
}

/** In pieces, of which the browser lays out only those that are seen: a megabyte of hex has 65,536 lines. */
function linesOf(text: string, shown: (piece: string) => unknown): unknown {
  const pieces: string[] = [];
  let from = 0;
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (++lines % PIECE !== 0) continue;
    // The end of a piece ends its line.
    pieces.push(text.slice(from, at));
    from = at + 1;
  }
  if (pieces.length === 0) return shown(text);
  return [...pieces, text.slice(from)].map((piece) => html`<div class="piece-lines">${shown(piece)}</div>`);
}

function noteText(note: 'notJson' | 'longJson'): string {
  return note === 'notJson' ? t('not JSON, shown as text') : t('too long to lay out as JSON, shown as text');
}

define('ipc-bytes', BytesView);
