/** One message as a row of the table. */
import { bytesText, grouped, size } from '../../../../presentation/values';
import { html } from 'lit';
import type { ByteFormat } from '../../../bytes/look';
import type { ListRow } from '../../../parts/list';
import type { Entry } from './entries';
import { t } from '../../../strings';
import '../../../parts/bytesView';

/** Its place, type, length and content; open, the whole content. */
export function messageRow(
  { key, message, content }: Entry,
  look: ByteFormat,
  about = t('message {0}, type {1}', grouped(message.index), String(message.type)),
): ListRow {
  return {
    key,
    cells: () => [
      String(message.index),
      String(message.type),
      html`<span title=${bytesText(content.length)}>${size(content.length)}</span>`,
      content.length === 0 ? html`<span class="dim">${t('empty')}</span>` : content.line(look),
    ],
    // Narrow columns may cut what stands in them; here it stands whole.
    detail: () => html`<ipc-bytes .content=${content} .look=${look} .about=${about}></ipc-bytes>`,
  };
}

/** The room that the longest type needs: they reach nineteen digits. */
export function typeWidth(entries: readonly Entry[]): number {
  return entries.reduce((width, entry) => Math.max(width, String(entry.message.type).length), 5);
}
