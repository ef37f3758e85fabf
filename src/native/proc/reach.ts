/** Whether a path can be walked without asking a file system with a server, which may never answer: one step at a time, each asked for its mount first. */
import { targetOfLink } from '../libc/directory';
import { isLocalType, mountsOf, type TypeTest } from './mounts';

/** Links that are followed on the way, as path_resolution(7) has it. */
const LINKS = 40;

interface How {
  /** Also where a link at its end leads. */
  last?: boolean;
  /** The mounts, read once for many paths. */
  mounts?: TypeTest;
}

/** Absolute paths of ours as bytes. What is not there is local as far as it is. */
export function isWithinReach(path: Buffer, how: How = {}): boolean {
  return walk(path, { ...how, root: '', magic: true }) !== undefined;
}

/**
 * The same path without links; undefined where it is out of reach. `root`: `/proc/PID/root` of the process whose path it is, with its `mounts`: a link then leads where it leads that process.
 * Links of /proc that are none (proc(5), `fd`, `root`) lead to what their text does not tell, and are out of reach.
 */
export function withoutLinks(
  path: Buffer,
  { mounts, root = '' }: How & { root?: string },
): Buffer | undefined {
  return walk(path, { mounts, root, last: true, magic: false });
}

function walk(
  path: Buffer,
  {
    last = false,
    mounts = mountsOf(process.pid),
    root,
    magic,
  }: { last?: boolean; mounts?: TypeTest | undefined; root: string; magic: boolean },
): Buffer | undefined {
  // Latin-1 keeps each byte.
  let rest = path.toString('latin1').split('/').filter(Boolean);
  let at = '';
  for (let links = 0; rest.length > 0;) {
    const [name = '', ...more] = rest;
    rest = more;
    if (name === '.') continue;
    if (name === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = `${at}/${name}`;
    const type = mounts(next);
    if (!isLocalType(type)) return undefined;
    const target = rest.length > 0 || last ? targetOf(root + next) : undefined;
    if (target === undefined) at = next;
    else if (++links > LINKS) return path;
    // Of /proc only `self`, `thread-self` and what goes through them (`mounts`, `net`) are texts.
    else if (!magic && type === 'proc' && /\/\d+\/./.test(next)) return undefined;
    else {
      if (target.startsWith('/')) at = '';
      rest = [...target.split('/').filter(Boolean), ...rest];
    }
  }
  return Buffer.from(at === '' ? '/' : at, 'latin1');
}

/** Where a link leads; undefined where it is none, or not there. */
function targetOf(path: string): string | undefined {
  return targetOfLink(Buffer.from(path, 'latin1'))?.toString('latin1');
}
