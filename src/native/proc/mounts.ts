/** /proc/PID/mountinfo (proc(5)): which file system a path of a process lies on, so that a dead one is never asked. */
import { readSmall, readWhole } from './read';

/** File systems with a server, which may never answer. */
const REMOTE =
  /^(?:nfs4?|cifs|smb3|smbfs|fuse(?:\..*)?|fuseblk|autofs|9p|ceph|afs|glusterfs|sshfs|virtiofs|lustre|gpfs|beegfs|ocfs2|gfs2|orangefs|pvfs2|coda|ncpfs|vboxsf|vmhgfs|prl_fs)$/;

interface Mount {
  point: string;
  type: string;
}

/** Parses mountinfo: field 5 is the mount point, with blanks as \040; behind ` - ` stands the type. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const point = line.split(' ')[4];
    const type = / - (\S+) /.exec(line)?.[1];
    return point !== undefined && type !== undefined
      ? [
          {
            point: point.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
              String.fromCharCode(parseInt(octal, 8)),
            ),
            type,
          },
        ]
      : [];
  });
}

/** Whether a path of a process lies on a file system without a server; relative ones where its working directory does. False where nobody can tell. */
export function isLocal(pid: number, path: string): boolean {
  return localTest(pid)(path);
}

/** As `isLocal`, for many paths of one process at this moment. Paths are Latin-1, as the kernel has their bytes. */
export type LocalTest = (path: string) => boolean;

/** What `isLocal` answers, with the mounts as they are now. */
export function localTest(pid: number): LocalTest {
  const mounts = mountsOf(pid);
  return (path) => isLocalType(mounts(path));
}

/** The type of the file system on which a path lies; undefined where nobody can tell. Paths as in `LocalTest`. */
export type TypeTest = (path: string) => string | undefined;

/** The types of file systems, with the mounts of a process as they are now; of a relative path that of any with a server. */
export function mountsOf(pid: number): TypeTest {
  const text = mountsText(pid);
  if (text === undefined) return () => undefined;
  const mounts = parseMountinfo(text);
  // The later of two at the same place covers the earlier.
  const at = new Map(mounts.map((mount) => [mount.point, mount.type]));
  const suspect = mounts.find(({ type }) => REMOTE.test(type)) ?? mounts[0];
  return (path) => {
    if (!path.startsWith('/')) return suspect?.type;
    for (let point = path; ; point = point.slice(0, point.lastIndexOf('/'))) {
      const type = at.get(point === '' ? '/' : point);
      if (type !== undefined || point === '') return type;
    }
  };
}

/** Whether a file system has no server. */
export function isLocalType(type: string | undefined): boolean {
  return type !== undefined && !REMOTE.test(type);
}

/** All of it: a machine with many containers has hundreds of mounts. */
function mountsText(pid: number | 'self'): string | undefined {
  const text = readWhole(`/proc/${pid}/mountinfo`);
  return typeof text === 'string' ? undefined : text.toString('latin1');
}

/** The type of the file system that is mounted at this very place for us; undefined where none is. */
export function typeOfMount(point: string): string | undefined {
  const text = mountsText('self') ?? '';
  return parseMountinfo(text).findLast((mount) => mount.point === point)?.type;
}

/** The type of the file system with this device (`0:42`); undefined where we have none mounted. */
export function typeOfDevice(device: string): string | undefined {
  return new RegExp(`^\\d+ \\d+ ${device} .* - (\\S+) `, 'm').exec(mountsText('self') ?? '')?.[1];
}

/** Where a descriptor of a process lies, by the mounts that it sees itself, or that another process sees (`mounts`): the type and device (`0:42`) of the mount, its id, and the inode number of the kernel. What is mounted nowhere has neither of the first two. */
export function placeOf(
  pid: number | 'self',
  fd: number,
  mounts = pid,
): { mount?: string; type?: string; device?: string; inode?: string } {
  const info = readSmall(`/proc/${pid}/fdinfo/${fd}`)?.toString('latin1') ?? '';
  const id = /^mnt_id:\s*(\d+)/m.exec(info)?.[1];
  // Since Linux 5.14.
  const inode = /^ino:\s*(\d+)/m.exec(info)?.[1];
  const text = mountsText(mounts) ?? '';
  const line =
    id === undefined ? undefined : new RegExp(`^${id} \\d+ (\\d+:\\d+) .* - (\\S+) `, 'm').exec(text);
  return {
    ...(id !== undefined && { mount: id }),
    ...(line?.[1] !== undefined && { device: line[1] }),
    ...(line?.[2] !== undefined && { type: line[2] }),
    ...(inode !== undefined && { inode }),
  };
}
