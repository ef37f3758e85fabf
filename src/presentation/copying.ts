/** What of an object can be copied, and as what text: the same from the tree, the palette and a panel. Pure. */
import { type Bytes, encodeText, fromBytes } from '../protocol/bytes';
import type { Copy, CopyHow } from '../protocol/copies';
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import type { PosixKind } from '../protocol/ref';
import { isRemovable } from '../protocol/removable';
import { isPlain, shellWord } from './quoting';
import { endText, hexKey } from './text';
import { t } from './translate';

/** What can be copied. `id`: what other programs know it by. `command`: the shell command that removes it. */
export type CopyWhat =
  'id' | 'key' | 'name' | 'path' | 'inode' | 'address' | 'remoteAddress' | 'port' | 'command';

/** Everything of an object that can be copied, in the order of a menu. */
export function copiesOf(object: IpcObject): (Copy & { what: CopyWhat })[] {
  return copyable[object.kind].flatMap((what) => {
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

const posix: readonly CopyWhat[] = ['name', 'inode', 'command'];
const sysv: readonly CopyWhat[] = ['id', 'key', 'command'];
/** What of each kind can be copied, in the order of a menu; a forgotten kind does not compile. */
export const copyable: Readonly<Record<IpcObject['kind'], readonly CopyWhat[]>> = {
  'sysv.msg': sysv,
  'sysv.sem': sysv,
  'sysv.shm': sysv,
  'posix.mq': posix,
  'posix.sem': posix,
  'posix.shm': posix,
  pipe: ['id', 'inode'],
  fifo: ['path', 'inode', 'command'],
  unix: ['path', 'name', 'inode', 'command'],
  inet: ['address', 'remoteAddress', 'port'],
  mapping: ['path', 'name', 'inode'],
};

/** One text; undefined where the object has none. */
export function copyOf(object: IpcObject, what: CopyWhat): Copy | undefined {
  switch (what) {
    case 'id':
      return idOf(object);
    case 'key':
      return 'key' in object ? exact(hexKey(object.key)) : undefined;
    case 'name':
      return nameOf(object);
    case 'path':
      return pathOf(object);
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

/** Any text as a copy of itself. */
export function exact(text: string): Copy {
  // Clipboards of other programs end there.
  if (text.includes('\0')) return quoted(encodeText(text));
  return { text, how: isPlain(text) ? 'exact' : 'hidden' };
}

/** The command that removes an object without this extension; undefined where none does, or where it would remove another. */
export function removingCommand(object: IpcObject): string | undefined {
  if (!isRemovable(object)) return undefined;
  switch (object.kind) {
    case 'sysv.msg':
      return `ipcrm -q ${object.id}`;
    case 'sysv.sem':
      return `ipcrm -s ${object.id}`;
    case 'sysv.shm':
      return `ipcrm -m ${object.id}`;
    case 'posix.mq':
      return removingFile('/dev/mqueue/', object);
    case 'posix.sem':
      // sem_open(3) of glibc puts `sem.` before the name of the file.
      return removingFile(object.layout === 'glibc' ? '/dev/shm/sem.' : '/dev/shm/', object);
    case 'posix.shm':
      return removingFile('/dev/shm/', object);
    case 'fifo':
      return object.path === '' ? undefined : `rm -- ${shellWord(bytesOf(object.path, object.pathBytes))}`;
    case 'unix':
      return object.name.is === 'path' && object.file !== undefined
        ? `rm -- ${shellWord(bytesOf(object.name.text, object.name.bytes))}`
        : undefined;
    case 'pipe':
    case 'inet':
    case 'mapping':
      return undefined;
  }
}

function removingFile(before: string, { name, nameBytes }: ObjectOf<PosixKind>): string | undefined {
  if (name === undefined) return undefined;
  const [folder, file] = [encodeText(before), bytesOf(name.slice(1), nameBytes)];
  const path = new Uint8Array(folder.length + file.length);
  path.set(folder);
  path.set(file, folder.length);
  return `rm -- ${shellWord(path)}`;
}

function idOf(object: IpcObject): Copy {
  switch (object.kind) {
    case 'sysv.msg':
    case 'sysv.sem':
    case 'sysv.shm':
      return exact(String(object.id));
    case 'posix.mq':
    case 'posix.sem':
    case 'posix.shm':
      return nameOf(object) ?? exact(object.inode);
    case 'pipe':
      return exact(`pipe:[${object.inode}]`);
    case 'fifo':
      return pathOf(object) ?? exact(object.inode ?? object.ref);
    case 'unix':
      return (
        pathOf(object) ??
        nameOf(object) ??
        exact(object.inode === null ? object.ref : `socket:[${object.inode}]`)
      );
    case 'inet':
      return exact(
        object.remote ? `${endText(object.local)} - ${endText(object.remote)}` : endText(object.local),
      );
    case 'mapping':
      return pathOf(object) ?? nameOf(object) ?? exact(`inode ${object.inode}`);
  }
}

function nameOf(object: IpcObject): Copy | undefined {
  switch (object.kind) {
    case 'posix.mq':
    case 'posix.sem':
    case 'posix.shm':
      return object.name === undefined ? undefined : named(object.name, object.nameBytes, '/');
    case 'unix':
      return object.name.is === 'abstract'
        ? named(`@${object.name.text}`, object.name.bytes, '@')
        : undefined;
    case 'mapping':
      return object.what === 'file' || object.name === undefined
        ? undefined
        : named(object.name, object.nameBytes);
    default:
      return undefined;
  }
}

function pathOf(object: IpcObject): Copy | undefined {
  switch (object.kind) {
    case 'fifo':
      return object.path === '' ? undefined : named(object.path, object.pathBytes);
    case 'unix':
      return object.name.is === 'path' ? named(object.name.text, object.name.bytes) : undefined;
    case 'mapping':
      return object.what === 'file' && object.name !== undefined
        ? named(object.name, object.nameBytes)
        : undefined;
    default:
      return undefined;
  }
}

/** A name as it is; of bytes that are no text, which only a shell can write. `before`: what stands before the bytes in `text`. */
function named(text: string, bytes: Bytes | undefined, before = ''): Copy {
  if (bytes === undefined) return exact(text);
  const [start, rest] = [encodeText(before), fromBytes(bytes)];
  const all = new Uint8Array(start.length + rest.length);
  all.set(start);
  all.set(rest, start.length);
  return quoted(all);
}

function quoted(bytes: Uint8Array): Copy {
  return { text: shellWord(bytes), how: 'quoted' };
}

function bytesOf(text: string, bytes: Bytes | undefined): Uint8Array {
  return bytes === undefined ? encodeText(text) : fromBytes(bytes);
}
