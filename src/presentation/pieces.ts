/** Text with parts that a page shows in a way of its own: names, which may be written from right to left, and ages, which go by. */
import type { Past } from '../protocol/facts';
import type { Ref } from '../protocol/ref';
import { pastName, type ProcessName } from './processes';
import { around, t } from './translate';
import { ago, type Find, durationText } from './values';

/** `detail`: what else is to be said of a name; `ref`: whose page it leads to. `age`: how long ago a moment was, or, of what is a `duration`, for how long by now. */
export type Piece =
  | string
  | { is: 'name'; text: string; detail?: string; ref?: Ref }
  | { is: 'age'; at: number; duration?: boolean };

/** A name of another program's. */
export function namePiece(text: string): Piece {
  return { is: 'name', text };
}

/** A process. */
export function processPiece(name: ProcessName): Piece {
  return { is: 'name', ...name };
}

/** The age and the process, `3 s ago by api (41)`, or `never`. */
export function pastPieces(past: Past | null, find: Find): readonly Piece[] {
  if (past === null) return [t('never')];
  return around('{0} by {1}', agePiece(past.at), processPiece(pastName(past, find)));
}

/** How long ago something was. */
export function agePiece(at: number): Piece {
  return { is: 'age', at };
}

/** All of it as plain text. */
export function plainText(pieces: readonly Piece[], now = Date.now()): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if (piece.is === 'name') return piece.text;
      return piece.duration === true ? durationText(piece.at, now) : ago(piece.at, now);
    })
    .join('');
}
