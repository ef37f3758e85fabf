/**
 * How facts are written wherever they are shown: tree, panels and command line. Words of a language are not in here,
 * since each of them translates in its own way.
 */
import type { BigCount } from '../protocol/facts';

/**
 * What is invisible or reorders: controls, formats (bidirectional and zero-width marks), line and paragraph
 * separators, what fonts leave out by default, and halves of surrogate pairs.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Only asks that the character before it be drawn in colour; common in ordinary text. */
const EMOJI_STYLE = 0xfe0f;

/** One character as it may be shown: control characters as Unicode pictures, what hides or reorders as `\u{202E}`. */
export function visibleCharacter(codePoint: number): string {
  if (codePoint < 0x20) return String.fromCharCode(0x2400 + codePoint);
  if (codePoint < 0x7f) return String.fromCharCode(codePoint);
  if (codePoint === 0x7f) return '␡';
  const character = String.fromCodePoint(codePoint);
  const hidden = codePoint !== EMOJI_STYLE && HIDDEN.test(character);
  return hidden ? `\\u{${codePoint.toString(16).toUpperCase()}}` : character;
}

/** Text of another program, made harmless to the eye: nothing in it hides, reorders or moves what stands beside it. Cut after `most` characters. */
export function visible(text: string, most = Infinity): string {
  let shown = '';
  let left = most;
  for (const character of text) {
    if (left-- <= 0) return `${shown}…`;
    shown += visibleCharacter(character.codePointAt(0) ?? 0);
  }
  return shown;
}

/** Longest text that one place gets; the rest is cut with a sign of it. */
export const MOST = 300;

/** Cut to a length, never inside a character. */
export function bounded(text: string, most = MOST): string {
  // By code points, so that none is cut in half.
  const characters = Array.from(text.slice(0, most * 2 + 2));
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}

/** A name inside a longer text: it makes no line of its own. What passes here is disarmed as a whole later. */
export function oneLine(text: string): string {
  return visible(bounded(text));
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** A size in the largest unit of which it has one, rounded as it is shown: one digit after the point below 100. */
export function scaled(bytes: BigCount): { value: number; unit: (typeof UNITS)[number] } {
  let value = Number(bytes);
  let step = 0;
  const rounded = () => (step === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
  // 1023.96 KiB must not be written as 1024 KiB.
  while (rounded() >= 1024 && step < UNITS.length - 1) {
    value /= 1024;
    step++;
  }
  return { value: rounded(), unit: UNITS[step] as (typeof UNITS)[number] };
}

/** A System V key, as `0x00001234`. */
export function hexKey(key: number): string {
  return `0x${key.toString(16).padStart(8, '0')}`;
}

/** Permissions, as `rw-r-----`. */
export function modeText(mode: number): string {
  return 'rwxrwxrwx'.replace(/./g, (letter, bit: number) => (mode & (0o400 >> bit) ? letter : '-'));
}

/** Permissions as people type them, `0640`. */
export function modeNumber(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** The end of a connection, as `127.0.0.1:5432`, `[::1]:5432`. */
export function endText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
