/** Bytes for a terminal: nothing in them reaches it as it is. */
import { decodeText } from '../../protocol/bytes';
import { visible, visibleCharacter } from '../../presentation/text';

const PER_LINE = 16;
const HEX_WIDTH = PER_LINE * 3;
/** A byte that is no character. */
const NO_TEXT = '·';

/** A whole number as an offset. */
export function offsetText(offset: number): string {
  return offset.toString(16).padStart(8, '0');
}

/** Offset, hex and text, 16 bytes a line; lines that repeat the one before are one `*`, as hexdump(1) does it. */
export function hexDump(data: Uint8Array, offset = 0, indent = ''): string {
  const lines: string[] = [];
  let last = '';
  for (let at = 0; at < data.length; at += PER_LINE) {
    const part = data.subarray(at, at + PER_LINE);
    const hex = Buffer.from(part).toString('hex').replace(/../g, '$& ');
    // The last line is always shown: it tells where the bytes end.
    const repeats = hex === last && at + PER_LINE < data.length;
    last = hex;
    if (!repeats) lines.push(`${offsetText(offset + at)}  ${hex.padEnd(HEX_WIDTH)} ${characters(part)}`);
    else if (lines.at(-1) !== '*') lines.push('*');
  }
  return lines.map((line) => `${indent}${line}\n`).join('');
}

/** A character for each byte, so that the column says where it stands. */
function characters(part: Uint8Array): string {
  return Array.from(part, (byte) => (byte < 0x80 ? visibleCharacter(byte) : NO_TEXT)).join('');
}

/** The bytes as one line of text, where they are UTF-8; else what of them is ASCII. */
export function textLine(data: Uint8Array): string {
  const text = decodeText(data);
  return text === undefined ? characters(data) : visible(text);
}
