/** What the link of a descriptor in /proc/PID/fd says that it leads to (proc(5)). */

/** Bytes of `anon_inode:`, and what may stand behind it. */
const PREFIX = 11;
const BRACKET = 0x5b;
const LETTER = { a: 0x61, p: 0x70, s: 0x73, slash: 0x2f } as const;

/** Files without a name that a row is made of, or that say who watches it, by the text behind `anon_inode:`; their inode says nothing, for all have the same. */
export const ANONYMOUS = ['eventfd', 'eventpoll', 'inotify'] as const;
export type Anonymous = (typeof ANONYMOUS)[number];

/** Of a file only what it is called stands in the link, and nothing here. */
export interface Target {
  what: 'pipe' | 'socket' | 'file' | 'anonymous';
  /** Of a pipe or socket; of what is anonymous its place in ANONYMOUS. */
  inode: number;
}

/** The same object each time, for there are tens of thousands of links in one walk. */
const target: Target = { what: 'file', inode: 0 };

/** Undefined: to nothing that could be of ours, as a device. `bytes`: the link, of which `length` bytes count; what it answers holds until the next question. */
export function leadsTo(bytes: Buffer, length: number): Target | undefined {
  const first = length === 0 ? undefined : bytes[0];
  if (first === LETTER.s && startsWith(bytes, 'socket:[')) return numbered('socket', bytes, length);
  if (first === LETTER.p && startsWith(bytes, 'pipe:[')) return numbered('pipe', bytes, length);
  if (first === LETTER.a) return anonymous(bytes, length);
  if (first !== LETTER.slash) return undefined;
  if (isOrdinary(bytes, length)) return undefined;
  target.what = 'file';
  target.inode = 0;
  return target;
}

/** Devices that every process has open, and that nobody locks. */
const ORDINARY = ['null', 'zero', 'full', 'random', 'urandom'];

function isOrdinary(bytes: Buffer, length: number): boolean {
  if (!startsWith(bytes, '/dev/')) return false;
  return ORDINARY.some((name) => length === 5 + name.length && startsWith(bytes, name, 5));
}

/** Of `anon_inode:[eventfd]`, and of `anon_inode:inotify`, which has no brackets. */
function anonymous(bytes: Buffer, length: number): Target | undefined {
  if (!startsWith(bytes, 'anon_inode:')) return undefined;
  const bare = bytes[PREFIX] === BRACKET ? 0 : 1;
  const at = ANONYMOUS.findIndex(
    (name) => length === PREFIX + 2 - 2 * bare + name.length && startsWith(bytes, name, PREFIX + 1 - bare),
  );
  if (at < 0) return undefined;
  target.what = 'anonymous';
  target.inode = at;
  return target;
}

/** The number between the brackets of `pipe:[123]`. */
function numbered(what: 'pipe' | 'socket', bytes: Buffer, length: number): Target {
  let inode = 0;
  for (let at = what.length + 2; at < length - 1; at++) inode = inode * 10 + (bytes[at] as number) - 0x30;
  target.what = what;
  target.inode = inode;
  return target;
}

export function startsWith(bytes: Buffer, text: string, from = 0): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}
