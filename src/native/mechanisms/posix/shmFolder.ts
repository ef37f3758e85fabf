/**
 * What lies in /dev/shm (shm_overview(7), sem_overview(7)). Anybody may put anything there: each entry is looked at as what it is, no link is followed, and nothing but a
 * small regular file is opened, to see whether it is a semaphore.
 */
import { type FileStatus, sortedListOf } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { openFile, readAt, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { spaceOf } from '../../libc/files';
import { typeOfMount } from '../../proc/mounts';
import { isObstacle, withPathResolver } from '../../proc/pathResolver';
import { statusWithin, stepWithin } from '../../proc/walk';
import { parseSemaphore, SEMAPHORE_BYTES, type SemaphoreWords } from '../../proc/semaphoreWords';

export const FOLDER = '/dev/shm';
const BREATH = 50;
/** Names of semaphores (sem_open of glibc); musl gives them none. */
export const PREFIX = Buffer.from('sem.');

const TYPES: Readonly<Record<number, FolderEntry['type']>> = {
  0o100000: 'file',
  0o040000: 'directory',
  0o010000: 'fifo',
  0o140000: 'socket',
  0o120000: 'link',
  0o060000: 'device',
  0o020000: 'device',
};

/** One entry. */
export interface FolderEntry {
  /** Without slash. */
  name: Buffer;
  status: FileStatus;
  type: 'file' | 'directory' | 'fifo' | 'socket' | 'link' | 'device' | 'unknown';
  /** What it is as a semaphore: its words; `denied` where its name and size are those of one, and its mode lets us not read it. Absent: it is none. */
  semaphore?: SemaphoreWords | 'denied';
}

/** The folder at one moment. */
export interface Folder {
  /** tmpfs gives no inode number twice; of any other a file's birth is part of what it is. */
  tmpfs: boolean;
  /** st_dev as decimal text; absent where there is no such folder, or a file system with a server, which is not asked. */
  device?: string;
  entries: FolderEntry[];
  /** Bytes of its file system; absent where that has no bound. */
  space?: { used: number; size: number };
  /** Why it could not be listed, so that nobody knows what lies in it; a folder that does not exist is listed, and empty. `remote`: a file system with a server. */
  unlisted?: 'denied' | 'remote' | 'failed';
}

/** Lists it. Yields often. */
export function* readFolder(): Generator<undefined, Folder> {
  const folder: Folder = { tmpfs: typeOfMount(FOLDER) === 'tmpfs', entries: [] };
  const found = withPathResolver((sight) => sight.here(Buffer.from(FOLDER)));
  if (isObstacle(found)) {
    const unlisted = found instanceof ErrnoError ? reasonOf(found.errno) : unlistedFor(found);
    return { ...folder, ...(unlisted && { unlisted }) };
  }
  const directory = found.pointer;
  try {
    folder.device = statusOf(directory).device;
    const space = spaceOf(directory);
    if (space) folder.space = space;
    let breath = 0;
    for (const { name } of sortedListOf(directory)) {
      if (++breath % BREATH === 0) yield;
      const entry = entryOf(directory, name);
      if (entry === 'refused') folder.unlisted = 'denied';
      else if (entry) folder.entries.push(entry);
    }
  } catch (error) {
    // Who has what of it open is seen all the same.
    folder.unlisted = reasonOf(error instanceof ErrnoError ? error.errno : undefined) ?? 'failed';
  } finally {
    close(directory);
  }
  return folder;
}

function unlistedFor(obstacle: 'remote' | 'missing' | 'hidden'): Folder['unlisted'] {
  return obstacle === 'missing' ? undefined : obstacle === 'remote' ? 'remote' : 'failed';
}

/** Undefined: there is no such folder. */
function reasonOf(errno: string | undefined): Folder['unlisted'] {
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
  return errno === 'EACCES' || errno === 'EPERM' ? 'denied' : 'failed';
}

/** Undefined: it is gone. `refused`: a filter forbids to ask (seccomp(2)). */
function entryOf(directory: number, name: Buffer): FolderEntry | 'refused' | undefined {
  const status = statusWithin(directory, name);
  // What has a server is mounted there, and is none of the folder's.
  if (isObstacle(status)) return status instanceof ErrnoError ? 'refused' : undefined;
  const type = TYPES[status.mode & 0o170000] ?? 'unknown';
  const semaphore = type === 'file' ? semaphoreOf(directory, name, status) : undefined;
  return { name, status, type, ...(semaphore && { semaphore }) };
}

/** A semaphore is a file of one size; by glibc's name, or else by the words alone. */
function semaphoreOf(
  directory: number,
  name: Buffer,
  status: FileStatus,
): SemaphoreWords | 'denied' | undefined {
  if (status.bytes !== SEMAPHORE_BYTES) return undefined;
  const named = hasPrefix(name);
  const words = readWords(directory, name, status);
  if (words === 'denied') return named ? words : undefined;
  if (words?.layout === 'glibc') return named ? words : undefined;
  // Of musl, which gives no prefix; a file of zeros is most likely just that.
  return words && words.value + words.waiters > 0 ? words : undefined;
}

/** Whether a name is one that glibc gives a semaphore. */
export function hasPrefix(name: Buffer): boolean {
  return name.length > PREFIX.length && name.subarray(0, PREFIX.length).equals(PREFIX);
}

function readWords(
  directory: number,
  name: Buffer,
  { device, inode }: FileStatus,
): SemaphoreWords | 'denied' | undefined {
  let pointer: ReturnType<typeof stepWithin> = 'missing';
  let fd: number | undefined;
  try {
    pointer = stepWithin(directory, name);
    if (typeof pointer !== 'number') return undefined;
    const now = statusOf(pointer);
    if (now.device !== device || now.inode !== inode) return undefined;
    fd = openFile(pointer, 'read');
    return parseSemaphore(readAt(fd, 0, SEMAPHORE_BYTES));
  } catch (error) {
    const errno = error instanceof ErrnoError ? error.errno : '';
    return errno === 'EACCES' || errno === 'EPERM' ? 'denied' : undefined;
  } finally {
    if (typeof pointer === 'number') close(pointer);
    if (fd !== undefined) close(fd);
  }
}
