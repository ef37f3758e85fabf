/** What of an object of a kind can be copied, and how a text that was given by another program becomes a copy. */
import { type Bytes, encodeText, fromBytes } from '../protocol/bytes';
import type { Copy } from '../protocol/copies';
import { isPlain, shellWord } from './quoting';

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
