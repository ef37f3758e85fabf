/** Files of sockets, also those whose socket is gone, in the folders where programs put them and beside the names that sockets have. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type FileStatus, statusOfLink } from '../libc/directory';
import { Sight } from '../proc/sight';

const S_IFMT = 0o170000;
const S_IFSOCK = 0o140000;
/** Folders below a root that are looked into, and how deep. */
const MOST_FOLDERS = 1000;
const DEPTH = 3;
/** A folder with more entries is no place for sockets; it is left out, and that is said. */
const MOST_ENTRIES = 20_000;
/** A change within a tick of the clock may leave the same time: what was read sooner after it is read again. */
const SETTLED = 1000;
const BREATH = 20;
/** Milliseconds in which no folder is looked into again, nor any file in it: who finds one that nobody has looks again. */
const PAUSE = 3000;

/** A socket's file, as it was when it was looked at. */
export interface SocketFile {
  path: Buffer;
  status: FileStatus;
}

interface Folder {
  /** Milliseconds since the epoch: what changes later is within what `SETTLED` waits for. */
  changed: number;
  readAt: number;
  sockets: readonly string[];
  folders: readonly string[];
  /** It has too many entries. */
  crowded: boolean;
}

/** What a walk found. `left`: folders that were not looked into, since there are too many. */
export interface SocketFiles {
  files: ReadonlyMap<string, SocketFile>;
  left: number;
}

/** Kept from one census to the next. Paths are Latin-1 text of their bytes. */
export class SocketFileTable {
  private folders = new Map<string, Folder>();
  private last: { found: SocketFiles; beside: ReadonlySet<string>; at: number } | undefined;

  /** `beside`: folders in which sockets have their names. Folders that did not change are not read again. Yields often. */
  *walk(beside: ReadonlySet<string>): Generator<undefined, SocketFiles> {
    const { last } = this;
    const now = performance.now();
    if (last && now < last.at + PAUSE && isWithin(beside, last.beside)) return last.found;
    const found = yield* this.walkFolders(beside);
    this.last = { found, beside, at: now };
    return found;
  }

  /** Looks into every folder in the next walk. */
  forget(): void {
    this.last = undefined;
  }

  private *walkFolders(beside: ReadonlySet<string>): Generator<undefined, SocketFiles> {
    const sight = new Sight();
    const next = new Map<string, Folder>();
    const files = new Map<string, SocketFile>();
    const queue = new Map<string, number>();
    for (const root of roots()) queue.set(root, DEPTH);
    for (const folder of beside) if (!queue.has(folder)) queue.set(folder, 0);
    let left = 0;
    let steps = 0;
    for (const [path, depth] of queue) {
      if (++steps % BREATH === 0) yield;
      if (next.size >= MOST_FOLDERS) {
        left = queue.size - next.size;
        break;
      }
      const way = sight.here(Buffer.from(path, 'latin1'))?.toString('latin1');
      if (way === undefined || next.has(way)) continue;
      const folder = this.read(way);
      if (!folder) continue;
      if (folder.crowded) left++;
      next.set(way, folder);
      for (const name of folder.sockets) add(files, Buffer.from(join(way, name), 'latin1'));
      if (depth > 0)
        for (const name of folder.folders) {
          const inner = join(way, name);
          if (!queue.has(inner)) queue.set(inner, depth - 1);
        }
    }
    this.folders = next;
    return { files, left };
  }

  private read(path: string): Folder | undefined {
    const known = this.folders.get(path);
    const bytes = Buffer.from(path, 'latin1');
    try {
      const readAt = Date.now();
      const status = statusOfLink(bytes);
      if (!status || status.links === 0) return undefined;
      const { writtenAt: changed } = status;
      if (known?.changed === changed && changed + SETTLED < known.readAt) return known;
      const entries = readdirSync(bytes, { withFileTypes: true, encoding: 'buffer' });
      const crowded = entries.length > MOST_ENTRIES;
      const of = (kind: 'isSocket' | 'isDirectory') =>
        crowded ? [] : entries.filter((entry) => entry[kind]()).map(({ name }) => name.toString('latin1'));
      return { changed, readAt, sockets: of('isSocket'), folders: of('isDirectory'), crowded };
    } catch {
      return undefined;
    }
  }
}

/** A socket's file as it is now; undefined where there is none. */
export function socketFileAt(path: Buffer): SocketFile | undefined {
  const status = statusOfLink(path);
  return status && (status.mode & S_IFMT) === S_IFSOCK ? { path, status } : undefined;
}

function add(files: Map<string, SocketFile>, path: Buffer): void {
  const file = socketFileAt(path);
  if (file) files.set(`${file.status.device} ${file.status.inode}`, file);
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  for (const one of some) if (!all.has(one)) return false;
  return true;
}

function join(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

function roots(): string[] {
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  const all = ['/run', '/tmp', '/var/tmp', tmpdir(), ...(runtime?.startsWith('/') ? [runtime] : [])];
  return all.map((root) => Buffer.from(root).toString('latin1'));
}
