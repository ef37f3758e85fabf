/** What a view of memory draws: lines of bytes with marks, and one line for each piece that was not read. Pure. */
import { type HexLine, hexByte, hexLines } from '../../../bytes/hex';
import type { Loaded } from './reader';

/** Bytes of a line that look alike. */
export interface Run {
  text: string;
  mark: '' | 'changed' | 'cursor';
}

/** A line of bytes, with places counted from the start of what was loaded; or a piece that was left alone. */
export type Line =
  { is: 'bytes'; line: HexLine } | { is: 'untouched' | 'absent' | 'unknown'; from: number; to: number };

/** Everything that was loaded, in order. */
export function linesOf({ offset, data, pieces }: Loaded, perLine: number): Line[] {
  return pieces.flatMap((piece): Line[] => {
    const from = piece.from - offset;
    const to = Math.min(piece.to - offset, data.length);
    if (piece.state !== 'data') return [{ is: piece.state, from, to }];
    return hexLines(data, from, to, perLine).map((line) => ({ is: 'bytes', line }));
  });
}

/** The bytes of a line, split where a mark begins or ends. `cursor`: a place as in the line. */
export function runsOf({ data, changed }: Loaded, { from, to }: HexLine, cursor: number | undefined): Run[] {
  const runs: Run[] = [];
  for (let at = from; at < to; at++) {
    const mark = at === cursor ? 'cursor' : changed?.[at] ? 'changed' : '';
    const last = runs.at(-1);
    const text = hexByte(data[at] ?? 0);
    if (last?.mark === mark) last.text += ` ${text}`;
    else {
      // The blank between two bytes belongs to neither mark.
      if (last) runs.push({ text: ' ', mark: '' });
      runs.push({ text, mark });
    }
  }
  return runs;
}
