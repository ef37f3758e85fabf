/** The looks in which bytes can be seen, the same everywhere: in one bounded line, whole, and as what is copied. */
import { decodeText } from '../../protocol/bytes';
import type { Copy } from '../../protocol/copies';
import { escapedContent, isPlain } from '../../presentation/quoting';
import { visibleCharacter } from '../../presentation/text';
import { hexLine, hexTable } from './hex';
import { layOutJson } from './json';
import { walk } from './utf8';
import { NO_TEXT } from './visible';

export const BYTE_FORMATS = ['text', 'hex', 'json'] as const;
export type ByteFormat = (typeof BYTE_FORMATS)[number];

/** Bytes that make one line: more than the widest window has room for. */
const LINE_MOST = 400;
/** Bytes that are laid out at once; the rest comes in portions. */
export const WHOLE_PORTION = 65_536;

/** One line of the content, bounded. Every look but hex shows the text. */
export function line(data: Uint8Array, look: ByteFormat): string {
  const part = data.subarray(0, LINE_MOST);
  const more = part.length < data.length ? '…' : '';
  return (look === 'hex' ? hexLine(part) : textOf(data, part.length, false)) + more;
}

/** The content up to `to`. `note` is set where the look does not fit it and another is shown. */
export function whole(
  data: Uint8Array,
  look: ByteFormat,
  to: number,
  perLine: number,
): { text: string; note?: 'notJson' | 'longJson' } {
  if (look === 'hex') return { text: hexTable(data, 0, to, perLine) };
  if (look === 'text') return { text: textOf(data, to, true) };
  if (data.length > WHOLE_PORTION) return { text: textOf(data, to, true), note: 'longJson' };
  const json = layOut(data);
  return json === undefined ? { text: textOf(data, to, true), note: 'notJson' } : { text: shown(json) };
}

/** What a copy of the content puts on the clipboard: the text itself where it is one, digits in the hex look. */
export function copied(data: Uint8Array, look: ByteFormat): Copy {
  if (look === 'hex') return { text: hexLine(data), how: 'hex' };
  const laidOut = look === 'json' ? layOut(data) : undefined;
  if (laidOut !== undefined) return { text: laidOut, how: 'laidOut' };
  const text = decodeText(data);
  if (text === undefined || text.includes('\0')) return { text: escapedContent(data), how: 'escaped' };
  return { text, how: isPlain(text) ? 'exact' : 'hidden' };
}

function layOut(data: Uint8Array): string | undefined {
  const text = decodeText(data);
  return text === undefined ? undefined : layOutJson(text);
}

/** A JSON text has its line ends from us, and none inside of strings. */
function shown(json: string): string {
  let text = '';
  for (const character of json)
    text += character === '\n' ? '\n' : visibleCharacter(character.codePointAt(0) ?? 0);
  return text;
}

/** With `lines`, a line feed is shown and also breaks the line. */
function textOf(data: Uint8Array, to: number, lines: boolean): string {
  let text = '';
  walk(
    data,
    (codePoint) => {
      text += codePoint === undefined ? NO_TEXT : visibleCharacter(codePoint);
      if (lines && codePoint === 10) text += '\n';
    },
    0,
    to,
  );
  return text;
}
