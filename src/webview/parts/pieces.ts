/** Text with names and ages in it, as elements. */
import { html, nothing } from 'lit';
import type { Piece } from '../../presentation/pieces';
import { opening } from './opening';
import './ago';

/** Each name by itself: one of letters that go from right to left would turn what stands beside it around. */
export function shown(pieces: readonly Piece[]): unknown {
  return pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    if (piece.is === 'age')
      return html`<ipc-ago .at=${piece.at} .duration=${piece.duration ?? false}></ipc-ago>`;
    const { text, detail, ref } = piece;
    return ref === undefined
      ? html`<bdi dir="ltr" class="foreign" title=${detail ?? nothing}>${text}</bdi>`
      : html`<bdi dir="ltr">${opening({ text, ...(detail !== undefined && { detail }) }, ref)}</bdi>`;
  });
}
