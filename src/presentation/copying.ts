/** What of an object can be copied, and as what text: the same from the tree, the palette and a panel. Pure. */
import { encodeText } from '../protocol/bytes';
import type { Copy } from '../protocol/copies';
import type { IpcObject } from '../protocol/kinds';
import { copiesBy, copyBy, type CopyWhat, quoted, removingBy } from './copies';
import { viewOf } from './kinds';

/** Everything of an object that can be copied, in the order of a menu. */
export function copiesOf(object: IpcObject): (Copy & { what: CopyWhat })[] {
  return copiesBy(viewOf(object).copies, object);
}

/** A word for each text that an object has to be copied, on which the menus of its rows match: `copyKey`. `copyId` where neither a name nor a path names it. */
export function copyWords(object: IpcObject): string[] {
  const whats = copiesOf(object).map(({ what }) => what);
  const named = whats.some((what) => what === 'name' || what === 'path' || what === 'id');
  return [...(named ? [] : (['id'] as const)), ...whats].map(copyWord);
}

/** `copyKey` for `key`. */
export function copyWord(what: CopyWhat): string {
  return `copy${what.charAt(0).toUpperCase()}${what.slice(1)}`;
}

/** One text; undefined where the object has none. */
export function copyOf(object: IpcObject, what: CopyWhat): Copy | undefined {
  return copyBy(viewOf(object).copies, object, what);
}

/** The text by which people write an object down: its path, name or key, else what other programs know it by. */
export function nameCopyOf(object: IpcObject): Copy | undefined {
  return copyOf(object, 'path') ?? copyOf(object, 'name') ?? copyOf(object, 'key') ?? copyOf(object, 'id');
}

/** Several copies as one text, each in a line of its own: what has line breaks is quoted, so that no line is taken for two. */
export function joined(copies: readonly Copy[]): Copy {
  const [only] = copies;
  if (only && copies.length === 1) return only;
  const lines = copies.map((copy) =>
    // Every character that breaks a line somewhere.
    /[\n\r\v\f\u0085\u2028\u2029]/.test(copy.text) ? quoted(encodeText(copy.text)) : copy,
  );
  const how = lines.some((line) => line.how === 'quoted')
    ? 'quoted'
    : lines.some((line) => line.how === 'hidden')
      ? 'hidden'
      : 'exact';
  return { text: lines.map(({ text }) => text).join('\n'), how };
}

/** The command that removes an object without this extension; undefined where none does, or where it would remove another. */
export function removingCommand(object: IpcObject): string | undefined {
  return removingBy(viewOf(object).copies, object);
}
