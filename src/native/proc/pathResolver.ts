/** Paths as processes see them, in one look. What a path leads to is pointed to, and nothing on the way is asked that may never answer. To be closed after the look: mounts come and go. */
import { type FileStatus, targetOfLink } from '../libc/directory';
import { ErrnoError } from '../libc/errno';
import { pointTo, statusOf, stepTo } from '../libc/path';
import { close } from '../libc/fd';
import { mountOf, Mounts } from './mountTable';
import { type Obstacle, type Reached, Walker } from './walk';

/** Folders that are held at once, and so descriptors. */
const HELD = 32;
const OURS = 0;
const S_IFMT = 0o170000;
const S_IFLNK = 0o120000;
const SLASH = Buffer.from('/');
const EMPTY = Buffer.alloc(0);

/** Runs a part of a look with a sight of its own. */
export function withPathResolver<T>(use: (sight: PathResolver) => T): T {
  const sight = new PathResolver();
  try {
    return use(sight);
  } finally {
    sight.close();
  }
}

/** Absolute paths as bytes. */
export class PathResolver {
  /** By process, ours as `OURS`. */
  private readonly walkers = new Map<number, Walker>();
  private readonly mounts = new Mounts();
  /** By root: processes with the same one see the same. */
  private readonly tables = new Map<string, Mounts>();
  /** Folders of ours, since most files stand beside others. The one that was used last stands last. As Latin-1 text. */
  private readonly folders = new Map<string, Reached | Obstacle>();

  /** What a path of ours leads to, also where a link at its end leads. */
  here(path: Buffer): Reached | Obstacle {
    const slash = path.lastIndexOf(0x2f);
    const name = path.subarray(slash + 1);
    if (slash <= 0 || name.length === 0 || /^\.{1,2}$/.test(name.toString('latin1')))
      return this.walker(OURS).to(path, { last: true, magic: false });
    const folder = this.folder(path.subarray(0, slash));
    return isObstacle(folder) ? folder : this.within(folder, name, path);
  }

  /** What a path of another process leads to. */
  of(pid: number, path: Buffer): Reached | Obstacle {
    return this.walker(pid).to(path, { last: true, magic: false });
  }

  /** The same of a relative path. `start`: the link of /proc to the directory where it begins. `hidden` also where that cannot be reached by its path. */
  from(pid: number, start: string, name: Buffer): Reached | Obstacle {
    const base = beneath(targetOfLink(Buffer.from(`/proc/${pid}/root`)), targetOfLink(Buffer.from(start)));
    if (!base) return 'hidden';
    const folder = this.of(pid, base);
    if (isObstacle(folder)) return folder;
    try {
      // Its path may mean another directory by now, as where something was mounted over it.
      if (!isSame(statusOf(folder.pointer), this.statusBehind(start))) return 'hidden';
    } catch (error) {
      if (error instanceof ErrnoError) return error;
      throw error;
    } finally {
      close(folder.pointer);
    }
    return this.of(pid, Buffer.concat([base, SLASH, name]));
  }

  /** Uses what was reached, and closes it. */
  use<T>(found: Reached | Obstacle, use: (reached: Reached) => T): T | undefined {
    if (isObstacle(found)) return undefined;
    try {
      return use(found);
    } finally {
      close(found.pointer);
    }
  }

  /** The status of what a path of ours leads to. */
  statusHere(path: Buffer): FileStatus | Obstacle {
    return statusOfReached(this.here(path));
  }

  /** The same of a path of another process. */
  statusOf(pid: number, path: Buffer): FileStatus | Obstacle {
    return statusOfReached(this.of(pid, path));
  }

  /** `major:minor` of the file system of a descriptor, as mountinfo has it: stat(2) gives another one on overlay and btrfs. */
  deviceOf(fd: number): string | undefined {
    const mount = mountOf(fd);
    return mount === undefined ? undefined : this.mounts.deviceOf(mount);
  }

  close(): void {
    for (const walker of this.walkers.values()) walker.close();
    for (const folder of this.folders.values()) if (!isObstacle(folder)) close(folder.pointer);
    for (const mounts of [this.mounts, ...this.tables.values()]) mounts.close();
    this.walkers.clear();
    this.folders.clear();
    this.tables.clear();
  }

