/** Whether a path of ours can be walked without asking a file system with a server, which may never answer: one step at a time, each asked for its mount first. */
import { readlinkSync } from 'node:fs';
import { isLocal } from './mounts';

/** Links that are followed on the way, as path_resolution(7) has it. */
const LINKS = 40;

/** Absolute paths as bytes. `last`: also where a link at its end leads. What is not there is local as far as it is. */
export function isWithinReach(path: Buffer, { last = false } = {}): boolean {
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
    if (!isLocal(process.pid, next)) return false;
    const target = rest.length > 0 || last ? targetOf(next) : undefined;
    if (target === undefined) at = next;
    else if (++links > LINKS) return true;
    else {
      if (target.startsWith('/')) at = '';
      rest = [...target.split('/').filter(Boolean), ...rest];
    }
  }
  return true;
}

/** Where a link leads; undefined where it is none, or not there. */
function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(Buffer.from(path, 'latin1'), 'latin1');
  } catch {
    return undefined;
  }
}
