/** /proc/PID/mountinfo (proc(5)): which file systems are mounted where, so that a dead one is never asked. */
import { readSmall, readWhole } from './read';
import { fieldOf } from './fields';

/** File systems with a server, which may never answer. */
const REMOTE =
  /^(?:nfs4?|cifs|smb3|smbfs|fuse(?:\..*)?|fuseblk|autofs|9p|ceph|afs|glusterfs|sshfs|virtiofs|lustre|gpfs|beegfs|ocfs2|gfs2|orangefs|pvfs2|coda|ncpfs|vboxsf|vmhgfs|prl_fs)$/;

interface Mount {
  point: string;
  type: string;
}

/** A path as mountinfo has it, in which blanks and the like are \\040. */
export function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** Parses mountinfo: field 5 is the mount point, with blanks as \040; behind ` - ` stands the type. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const point = line.split(' ')[4];
    const type = / - (\S+) /.exec(line)?.[1];
    return point !== undefined && type !== undefined
      ? [
          {
            point: unescaped(point),
            type,
          },
        ]
      : [];
  });
}

/** Whether a file system has no server. */
export function isLocalType(type: string | undefined): boolean {
  return type !== undefined && !REMOTE.test(type);
}

/** All of mountinfo (a machine with many containers has hundreds of mounts), as Latin-1 text; undefined where it cannot be read. */
export function mountsText(pid: number | 'self'): string | undefined {
  const text = readWhole(`/proc/${pid}/mountinfo`);
  return typeof text === 'string' ? undefined : text.toString('latin1');
}

/** The type of the file system that is mounted at this very place for us; undefined where none is. */
export function typeOfMount(point: string): string | undefined {
  const text = mountsText('self') ?? '';
  return parseMountinfo(text).findLast((mount) => mount.point === point)?.type;
}

/** Where a descriptor of a process lies, by the mounts that it sees itself, or that another process sees (`mounts`): the type and device (`0:42`) of the mount, its id, and the inode number of the kernel. What is mounted nowhere has neither of the first two. */
export function placeOf(
  pid: number | 'self',
  fd: number,
  mounts = pid,
): { mount?: string; type?: string; device?: string; inode?: string } {
  const info = readSmall(`/proc/${pid}/fdinfo/${fd}`)?.toString('latin1') ?? '';
  const id = fieldOf(info, 'mnt_id');
  // Since Linux 5.14.
  const inode = fieldOf(info, 'ino');
  const text = mountsText(mounts) ?? '';
  const own = id === undefined ? undefined : text.split('\n').find((one) => one.startsWith(`${id} `));
  const line = /^\d+ \d+ (\d+:\d+) .* - (\S+) /.exec(own ?? '');
  return {
    ...(id !== undefined && { mount: id }),
    ...(line?.[1] !== undefined && { device: line[1] }),
    ...(line?.[2] !== undefined && { type: line[2] }),
    ...(inode !== undefined && { inode }),
  };
}
