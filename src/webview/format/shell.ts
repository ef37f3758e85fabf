/** Text of other programs as one word of a shell. Pure. */
import { decodeText } from '../../protocol/bytes';
import { visible } from '../../presentation/text';

/** The bytes as a word: in quotes, or as `$'...'` where something in them cannot be seen. */
export function shellWord(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text !== undefined && visible(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  let word = '';
  for (const byte of bytes) word += escaped(byte);
  return `$'${word}'`;
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "'" || character === '\\') return `\\${character}`;
  return byte >= 0x20 && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}
