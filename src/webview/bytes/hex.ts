/** Bytes as hexadecimal digits: in one line, and as a table of offset, hex and text. */
import { NO_TEXT, visibleCharacter } from './visible';
import { characterStart, walk } from './utf8';

/** `7b 22 6a` */
export function hexLine(data: Uint8Array): string {
  const digits: string[] = [];
  for (const byte of data) digits.push(byte.toString(16).padStart(2, '0'));
  return digits.join(' ');
}

/**
 * Offset, hex and text of the bytes from `from` to `to`. A character of several bytes stands where its first byte
 * is; the text column is the last, so its width moves nothing.
 */
export function hexTable(data: Uint8Array, from: number, to: number, perLine: number): string {
  const texts = new Map<number, string>();
  const note = (at: number, text: string) => {
    const line = Math.floor(at / perLine);
    texts.set(line, (texts.get(line) ?? '') + text);
  };
  walk(
    data,
    (codePoint, at) => {
      if (at >= from) note(at, codePoint === undefined ? NO_TEXT : single(codePoint));
    },
    characterStart(data, from),
    to,
  );
  const lines: string[] = [];
  for (let at = from; at < to; at += perLine) {
    const hex = hexLine(data.subarray(at, Math.min(at + perLine, to)));
    const offset = at.toString(16).padStart(8, '0');
    const text = texts.get(Math.floor(at / perLine)) ?? '';
    lines.push(`${offset}  ${hex.padEnd(perLine * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}

/** In a column an escape of eight characters would push the rest away; the hex beside it says what it is. */
function single(codePoint: number): string {
  const shown = visibleCharacter(codePoint);
  return shown.startsWith('\\u{') ? NO_TEXT : shown;
}
