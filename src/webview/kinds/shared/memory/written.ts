/** What was written in this panel, the newest first, each with what stood there before. */
import { type TemplateResult, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type Bytes, decodeText, fromBytes } from '../../../../protocol/bytes';
import { bytesText, clockText, momentText, offsetText } from '../../../../presentation/values';
import { line } from '../../../bytes/look';
import { now } from '../../../clock';
import { fill, t } from '../../../strings';
import '../../../toolkit/button';

/** One write. */
export interface Written {
  id: number;
  at: number;
  offset: number;
  bytes: number;
  content: Bytes;
  /** What stood there. */
  before: Bytes;
  /** It put back what another write had replaced. */
  isBack: boolean;
  /** When its own content was put back. */
  backAt?: number;
}

/** Base64 characters that hold more bytes than a line shows (a multiple of four). */
const HEAD = 160;

/** The list, or nothing while nothing was written. */
export function writtenList(
  done: readonly Written[],
  busy: boolean,
  putBack: (written: Written) => void,
): TemplateResult | typeof nothing {
  if (done.length === 0) return nothing;
  return html`<section class="written" aria-label=${t('Written Here')}>
    <h2>${t('Written Here')}</h2>
    <p class="hint dim">${t('What stood there before is kept until this panel closes.')}</p>
    <ul class="history">
      ${repeat(
        done,
        (written) => written.id,
        (written) => html`<li>${row(written, busy, putBack)}</li>`,
      )}
    </ul>
  </section>`;
}

function row(written: Written, busy: boolean, putBack: (written: Written) => void): TemplateResult {
  const { at, offset, bytes, content, before, isBack, backAt } = written;
  const what = isBack
    ? t('put back {0} at {1}', bytesText(bytes), offsetText(offset))
    : t('wrote {0} at {1}', bytesText(bytes), offsetText(offset));
  return html`<div class="history-head">
      <span class="written-what">
        <time title=${momentText(at)}>${clockText(at, now())}</time>
        <span>${what}</span>
      </span>
      <vscode-button
        appearance="secondary"
        class="small"
        ?disabled=${busy}
        title=${t('Writes what stood there before at the same offset')}
        @click=${() => putBack(written)}
        >${t('Put Back')}</vscode-button
      >
    </div>
    <p class="line mono written-line">${shown(content)}</p>
    <p class="line mono written-line dim">${fill('before: {0}', shown(before))}</p>
    ${backAt === undefined ? nothing : html`<p class="note dim">${t('put back at {0}', clockText(backAt, now()))}</p>`}`;
}

function shown(content: Bytes): string {
  const head = content.slice(0, HEAD) as Bytes;
  const bytes = fromBytes(head);
  // What is no text is read better in hex.
  const look = decodeText(bytes) === undefined ? 'hex' : 'text';
  return line(bytes, look) + (head.length < content.length ? '…' : '');
}
