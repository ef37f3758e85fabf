/**
 * FIFOs as files: those in folders that somebody named, those that we made, and those that a panel shows. A walk is bounded and far slower than the refresh;
 * what it found is looked at afresh each time, so that a file that is gone is gone at once.
 */
import { fifoRef, type Ref } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';
import { type DirectoryEntry, type FileStatus, listOf } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { close } from '../../libc/fd';
import { isObstacle, joined, PathResolver } from '../../proc/pathResolver';
import { type Obstacle, statusWithin } from '../../proc/walk';
import { kept, survey } from '../look';

/** Milliseconds between two walks; longer after one that took long, so that they never take more than one part in `SHARE` of the time. */
const PAUSE = 10_000;
const SHARE = 50;
/** Milliseconds before a walk that somebody asked for is made again. */
const HASTE = 1000;
/** FIFOs noted in one walk. */
const MOST = 2000;
/** Folders below the one that was named, folders and entries looked at, and milliseconds of CPU time and of time in one walk. */
const BOUNDS = { depth: 16, entries: 100_000, cpuTime: 1000, time: 10_000 };
/** Folders and entries between two places where a walk may pause. */
const BREATH = 256;
/** Thousands of entries, and never a FIFO. */
const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', '.git']);
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFIFO = 0o010000;

/** A FIFO that is there. */
export interface FifoFile {
  ref: Ref;
  path: Buffer;
  status: FileStatus;
}

/** What one walk has found so far. */
interface Walk {
  found: Map<Ref, Buffer>;
  sight: PathResolver;
  /** How many were looked at, folders too: each costs its steps, also where there is nothing in it, or it is refused. */
  entries: number;
  most: number;
  /** By the clock of `performance.now()`, and by our CPU time. */
  endAt: number;
  endAtCpu: number;
  denied: number;
  remote: number;
  unsettled: number;
  failed: number;
  cut: boolean;
}

/** Kept from one census to the next. */
export class FifoFiles {
  constructor(private readonly bounds = BOUNDS) {}

  private found: ReadonlyMap<Ref, Buffer> = new Map();
  private readonly kept = new Map<Ref, Buffer>();
  private folders = '';
  private walkedAt = -Infinity;
  private tookUntil = 0;
  /** What the last walk did not look at. */
  blind: Blind[] = [];

  /** Notes one that is shown wherever it lies, as long as it is there. */
  keep(ref: Ref, path: Buffer): void {
    this.kept.delete(ref);
    this.kept.set(ref, path);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST && oldest !== undefined) this.kept.delete(oldest);
  }

  /** Walks these folders if it is time to. `fresh`: somebody asked for it. Yields often. */
  *walk(folders: readonly string[], fresh: boolean): Generator<undefined, void> {
    const now = performance.now();
    const cpu = cpuTime();
    const same = this.folders === JSON.stringify(folders);
    const due = Math.max(this.walkedAt + (fresh ? HASTE : PAUSE), fresh ? 0 : this.tookUntil);
    if (same && now < due) return;
    const sight = new PathResolver();
    const walk: Walk = {
      ...{ found: new Map(), sight, entries: 0, most: this.bounds.entries },
      ...{ endAt: now + this.bounds.time, endAtCpu: cpu + this.bounds.cpuTime },
      ...{ denied: 0, remote: 0, unsettled: 0, failed: 0, cut: false },
    };
    try {
      for (const folder of folders) yield* this.under(folder, walk);
    } finally {
      sight.close();
    }
    this.found = walk.found;
    this.blind = blindOf(walk);
    this.folders = JSON.stringify(folders);
    this.walkedAt = performance.now();
    // On a machine that is busy with others a walk lasts long and costs little.
    this.tookUntil = this.walkedAt + (cpuTime() - cpu) * SHARE;
  }

  /** Those that are still there, each as it is now. */
  *now(): Generator<undefined, FifoFile[]> {
    const files: FifoFile[] = [];
    let breath = 0;
    const sight = new PathResolver();
    try {
      for (const [ref, path] of new Map([...this.found, ...this.kept])) {
        if (++breath % BREATH === 0) yield;
        const status = sight.statusHere(path);
        if (!isObstacle(status) && isFifo(status) && refOf(status) === ref) files.push({ ref, path, status });
      }
      return files;
    } finally {
      sight.close();
    }
  }

  /** Breadth first: what lies high up is what people look for. */
  private *under(folder: string, walk: Walk): Generator<undefined, void> {
    const root = walk.sight.here(Buffer.from(folder));
    if (isObstacle(root)) {
      // Where there is no such folder, there is nothing in it.
      if (root !== 'missing') noteObstacle(walk, root);
      return;
    }
    close(root.pointer);
    let level = [root.path];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > this.bounds.depth) {
        walk.cut = true;
        return;
      }
      const next: Buffer[] = [];
      for (const path of level) {
        yield* eachEntry(path, walk, ({ name, type }, within) => {
          const inside = joined(path, name);
          const status = type === 'fifo' || type === 'unknown' ? statusWithin(within, name) : undefined;
          if (status !== undefined) note(inside, status, walk);
          if (!(type === 'directory' || isFolder(status))) return;
          if (!PASSED_OVER.has(name.toString('latin1'))) next.push(inside);
        });
        if (walk.cut) return;
      }
      level = next;
    }
  }
}

