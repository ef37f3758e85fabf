/** What of an object of a kind can be copied, and how a text that was given by another program becomes a copy. */
import { type Bytes, encodeText, fromBytes } from '../protocol/bytes';
import type { Copy, CopyHow } from '../protocol/copies';
import type { IpcObject } from '../protocol/kinds';
import { isRemovable } from '../protocol/removable';
import { isPlain, shellWord } from './quoting';
import { endText, hexKey } from './text';
import { t } from './translate';

/** What can be copied. `id`: what other programs know it by. `command`: the shell command that removes it. */
export type CopyWhat =
  'id' | 'key' | 'name' | 'path' | 'inode' | 'address' | 'remoteAddress' | 'port' | 'command';

/** What a kind says of it. Written as methods, so that whoever does not know the kind may call them. */
export interface KindCopies<O> {
  /** In the order of a menu. */
  readonly menu: readonly CopyWhat[];
  id(object: O): Copy;
  name?(object: O): Copy | undefined;
  path?(object: O): Copy | undefined;
  /** Undefined where none removes it, or where it would remove another. */
  command?(object: O): string | undefined;
}

/** Any text as a copy of itself. */
export function exact(text: string): Copy {
  // Clipboards of other programs end there.
  if (text.includes('\0')) return quoted(encodeText(text));
  return { text, how: isPlain(text) ? 'exact' : 'hidden' };
}

/** A name as it is; of bytes that are no text, which only a shell can write. `before`: what stands before the bytes in `text`. */
export function named(text: string, bytes: Bytes | undefined, before = ''): Copy {
  if (bytes === undefined) return exact(text);
  return quoted(together(encodeText(before), fromBytes(bytes)));
}

/** As the word of a shell. */
export function quoted(bytes: Uint8Array): Copy {
  return { text: shellWord(bytes), how: 'quoted' };
}

/** The command that removes a file. `before`: what stands before the name. */
export function removing(name: string, bytes: Bytes | undefined, before = ''): string {
  const rest = bytes === undefined ? encodeText(name) : fromBytes(bytes);
  return `rm -- ${shellWord(together(encodeText(before), rest))}`;
}

function together(one: Uint8Array, other: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

/** Everything of an object that can be copied, in the order of a menu, by what its kind says of it. */
export function copiesBy<O extends IpcObject>(
  copies: KindCopies<O>,
  object: O,
): (Copy & { what: CopyWhat })[] {
  return copies.menu.flatMap((what) => {
    // A key that nobody can ask for names nothing.
    if (what === 'key' && 'key' in object && object.key === 0) return [];
    const copy = copyBy(copies, object, what);
    return copy ? [{ what, ...copy }] : [];
  });
}

/** One text; undefined where the object has none. */
export function copyBy<O extends IpcObject>(
  copies: KindCopies<O>,
  object: O,
  what: CopyWhat,
): Copy | undefined {
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
      const command = removingBy(copies, object);
      return command === undefined ? undefined : exact(command);
    }
  }
}

/** The command that removes an object without this extension; undefined where none does, or where it would remove another. */
export function removingBy<O extends IpcObject>(copies: KindCopies<O>, object: O): string | undefined {
  return isRemovable(object) ? copies.command?.(object) : undefined;
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
