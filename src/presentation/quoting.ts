/** How text of other programs is written where it leaves us: as one word of a shell, or as content that can be typed again. Pure. */
import { decodeText } from '../protocol/bytes';
import { visible } from './text';

/**
 * The bytes as one word of a shell. In plain quotes where all of them can be seen; else in the notation `$'...'` of bash, ksh, zsh and
 * POSIX.1-2024, so that nothing in it hides, breaks the line or does anything when it is pasted.
 */
export function shellWord(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text !== undefined && isPlain(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c ? String.fromCharCode(byte) : hex(byte),
  );
  return `$'${escaped.join('')}'`;
}

/** The bytes as `parseContent` takes them for text: a backslash is doubled, and what is a control or no UTF-8 is escaped. */
export function escapedContent(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text === undefined)
    return Array.from(bytes, (byte) => (byte < 0x7f ? escapedCharacter(byte) : hex(byte))).join('');
  return Array.from(text, (character) => escapedCharacter(character.codePointAt(0) ?? 0)).join('');
}

/** Whether every character can be seen and none breaks the line: what is copied then reads as what is shown. */
export function isPlain(text: string): boolean {
  return visible(text) === text;
}

const NAMED: Readonly<Record<number, string>> = { 10: '\\n', 13: '\\r', 9: '\\t', 92: '\\\\' };

function escapedCharacter(codePoint: number): string {
  const named = NAMED[codePoint];
  if (named !== undefined) return named;
  return codePoint < 0x20 || codePoint === 0x7f ? hex(codePoint) : String.fromCodePoint(codePoint);
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
