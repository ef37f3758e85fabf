/** Paths as processes see them, in one look: the mounts of each are read once. */
import { mountsOf, type TypeTest } from './mounts';
import { withoutLinks } from './reach';

/** Absolute paths as bytes. To be thrown away after the look: mounts come and go. */
export class Sight {
  private readonly mounts = new Map<number, TypeTest>();

  /** Where a path of ours leads, without links; undefined where it is out of reach. */
  here(path: Buffer): Buffer | undefined {
    return withoutLinks(path, { mounts: this.mountsOf(process.pid) });
  }

  /** The same of a path of another process, as a path of ours through its root. */
  of(pid: number, path: Buffer): Buffer | undefined {
    const root = `/proc/${pid}/root`;
    const way = withoutLinks(path, { mounts: this.mountsOf(pid), root });
    return way && Buffer.concat([Buffer.from(root), way]);
  }

  private mountsOf(pid: number): TypeTest {
    let mounts = this.mounts.get(pid);
    if (!mounts) this.mounts.set(pid, (mounts = mountsOf(pid)));
    return mounts;
  }
}
