/** Text with names and ages in it, as elements. */
import { html, nothing } from 'lit';
import type { Piece } from '../../presentation/pieces';
import './ago';

/** Each name by itself: one of letters that go from right to left would turn what stands beside it around. */
export function shown(pieces: readonly Piece[]): unknown {
  return pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    if (piece.is === 'age')
      return html`<ipc-ago .at=${piece.at} .duration=${piece.duration ?? false}></ipc-ago>`;
    return html`<bdi dir="ltr" class="foreign" title=${piece.detail ?? nothing}>${piece.text}</bdi>`;
  });
}
