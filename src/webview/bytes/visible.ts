/**
 * Text of other programs, made harmless to the eye: nothing in it can hide, reorder or move what stands beside it.
 * It still must only ever become a text node.
 */

/** A byte that is no UTF-8. */
export const NO_TEXT = '·';
/** How much of a name or a command line stands in a line of its own; the whole is in the tooltip. */
export const NAME_MOST = 80;
/** A tooltip's bound. Arguments reach two megabytes. */
export const TOOLTIP_MOST = 2000;

/**
 * Invisible or reordering: soft hyphen, Arabic letter mark, Hangul fillers, Mongolian separators, zero-width and
 * bidirectional marks, line and paragraph separators, invisible operators, the byte order mark, annotation marks, tags.
 */
const HIDDEN =
  /[\u0080-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/u;

/** One character as it may be shown. */
export function visibleCharacter(codePoint: number): string {
  if (codePoint < 0x20) return String.fromCharCode(0x2400 + codePoint);
  if (codePoint < 0x7f) return String.fromCharCode(codePoint);
  if (codePoint === 0x7f) return '␡';
  const character = String.fromCodePoint(codePoint);
  const lone = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return lone || HIDDEN.test(character) ? `\\u{${codePoint.toString(16).toUpperCase()}}` : character;
}

/** A text as it may be shown, cut after `most` characters with an ellipsis. */
export function visible(text: string, most = NAME_MOST): string {
  let shown = '';
  let left = most;
  for (const character of text) {
    if (left-- === 0) return `${shown}…`;
    shown += visibleCharacter(character.codePointAt(0) ?? 0);
  }
  return shown;
}
