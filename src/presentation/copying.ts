/** What of an object can be copied, and as what text: the same from the tree, the palette and a panel. Pure. */
import { encodeText } from '../protocol/bytes';
import type { Copy, CopyHow } from '../protocol/copies';
import type { IpcObject } from '../protocol/kinds';
import { isRemovable } from '../protocol/removable';
import { type CopyWhat, exact, type KindCopies, quoted } from './copies';
import { viewOf } from './kinds';
import { endText, hexKey } from './text';
import { t } from './translate';

/** Everything of an object that can be copied, in the order of a menu. */
export function copiesOf(object: IpcObject): (Copy & { what: CopyWhat })[] {
  return viewOf(object).copies.menu.flatMap((what) => {
    // A key that nobody can ask for names nothing.
    if (what === 'key' && 'key' in object && object.key === 0) return [];
    const copy = copyOf(object, what);
    return copy ? [{ what, ...copy }] : [];
  });
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
  const copies: KindCopies<IpcObject> = viewOf(object).copies;
  switch (what) {
    case 'id':
      return copies.id(object);
    case 'key':
      return 'key' in object ? exact(hexKey(object.key)) : undefined;
    case 'name':
      return copies.name?.(object);
    case 'path':
      return copies.path?.(object);
    case 'inode':
      return 'inode' in object && object.inode ? exact(object.inode) : undefined;
    case 'address':
      return object.kind === 'inet' ? exact(endText(object.local)) : undefined;
    case 'remoteAddress':
      return object.kind === 'inet' && object.remote ? exact(endText(object.remote)) : undefined;
    case 'port':
      return object.kind === 'inet' ? exact(String(object.local.port)) : undefined;
    case 'command': {
      const command = removingCommand(object);
      return command === undefined ? undefined : exact(command);
    }
  }
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

/** What is said of a text that was copied. */
export function copiedText(how: CopyHow): string {
  switch (how) {
    case 'exact':
      return t('Copied.');
    case 'hidden':
      return t('Copied as it is, with line breaks or characters that cannot be seen.');
    case 'quoted':
      return t('Copied as the word of a shell: as it is, it is no line of text.');
    case 'escaped':
      return t('Copied with escapes, as they can be typed here: it is no text.');
    case 'hex':
      return t('Copied as hex digits.');
    case 'laidOut':
      return t('Copied as it is laid out.');
  }
}

/** The command that removes an object without this extension; undefined where none does, or where it would remove another. */
export function removingCommand(object: IpcObject): string | undefined {
  const copies: KindCopies<IpcObject> = viewOf(object).copies;
  return isRemovable(object) ? copies.command?.(object) : undefined;
}
