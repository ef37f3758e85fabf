/** /etc/passwd and /etc/group: numbers to names. Never getpwuid(3), which may ask a directory server and block. */
import { readFileSync, statSync } from 'node:fs';
import type { Owner } from '../../protocol/facts';

/** Parses passwd(5) and group(5) alike: name, password, number. The first name of a number counts. */
export function parseNames(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , number] = line.split(':');
    if (!name || !number || !/^\d+$/.test(number)) continue;
    if (!names.has(Number(number))) names.set(Number(number), name);
  }
  return names;
}

/** One of the two files, read again only when it was changed. */
class NameFile {
  private names = new Map<number, string>();
  private stamp = '';
  /** Rises when a name may have changed. */
  generation = 0;
  constructor(private readonly path: string) {}

  /** Looks whether the file was changed; once a census is often enough. */
  refresh(): void {
    try {
      const { mtimeMs, ino } = statSync(this.path);
      const stamp = `${mtimeMs} ${ino}`;
      if (stamp === this.stamp) return;
      this.names = parseNames(readFileSync(this.path, 'utf8'));
      this.stamp = stamp;
      this.generation++;
    } catch {
      // A machine without the file has numbers only.
      this.names = new Map();
    }
  }

  get(number: number): string | undefined {
    return this.names.get(number);
  }
}

/** Of the machine, and so of this process: every census has the same. */
export const users = new NameFile('/etc/passwd');
export const groups = new NameFile('/etc/group');

/** Rises when a user or group may have got another name. */
export function nameGeneration(): number {
  return users.generation + groups.generation;
}

/** Tens of thousands of objects have the same few owners. */
const owners = new Map<string, Owner>();
let ownersNames = -1;

/** A user and a group with their names. */
export function ownerOf(uid: number, gid: number): Owner {
  if (ownersNames !== nameGeneration()) owners.clear();
  ownersNames = nameGeneration();
  const key = `${uid} ${gid}`;
  let known = owners.get(key);
  if (!known) owners.set(key, (known = { uid, gid, user: users.get(uid), group: groups.get(gid) }));
  return known;
}