/** Those of a census. */
export const fifoFolders = kept(() => new FifoFiles());

/** FIFOs that are there as files, held or not. */
export const fifoFiles = survey((look) => look.kept(fifoFolders).now());

/** Milliseconds of CPU time that this process has used. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function note(path: Buffer, status: FileStatus | Obstacle, walk: Walk): void {
  if (isObstacle(status)) {
    if (status instanceof ErrnoError) walk.denied++;
    return;
  }
  if (!isFifo(status)) return;
  if (walk.found.size >= MOST) walk.cut = true;
  else walk.found.set(refOf(status), path);
}

function refOf({ device, inode, birth }: FileStatus): Ref {
  return fifoRef(device, inode, birth);
}

function isFolder(status: FileStatus | Obstacle | undefined): boolean {
  return status !== undefined && !isObstacle(status) && (status.mode & S_IFMT) === S_IFDIR;
}

function isFifo({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFIFO;
}

/** Calls back for each entry of a folder, with a pointer to the folder. A link that took its place meanwhile is not followed. Yields often. */
function* eachEntry(
  path: Buffer,
  walk: Walk,
  look: (entry: DirectoryEntry, within: number) => void,
): Generator<undefined, void> {
  if (counted(walk)) yield;
  if (walk.cut) return;
  const folder = walk.sight.here(path);
  if (isObstacle(folder)) {
    noteObstacle(walk, folder);
    return;
  }
  try {
    if (!folder.path.equals(path)) {
      walk.unsettled++;
      return;
    }
    for (const some of listOf(folder.pointer)) {
      for (const entry of some) {
        if (counted(walk)) yield;
        if (walk.cut) return;
        look(entry, folder.pointer);
      }
    }
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    noteFailure(walk, error.errno);
  } finally {
    close(folder.pointer);
  }
}

/** Counts a folder or an entry, and ends the walk at its bounds. Whether it is time to pause. */
function counted(walk: Walk): boolean {
  if (++walk.entries > walk.most || performance.now() >= walk.endAt) walk.cut = true;
  const pause = walk.entries % BREATH === 0;
  // This one costs a call.
  if (pause && cpuTime() >= walk.endAtCpu) walk.cut = true;
  return pause;
}

function noteObstacle(walk: Walk, obstacle: Obstacle): void {
  if (obstacle === 'remote') walk.remote++;
  else if (obstacle === 'missing') walk.unsettled++;
  else noteFailure(walk, obstacle instanceof ErrnoError ? obstacle.errno : undefined);
}

function noteFailure(walk: Walk, errno: string | undefined): void {
  if (errno === 'EACCES' || errno === 'EPERM') walk.denied++;
  // The folder or an entry went away under way, or something else took its place.
  else if (errno === 'ENOENT' || errno === 'ENOTDIR') walk.unsettled++;
  else walk.failed++;
}

function blindOf({ denied, remote, unsettled, failed, cut }: Walk): Blind[] {
  const about = { kind: 'fifo', field: 'folders' } as const;
  return [
    ...(cut ? [{ ...about, code: 'cut' as const }] : []),
    ...(denied > 0 ? [{ ...about, code: 'denied' as const, count: denied }] : []),
    ...(remote > 0 ? [{ ...about, code: 'remote' as const, count: remote }] : []),
    ...(unsettled > 0 ? [{ ...about, code: 'unsettled' as const, count: unsettled }] : []),
    ...(failed > 0 ? [{ ...about, code: 'failed' as const, count: failed }] : []),
  ];
}
