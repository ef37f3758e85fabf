/** Paths as processes see them, in one look: the mounts of each are read once. */
import { type FileStatus, statusOfLink, statusOfPath, targetOfLink } from '../libc/directory';
import { pointing, statusOf } from '../libc/path';
import { deviceNumbers } from './mountDevices';
import { isLocalType, mountsOf, placeOf, typeOfDevice, type TypeTest } from './mounts';
import { withoutLinks } from './reach';

/** Absolute paths as bytes. To be thrown away after the look: mounts come and go. */
export class Sight {
  private readonly mounts = new Map<number, TypeTest>();
  /** Where folders of ours lead: most sockets have their names beside others'. As Latin-1 text. */
  private readonly folders = new Map<string, string | undefined>();

  /** Where a path of ours leads, without links; undefined where it is out of reach. */
  here(path: Buffer): Buffer | undefined {
    const mounts = this.mountsOf(process.pid);
    const text = path.toString('latin1');
    const slash = text.lastIndexOf('/');
    const name = text.slice(slash + 1);
    const folder =
      slash <= 0 || /^\.{0,2}$/.test(name) ? undefined : this.folder(text.slice(0, slash), mounts);
    if (folder === undefined) return withoutLinks(path, { mounts });
    const way = `${folder === '/' ? '' : folder}/${name}`;
    if (!isLocalType(mounts(way))) return undefined;
    const bytes = Buffer.from(way, 'latin1');
    return targetOfLink(bytes) ? withoutLinks(bytes, { mounts }) : bytes;
  }

  private folder(path: string, mounts: TypeTest): string | undefined {
    if (!this.folders.has(path))
      this.folders.set(path, withoutLinks(Buffer.from(path, 'latin1'), { mounts })?.toString('latin1'));
    return this.folders.get(path);
  }

  /** The same of a path of another process, as a path of ours through its root. */
  of(pid: number, path: Buffer): Buffer | undefined {
    const root = `/proc/${pid}/root`;
    const way = withoutLinks(path, { mounts: this.mountsOf(pid), root });
    return way && Buffer.concat([Buffer.from(root), way]);
  }

  /** The same of a relative path. `start`: the link of /proc to the directory where it begins. Undefined also where that cannot be reached by its path. */
  from(pid: number, start: string, name: Buffer): Buffer | undefined {
    const base = beneath(targetOfLink(Buffer.from(`/proc/${pid}/root`)), targetOfLink(Buffer.from(start)));
    const way = base && this.of(pid, base);
    // Its path may mean another directory by now, as where something was mounted over it.
    if (!way || !isSame(statusOfLink(way), statusOfPath(Buffer.from(start)))) return undefined;
    return this.of(pid, Buffer.concat([base, Buffer.from('/'), name]));
  }

  private mountsOf(pid: number): TypeTest {
    let mounts = this.mounts.get(pid);
    if (!mounts) this.mounts.set(pid, (mounts = withRoot(pid)));
    return mounts;
  }
}

/** A directory as who has that root sees it. Both as the kernel tells us; undefined where it lies outside. */
function beneath(root: Buffer | undefined, directory: Buffer | undefined): Buffer | undefined {
  if (root?.equals(SLASH) === true) return directory;
  if (!root || !directory) return undefined;
  const isRoot = directory.equals(root);
  const within = isRoot || directory.subarray(0, root.length + 1).equals(Buffer.concat([root, SLASH]));
  return within ? Buffer.concat([directory.subarray(root.length), isRoot ? SLASH : EMPTY]) : undefined;
}

const SLASH = Buffer.from('/');
const EMPTY = Buffer.alloc(0);

function isSame(one: FileStatus | undefined, other: FileStatus | undefined): boolean {
  return one !== undefined && one.inode === other?.inode && one.device === other.device;
}

/** With the mount on which its root lies, which mountinfo does not list after chroot(2). */
function withRoot(pid: number): TypeTest {
  const mounts = mountsOf(pid);
  if (mounts('/') !== undefined) return mounts;
  // In another mount namespace it is a mount of its own, of the same file system.
  const typeOf = (root: number) =>
    placeOf('self', root).type ?? typeOfDevice(deviceNumbers(statusOf(root).device));
  const type = pointing(`/proc/${pid}/root`, typeOf, { follow: true });
  return (path) => mounts(path) ?? type;
}
