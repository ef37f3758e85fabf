/** Bytes as hexadecimal digits: in one line, and in lines of offset, hex and text. */
import { visibleCharacter } from '../../presentation/text';
import { characterStart, walk } from './utf8';
import { NO_TEXT } from './visible';

/** One line of a table. `starts`: for each character of the text, the place in `data` where it begins. */
export interface HexLine {
  from: number;
  to: number;
  text: string;
  starts: readonly number[];
}

/** `7b 22 6a` */
export function hexLine(data: Uint8Array): string {
  const digits: string[] = [];
  for (const byte of data) digits.push(hexByte(byte));
  return digits.join(' ');
}

/** `0a` */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** An offset in hex digits, at least so many. */
export function hexOffset(at: number, digits = 8): string {
  return at.toString(16).padStart(digits, '0');
}

/**
 * The lines of the bytes from `from` to `to`. A character of several bytes stands where its first byte is; the text is
 * the last column, so its width moves nothing.
 */
export function hexLines(data: Uint8Array, from: number, to: number, perLine: number): HexLine[] {
  const lines: (HexLine & { starts: number[] })[] = [];
  for (let at = from; at < to; at += perLine)
    lines.push({ from: at, to: Math.min(at + perLine, to), text: '', starts: [] });
  walk(
    data,
    (codePoint, at) => {
      const line = lines[Math.floor((at - from) / perLine)];
      if (at < from || !line) return;
      line.text += codePoint === undefined ? NO_TEXT : single(codePoint);
      line.starts.push(at);
    },
    characterStart(data, from),
    to,
  );
  return lines;
}

/** Offset, hex and text as a text. */
export function hexTable(data: Uint8Array, from: number, to: number, perLine: number): string {
  return hexLines(data, from, to, perLine)
    .map((line) => {
      const hex = hexLine(data.subarray(line.from, line.to));
      return `${hexOffset(line.from)}  ${hex.padEnd(perLine * 3 - 1)}  ${line.text}`;
    })
    .join('\n');
}

/** In a column an escape of eight characters would push the rest away; the hex beside it says what it is. */
function single(codePoint: number): string {
  const shown = visibleCharacter(codePoint);
  return shown.startsWith('\\u{') ? NO_TEXT : shown;
}
