/**
 * FIFOs as files: those in folders that somebody named, those that we made, and those that a panel shows. A walk is bounded and far slower than the refresh;
 * what it found is looked at afresh each time, so that a file that is gone is gone at once.
 */
import { type Dir, type Dirent, lstatSync, opendirSync, readlinkSync } from 'node:fs';
import { fifoRef, type Ref } from '../../protocol/ref';
import type { Blind } from '../../protocol/snapshot';
import { type FileStatus, statusOfLink } from '../libc/directory';
import { lastErrno } from '../libc/errno';
import { pointTo } from '../libc/path';
import { close } from '../libc/pipe';
import { localTest, type LocalTest } from '../proc/mounts';

/** Milliseconds between two walks; longer after one that took long, so that they never take more than one part in `SHARE` of the time. */
const PAUSE = 10_000;
const SHARE = 50;
/** Milliseconds before a walk that somebody asked for is made again. */
const HASTE = 1000;
/** Folders below the one that was named, entries looked at, FIFOs noted, and milliseconds of CPU time and of time in one walk. */
const DEPTH = 16;
const ENTRIES = 100_000;
const MOST = 2000;
const CPU_TIME = 1000;
const TIME = 10_000;
/** Entries between two places where a walk may pause. */
const BREATH = 256;
/** Links that are followed on the way to a named folder, as path_resolution(7) does. */
const LINKS = 40;
/** Thousands of entries, and never a FIFO. */
const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', '.git']);
const S_IFMT = 0o170000;
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
  isLocal: LocalTest;
  entries: number;
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
    const walk: Walk = {
      ...{ found: new Map(), isLocal: localTest(process.pid), entries: 0, endAt: now + TIME },
      endAtCpu: cpu + CPU_TIME,
      ...{ denied: 0, remote: 0, unsettled: 0, failed: 0, cut: false },
    };
    for (const folder of folders) yield* this.under(folder, walk);
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
    for (const [ref, path] of new Map([...this.found, ...this.kept])) {
      if (++breath % BREATH === 0) yield;
      const status = fifoAt(path);
      if (status && refOf(status) === ref) files.push({ ref, path, status });
    }
    return files;
  }

  /** Breadth first: what lies high up is what people look for. */
  private *under(folder: string, walk: Walk): Generator<undefined, void> {
    const root = resolved(folder, walk.isLocal);
    if (root === 'remote') walk.remote++;
    if (typeof root === 'string') return;
    let level = [root];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > DEPTH) {
        walk.cut = true;
        return;
      }
      const next: Buffer[] = [];
      for (const path of level) {
        yield* eachEntry(path, walk, (entry, name) => {
          const inside = Buffer.concat([path, SLASH, name]);
          if (entry.isFIFO()) note(inside, walk);
          else if (entry.isDirectory() && !PASSED_OVER.has(name.toString('latin1'))) next.push(inside);
        });
        if (walk.cut) return;
      }
      level = next;
    }
  }
}

/** Milliseconds of CPU time that this process has used. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const SLASH = Buffer.from('/');

function note(path: Buffer, walk: Walk): void {
  const status = statusOfLink(path);
  if (!status && !/^(ENOENT|ENOTDIR)$/.test(lastErrno())) walk.denied++;
  if (!status || !isFifo(status)) return;
  if (walk.found.size >= MOST) walk.cut = true;
  else walk.found.set(refOf(status), path);
}

function refOf({ device, inode, birth }: FileStatus): Ref {
  return fifoRef(device, inode, birth);
}

function fifoAt(path: Buffer): FileStatus | undefined {
  const status = statusOfLink(path);
  return status && isFifo(status) ? status : undefined;
}

function isFifo({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFIFO;
}

/** Calls back for each entry of a folder. A link that took its place meanwhile is not followed. Yields often. */
function* eachEntry(
  path: Buffer,
  walk: Walk,
  look: (entry: Dirent<Buffer>, name: Buffer) => void,
): Generator<undefined, void> {
  // A mount lies over the folder that was listed.
  if (!walk.isLocal(path.toString('latin1'))) {
    walk.remote++;
    return;
  }
  let pointer: number;
  try {
    pointer = pointTo(path);
  } catch {
    walk.denied++;
    return;
  }
  let directory: Dir | undefined;
  try {
    // The path of the pointer is asked again for each entry whose type the file system does not tell (DT_UNKNOWN of readdir(3)).
    directory = opendirSync(`/proc/self/fd/${pointer}`, {
      encoding: 'buffer' as BufferEncoding,
      bufferSize: BREATH,
    });
    for (let entry = directory.readSync(); entry && !walk.cut; entry = directory.readSync()) {
      if (++walk.entries % BREATH === 0) {
        yield;
        if (cpuTime() >= walk.endAtCpu) walk.cut = true;
      }
      look(entry as unknown as Dirent<Buffer>, entry.name as unknown as Buffer);
      if (walk.entries >= ENTRIES || performance.now() >= walk.endAt) walk.cut = true;
    }
  } catch (error) {
    noteFailure(walk, (error as NodeJS.ErrnoException).code);
  } finally {
    directory?.closeSync();
    close(pointer);
  }
}

function noteFailure(walk: Walk, errno: string | undefined): void {
  if (errno === 'EACCES' || errno === 'EPERM') walk.denied++;
  // The folder or an entry went away under way.
  else if (errno === 'ENOENT') walk.unsettled++;
  else walk.failed++;
}

/** Where a path leads, asking no file system with a server on the way. */
function resolved(path: string, isLocal: LocalTest): Buffer | 'remote' | 'gone' {
  let rest = path.split('/').filter(Boolean);
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
    if (!isLocal(Buffer.from(next).toString('latin1'))) return 'remote';
    try {
      if (!lstatSync(next).isSymbolicLink()) {
        at = next;
        continue;
      }
      const target = readlinkSync(next);
      if (++links > LINKS) return 'gone';
      if (target.startsWith('/')) at = '';
      rest = [...target.split('/').filter(Boolean), ...rest];
    } catch {
      return 'gone';
    }
  }
  return Buffer.from(at === '' ? '/' : at);
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
