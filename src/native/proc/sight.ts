/** Paths as processes see them, in one look: the mounts of each are read once. */
import { targetOfLink } from '../libc/directory';
import { pointTo } from '../libc/path';
import { close } from '../libc/pipe';
import { isLocalType, mountsOf, placeOf, type TypeTest } from './mounts';
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

  private mountsOf(pid: number): TypeTest {
    let mounts = this.mounts.get(pid);
    if (!mounts) this.mounts.set(pid, (mounts = withRoot(pid)));
    return mounts;
  }
}

/** With the mount on which its root lies, which mountinfo does not list after chroot(2). */
function withRoot(pid: number): TypeTest {
  const mounts = mountsOf(pid);
  if (mounts('/') !== undefined) return mounts;
  let pointer: number;
  try {
    pointer = pointTo(`/proc/${pid}/root`, { follow: true });
  } catch {
    return mounts;
  }
  try {
    const { type } = placeOf('self', pointer);
    return (path) => mounts(path) ?? type;
  } finally {
    close(pointer);
  }
}
