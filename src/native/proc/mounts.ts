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
