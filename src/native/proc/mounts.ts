/** /proc/PID/mountinfo (proc(5)): which file system a path of a process lies on, so that a dead one is never asked. */
import { readSmall } from './read';

/** File systems with a server, which may never answer. */
const REMOTE = /^(?:nfs4?|cifs|smb3|fuse(?:\..*)?|fuseblk|autofs|9p|ceph|afs|glusterfs|sshfs|virtiofs)$/;

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
  const text = readSmall(`/proc/${pid}/mountinfo`)?.toString('latin1');
  if (text === undefined) return () => false;
  const mounts = parseMountinfo(text);
  // The later of two at the same place covers the earlier.
  const at = new Map(mounts.map((mount) => [mount.point, mount]));
  return (path) => {
    if (!path.startsWith('/')) return !mounts.some(({ type }) => REMOTE.test(type));
    for (let point = path; ; point = point.slice(0, point.lastIndexOf('/'))) {
      const mount = at.get(point === '' ? '/' : point);
      if (mount) return !REMOTE.test(mount.type);
      if (point === '') return false;
    }
  };
}

/** The type of the file system that is mounted at this very place for us; undefined where none is. */
export function typeOfMount(point: string): string | undefined {
  const text = readSmall('/proc/self/mountinfo')?.toString('latin1') ?? '';
  return parseMountinfo(text).findLast((mount) => mount.point === point)?.type;
}

/** Where a descriptor of a process lies, by the mounts that it sees itself, or that another process sees (`mounts`): the type and device (`0:42`) of the mount, and the inode number of the kernel. What is mounted nowhere has neither of the first two. */
export function placeOf(
  pid: number | 'self',
  fd: number,
  mounts = pid,
): { type?: string; device?: string; inode?: string } {
  const info = readSmall(`/proc/${pid}/fdinfo/${fd}`)?.toString('latin1') ?? '';
  const id = /^mnt_id:\s*(\d+)/m.exec(info)?.[1];
  // Since Linux 5.14.
  const inode = /^ino:\s*(\d+)/m.exec(info)?.[1];
  const text = readSmall(`/proc/${mounts}/mountinfo`)?.toString('latin1') ?? '';
  const line =
    id === undefined ? undefined : new RegExp(`^${id} \\d+ (\\d+:\\d+) .* - (\\S+) `, 'm').exec(text);
  return {
    ...(line?.[1] !== undefined && { device: line[1] }),
    ...(line?.[2] !== undefined && { type: line[2] }),
    ...(inode !== undefined && { inode }),
  };
}