  /** The entry of a folder that is held. */
  private within(folder: Reached, name: Buffer, path: Buffer): Reached | Obstacle {
    try {
      const pointer = stepTo(folder.pointer, name);
      if (pointer !== 'mount') {
        const status = statusOfNew(pointer);
        if (!isLink(status)) return { pointer, path: joined(folder.path, name), status };
        close(pointer);
      }
    } catch (error) {
      if (!(error instanceof ErrnoError)) throw error;
      return error.errno === 'ENOENT' || error.errno === 'ENOTDIR' ? 'missing' : error;
    }
    return this.walker(OURS).to(path, { last: true, magic: false });
  }

  private folder(path: Buffer): Reached | Obstacle {
    const key = path.toString('latin1');
    let folder = this.folders.get(key);
    if (folder === undefined) folder = this.walker(OURS).to(path, { last: true, magic: false });
    else this.folders.delete(key);
    this.folders.set(key, folder);
    if (this.folders.size > HELD) {
      const [[oldest, known]] = this.folders as unknown as Iterable<[string, Reached | Obstacle]> &
        [[string, Reached | Obstacle]];
      this.folders.delete(oldest);
      if (!isObstacle(known)) close(known.pointer);
    }
    return folder;
  }

  private walker(pid: number): Walker {
    let walker = this.walkers.get(pid);
    if (!walker) {
      walker = new Walker(pid === OURS ? '/' : `/proc/${pid}/root`, (root) => this.seenFrom(root, pid));
      this.walkers.set(pid, walker);
    }
    return walker;
  }

  private seenFrom(root: string, pid: number): Mounts {
    // Ours is known first.
    if (pid !== OURS) this.walker(OURS);
    let mounts = this.tables.get(root);
    if (!mounts) {
      mounts = pid === OURS ? this.mounts : new Mounts(`/proc/${pid}/mountinfo`);
      // It may end any time.
      mounts.open();
      this.tables.set(root, mounts);
    }
    return mounts;
  }

  /** Points to what a link of /proc leads to, where that is no file system with a server. To be closed. */
  behind(link: string): number | Obstacle {
    let pointer: number;
    try {
      pointer = pointTo(link, { follow: true });
    } catch (error) {
      if (error instanceof ErrnoError) return error;
      throw error;
    }
    const mount = mountOf(pointer);
    if (mount !== undefined && this.mounts.isLocal(pointer, mount)) return pointer;
    close(pointer);
    return 'remote';
  }

  private statusBehind(link: string): FileStatus | undefined {
    const pointer = this.behind(link);
    if (typeof pointer !== 'number') return undefined;
    try {
      return statusOf(pointer);
    } finally {
      close(pointer);
    }
  }
}

export function isObstacle(found: Reached | FileStatus | Obstacle): found is Obstacle {
  return typeof found === 'string' || found instanceof ErrnoError;
}

/** Closes what was reached. */
function statusOfReached(found: Reached | Obstacle): FileStatus | Obstacle {
  if (isObstacle(found)) return found;
  try {
    return found.status ?? statusOf(found.pointer);
  } catch (error) {
    if (error instanceof ErrnoError) return error;
    throw error;
  } finally {
    close(found.pointer);
  }
}

/** The status of what we have just come to point to; closes it where there is none. */
function statusOfNew(pointer: number): FileStatus {
  try {
    return statusOf(pointer);
  } catch (error) {
    close(pointer);
    throw error;
  }
}

function isLink({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFLNK;
}

/** The path of an entry of a folder. */
export function joined(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat(folder.equals(SLASH) ? [folder, name] : [folder, SLASH, name]);
}

/** A directory as who has that root sees it. Both as the kernel tells us; undefined where it lies outside. */
function beneath(root: Buffer | undefined, directory: Buffer | undefined): Buffer | undefined {
  if (root?.equals(SLASH) === true) return directory;
  if (!root || !directory) return undefined;
  const isRoot = directory.equals(root);
  const within = isRoot || directory.subarray(0, root.length + 1).equals(Buffer.concat([root, SLASH]));
  return within ? Buffer.concat([directory.subarray(root.length), isRoot ? SLASH : EMPTY]) : undefined;
}

function isSame(one: FileStatus | undefined, other: FileStatus | undefined): boolean {
  return one !== undefined && one.inode === other?.inode && one.device === other.device;
}
