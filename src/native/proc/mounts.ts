/** /proc/PID/mountinfo (proc(5)): which file system a path of a process lies on, so that a dead one is never asked. */
import { readSmall } from './read';

/** File systems with a server, which may never answer. */
const REMOTE = /^(?:nfs4?|cifs|smb3|fuse(?:\..*)?|fuseblk|autofs|9p|ceph|afs|glusterfs|sshfs|virtiofs)$/;

export interface Mount {
  /** `major:minor` of the file system itself, which stat(2) may not give (overlay, btrfs). */
  device: string;
  point: string;
  type: string;
}

/** Parses mountinfo: field 5 is the mount point, with blanks as \040; behind ` - ` stands the type. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , device, , point] = line.split(' ');
    const type = / - (\S+) /.exec(line)?.[1];
    return device !== undefined && point !== undefined && type !== undefined
      ? [
          {
            device,
            point: point.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
              String.fromCharCode(parseInt(octal, 8)),
            ),
            type,
          },
        ]
      : [];
  });
}

/** Tells paths on file systems without a server from others. Paths are Latin-1 text of their bytes. */
export class LocalPaths {
  constructor(private readonly mounts: readonly Mount[]) {}

  /** Whether an absolute path lies on one; links on the way are not looked at. A relative one: whether there are no others at all. */
  has(path: string): boolean {
    if (!path.startsWith('/')) return !this.mounts.some(({ type }) => REMOTE.test(type));
    let found: Mount | undefined;
    for (const mount of this.mounts) {
      const inside = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`);
      // The later of two at the same place covers the earlier.
      if (inside && mount.point.length >= (found?.point.length ?? 0)) found = mount;
    }
    return found !== undefined && !REMOTE.test(found.type);
  }
}

/** Whether a path of a process lies on a file system without a server; relative ones where its working directory does. False where nobody can tell. */
export function isLocal(pid: number, path: string): boolean {
  const text = readSmall(`/proc/${pid}/mountinfo`)?.toString('latin1');
  return text !== undefined && new LocalPaths(parseMountinfo(text)).has(path);
}
