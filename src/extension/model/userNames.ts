/** Names of users. */
import { readFileSync } from 'node:fs';

/** Milliseconds for which the names of users are kept. */
const NAMES_KEPT = 60_000;
let names = new Map<number, string>();
let readAt = -Infinity;

/** The name of a user in /etc/passwd, else `uid 33`. */
export function userName(uid: number): string {
  if (Date.now() - readAt > NAMES_KEPT) {
    readAt = Date.now();
    names = readNames();
  }
  return names.get(uid) ?? `uid ${uid}`;
}

function readNames(): Map<number, string> {
  const found = new Map<number, string>();
  try {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const [name = '', , uid = ''] = line.split(':');
      if (/^\d+$/.test(uid) && !found.has(Number(uid))) found.set(Number(uid), name);
    }
  } catch {
    // A machine without that file has no names.
  }
  return found;
}
