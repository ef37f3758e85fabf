/** Unix sockets and their files: to which file a bound socket's name leads, and which files have no socket any more. */
import type { Endpoint } from '../../../protocol/facts';
import { type SocketFile, socketFileAt, type SocketFiles } from '../../census/sockets/socketFiles';
import type { UnixSockets } from '../../census/sockets/sockets';
import { type FileStatus, statusOfPath } from '../../libc/directory';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { deviceNumbers } from '../../proc/mountDevices';
import { isObstacle, type PathResolver } from '../../proc/pathResolver';
import type { UnixRecord } from '../../sockdiag/unixDiag';

const S_IFMT = 0o170000;
const S_IFSOCK = 0o140000;
const SLASH = 0x2f;
/** Milliseconds of the slowest clock (CONFIG_HZ=100). */
const TICK = 10;

/** What was found at a socket's name. `unlinked`: its file is not there any more; neither: it cannot be looked at. */
export interface SocketFileState {
  status?: FileStatus;
  unlinked?: true;
}

const UNKNOWN: SocketFileState = {};
const UNLINKED: SocketFileState = { unlinked: true };

/**
 * Looks at the file of a socket that is bound to an absolute path, from where we are, else from where a holder of it is: its root may be another than ours, also in our mount
 * namespace (chroot(2)). `unlinked` only where both tell that it is not there. `known`: files that were read in this look.
 */
export function fileOf(
  record: UnixRecord,
  ends: readonly Endpoint[],
  sight: PathResolver,
  known?: SocketFiles['byPath'],
): SocketFileState {
  const { name } = record;
  if (name?.is !== 'path' || name.bytes[0] !== SLASH) return UNKNOWN;
  const read = known?.get(name.bytes.toString('latin1'));
  if (read && isFileOf(read.status, () => read.device, record)) return { status: read.status };
  const [holder] = ends;
  const here = at(sight.here(name.bytes), record, sight);
  if (typeof here === 'object') return { status: here };
  if (!record.file || holder === undefined || here === 'unknown') return UNKNOWN;
  // What is there is no file of ours to point to; it only says that it has not been unlinked.
  if (at(sight.of(holder.pid, name.bytes), record, sight) !== 'missing') return UNKNOWN;
  // Who ends has no root any more, in which nothing is there.
  return statusOfPath(Buffer.from(`/proc/${holder.pid}/root`)) ? UNLINKED : UNKNOWN;
}

/** The file that was reached, if it is this socket's; `missing` where there is none or another. */
function at(
  found: ReturnType<PathResolver['here']>,
  record: UnixRecord,
  sight: PathResolver,
): FileStatus | 'missing' | 'unknown' {
  if (isObstacle(found)) return found === 'missing' ? found : 'unknown';
  const { pointer } = found;
  try {
    const { status = statusOf(pointer) } = found;
    const isIts = isSocket(status) && isFileOf(status, () => sight.deviceOf(pointer), record);
    return isIts ? status : 'missing';
  } catch {
    return 'unknown';
  } finally {
    close(pointer);
  }
}

function isSocket({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFSOCK;
}

/** Without sock_diag only the name says so. The kernel tells the lower 32 bits of an inode, and the device of the file system itself. */
function isFileOf(status: FileStatus, device: () => string | undefined, { file }: UnixRecord): boolean {
  if (!file) return true;
  if (lower(status.inode) !== file.inode) return false;
  return deviceNumbers(status.device) === file.device || device() === file.device;
}

function lower(inode: string): string {
  // Below 2^32 for certain.
  if (inode.length < 10) return inode;
  return String(BigInt.asUintN(32, BigInt(inode)));
}

/** Files, as they are now, of which no network namespace has a socket. `proved`: and there is no place where one might be unseen. */
export function abandoned(
  files: Iterable<SocketFile>,
  all: UnixSockets,
  everybodySeen: boolean,
  sight: PathResolver,
): { file: SocketFile; proved: boolean }[] {
  const inodes = new Map<string, UnixRecord[]>();
  const names = new Set<string>();
  for (const record of all.own) {
    if (record.file) push(inodes, record.file.inode, record);
    else noteName(names, record);
  }
  const elsewhere = inOtherNetworks(all, names, sight);
  const proved =
    everybodySeen &&
    all.unread === 0 &&
    all.unplaced === 0 &&
    !all.unreadable &&
    !all.fallback &&
    elsewhere.known;
  const isOwned = ({ status, path, device }: SocketFile) =>
    inodes.get(lower(status.inode))?.some((record) => isFileOf(status, () => device, record)) === true ||
    elsewhere.files.has(identity(status)) ||
    names.has(lastPart(path));
  return [...files].flatMap((seen) => {
    const file = isOwned(seen) ? undefined : socketFileAt(seen.path, sight);
    return file && !isOwned(file) ? [{ file, proved }] : [];
  });
}

/** Whether a file may have been made after the sockets were read, at this moment. Times of files are those of the last tick of the clock. */
export function isYoung({ writtenAt, birth }: FileStatus, moment: number): boolean {
  return Math.max(writtenAt, Number(BigInt(birth) / 1_000_000n)) >= moment - TICK;
}

/** Whether one of these sockets is bound to a file. */
export function isBound({ status, device }: SocketFile, records: readonly UnixRecord[]): boolean {
  const inode = lower(status.inode);
  return records.some((record) => record.file?.inode === inode && isFileOf(status, () => device, record));
}

/**
 * The files of sockets of other network namespaces. The kernel tells only their names: where one does not lead to a socket's file any more (it was renamed, or is
 * relative), its file may be any (`known` is false).
 */
function inOtherNetworks(
  { foreign }: UnixSockets,
  names: Set<string>,
  sight: PathResolver,
): { files: Set<string>; known: boolean } {
  const files = new Set<string>();
  let known = true;
  for (const { pid, records } of foreign)
    for (const record of records) {
      const { name } = record;
      if (name?.is !== 'path') continue;
      noteName(names, record);
      const status = name.bytes[0] === SLASH ? sight.statusOf(pid, name.bytes) : 'hidden';
      if (!isObstacle(status) && isSocket(status)) files.add(identity(status));
      else known = false;
    }
  return { files, known };
}

function identity({ device, inode, birth }: FileStatus): string {
  return `${device} ${inode} ${birth}`;
}

/** A name's last part: in another mount namespace the rest may be another. */
function noteName(names: Set<string>, { name }: UnixRecord): void {
  if (name?.is === 'path') names.add(lastPart(name.bytes));
}

function lastPart(path: Buffer): string {
  return path.toString('latin1', path.lastIndexOf(SLASH) + 1);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
