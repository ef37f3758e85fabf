/** Files of sockets, also those whose socket is gone, in the folders where programs put them and beside the names that sockets have. */
import { tmpdir } from 'node:os';
import { type FileStatus, sortedListOf, statusOfDescriptor } from '../../libc/directory';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { isObstacle, PathResolver } from '../../proc/pathResolver';
import { statusWithin } from '../../proc/walk';
import { kept } from '../look';

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
  /** `major:minor` of its file system, as mountinfo has it. */
  device?: string | undefined;
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

/** What a walk found. `left`: folders that were not looked into, since there are too many. `byPath`: as Latin-1 text of its bytes; only in the look in which they were read. */
export interface SocketFiles {
  files: ReadonlyMap<string, SocketFile>;
  left: number;
  byPath?: ReadonlyMap<string, SocketFile>;
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
    const { files, left } = found;
    this.last = { found: { files, left }, beside, at: now };
    return found;
  }

  /** Looks into every folder in the next walk. */
  forget(): void {
    this.last = undefined;
  }

  private *walkFolders(beside: ReadonlySet<string>): Generator<undefined, SocketFiles> {
    const sight = new PathResolver();
    try {
      return yield* this.walkWith(sight, beside);
    } finally {
      sight.close();
    }
  }

  private *walkWith(sight: PathResolver, beside: ReadonlySet<string>): Generator<undefined, SocketFiles> {
    const next = new Map<string, Folder>();
    const files = new Map<string, SocketFile>();
    const byPath = new Map<string, SocketFile>();
    const queue = new Map<string, number>();
    for (const root of roots()) queue.set(root, DEPTH);
    for (const folder of beside) if (!queue.has(folder)) queue.set(folder, 0);
    let left = 0;
    let steps = 0;
    for (const [path, depth] of queue) {
      if (++steps % BREATH === 0) yield;
      // Those that are refused or gone cost a step too.
      if (steps > MOST_FOLDERS) {
        left = queue.size - MOST_FOLDERS;
        break;
      }
      const found = sight.here(Buffer.from(path, 'latin1'));
      if (isObstacle(found)) continue;
      try {
        const way = found.path.toString('latin1');
        const folder = next.has(way) ? undefined : this.read(way, found.pointer);
        if (!folder) continue;
        if (folder.crowded) left++;
        next.set(way, folder);
        if (folder.sockets.length > 0) this.addAll({ files, byPath }, way, found.pointer, folder, sight);
        if (depth > 0)
          for (const name of folder.folders) {
            const inner = join(way, name);
            if (!queue.has(inner)) queue.set(inner, depth - 1);
          }
      } finally {
        close(found.pointer);
      }
    }
    this.folders = next;
    return { files, left, byPath };
  }

  private addAll(
    { files, byPath }: { files: Map<string, SocketFile>; byPath: Map<string, SocketFile> },
    way: string,
    pointer: number,
    { sockets }: Folder,
    sight: PathResolver,
  ): void {
    const device = sight.deviceOf(pointer);
    for (const name of sockets) {
      const status = statusWithin(pointer, Buffer.from(name, 'latin1'));
      if (isObstacle(status) || !isSocket(status)) continue;
      const path = join(way, name);
      const file = { path: Buffer.from(path, 'latin1'), status, device };
      files.set(`${status.device} ${status.inode}`, file);
      byPath.set(path, file);
    }
  }

  /** `pointer`: to the folder of this path. */
  private read(path: string, pointer: number): Folder | undefined {
    const known = this.folders.get(path);
    try {
      const readAt = Date.now();
      const status = statusOf(pointer);
      if (status.links === 0) return undefined;
      const { writtenAt: changed } = status;
      if (known?.changed === changed && changed + SETTLED < known.readAt) return known;
      const entries = sortedListOf(pointer);
      const crowded = entries.length > MOST_ENTRIES;
      // What a file system does not tell the type of is told by the file itself.
      const of = (kind: 'socket' | 'directory') =>
        crowded
          ? []
          : entries
              .filter(({ type }) => type === kind || type === 'unknown')
              .map(({ name }) => name.toString('latin1'));
      return { changed, readAt, sockets: of('socket'), folders: of('directory'), crowded };
    } catch {
      return undefined;
    }
  }
}

/** That of a census. */
export const socketFileTable = kept(() => new SocketFileTable());

/** A socket's file as it is now; undefined where there is none. */
export function socketFileAt(path: Buffer, sight: PathResolver): SocketFile | undefined {
  return sight.use(sight.here(path), ({ pointer, path: way, status = statusOfDescriptor(pointer) }) => {
    if (!way.equals(path)) return undefined;
    return status && isSocket(status) ? { path, status, device: sight.deviceOf(pointer) } : undefined;
  });
}

function isSocket({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFSOCK;
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
