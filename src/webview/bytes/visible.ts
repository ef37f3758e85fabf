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
 * What is invisible or reorders: controls, formats (bidirectional and zero-width marks), line and paragraph
 * separators, what fonts leave out by default, and halves of surrogate pairs.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Only asks that the character before it be drawn in colour; common in ordinary text. */
const EMOJI_STYLE = 0xfe0f;

/** One character as it may be shown. */
export function visibleCharacter(codePoint: number): string {
  if (codePoint < 0x20) return String.fromCharCode(0x2400 + codePoint);
  if (codePoint < 0x7f) return String.fromCharCode(codePoint);
  if (codePoint === 0x7f) return '␡';
  const character = String.fromCodePoint(codePoint);
  const hidden = codePoint !== EMOJI_STYLE && HIDDEN.test(character);
  return hidden ? `\\u{${codePoint.toString(16).toUpperCase()}}` : character;
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
