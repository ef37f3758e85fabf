/** What the link of a descriptor in /proc/PID/fd says that it leads to (proc(5)). */

const LETTER = { p: 0x70, s: 0x73, slash: 0x2f } as const;

/** Of a file only what it is called stands in the link, and nothing here. */
export interface Target {
  what: 'pipe' | 'socket' | 'file';
  /** Of a pipe or socket. */
  inode: number;
}

/** The same object each time, for there are tens of thousands of links in one walk. */
const target: Target = { what: 'file', inode: 0 };

/** Undefined: to nothing that could be of ours, as a device. `bytes`: the link, of which `length` bytes count; what it answers holds until the next question. */
export function leadsTo(bytes: Buffer, length: number): Target | undefined {
  const first = length === 0 ? undefined : bytes[0];
  if (first === LETTER.s && startsWith(bytes, 'socket:[')) return numbered('socket', bytes, length);
  if (first === LETTER.p && startsWith(bytes, 'pipe:[')) return numbered('pipe', bytes, length);
  if (first !== LETTER.slash) return undefined;
  // Every process has some devices open.
  if (startsWith(bytes, '/dev/') && !startsWith(bytes, '/dev/shm/')) return undefined;
  target.what = 'file';
  target.inode = 0;
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

export function startsWith(bytes: Buffer, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[at] !== text.charCodeAt(at)) return false;
  return true;
}
