/** What the fdinfo of descriptors says of them besides where they lead (proc(5)): for details alone, since each costs as much as three links. */
import type { Endpoint } from '../../../protocol/facts';
import { fieldOf } from '../../proc/fields';
import { readSmall } from '../../proc/read';

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
/** Of an object with very many ends the first are asked. */
const ASKED = 64;

/**
 * `flags:` of fdinfo is octal (proc(5)); undefined where it cannot be read, or is of a descriptor that leads to another `inode`: one read tells both, of the same file (from Linux 5.14; before that
 * nothing tells which it was).
 */
export function openFlags(path: string, inode?: string): number | undefined {
  const text = readSmall(path)?.toString('latin1');
  const octal = fieldOf(text, 'flags');
  if (inode !== undefined && (fieldOf(text, 'ino') ?? inode) !== inode) return undefined;
  return octal === undefined ? undefined : parseInt(octal, 8);
}

/** The ends with O_NONBLOCK and O_CLOEXEC. Nothing of one whose number leads elsewhere by now, by the inode of what is meant. */
export function withFlags(ends: readonly Endpoint[], inode?: string): Endpoint[] {
  return ends.map((end, at) => (at < ASKED ? flagged(end, inode) : end));
}

function flagged(end: Endpoint, inode: string | undefined): Endpoint {
  const { pid, tid, fd, own } = end;
  if (fd === undefined || own === true) return end;
  const flags = openFlags(`/proc/${pid}/task/${tid ?? pid}/fdinfo/${fd}`, inode);
  if (flags === undefined) return end;
  return { ...end, nonblocking: (flags & O_NONBLOCK) !== 0, closeOnExec: (flags & O_CLOEXEC) !== 0 };
}
