/**
 * The POSIX queues of our ipc namespace as names (mq_overview(7)). The file system that lists them may be mounted at /dev/mqueue, or nowhere, or show another namespace: a mount stays what it
 * was when its process moves to another one.
 */
import { type FileStatus, sortedListOf } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { mountQueues } from '../../libc/mount';
import { openQueue } from '../../libc/mqueue';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { typeOfMount } from '../../proc/mounts';
import { isObstacle, withPathResolver } from '../../proc/pathResolver';
import { statusWithin } from '../../proc/walk';

const FOLDER = '/dev/mqueue';
/** The first ipc namespace (include/linux/proc_ns.h, PROC_IPC_INIT_INO): what is mounted by default is its own. */
const INITIAL = '4026531839';
const BREATH = 50;
/** Names that are remembered at most (queues_max is 256 by default). */
const KNOWN = 1024;

/** One name. */
export interface QueueEntry {
  /** Without slash. */
  name: Buffer;
  status: FileStatus;
}

/** What could be listed. */
export interface QueueNames {
  /** False: nobody lets us list them, so only those are known that a process has open. */
  whole: boolean;
  /** st_dev of the queues of our namespace as decimal text, as far as known. */
  device?: string;
  entries: QueueEntry[];
}

/** Kept from one census to the next. */
export class QueueFolder {
  /** A mount of our own, in no directory; undefined until asked for, null where we may not have one. */
  private mount: number | null | undefined;
  /** Devices that showed to be those of our namespace. */
  private readonly ours = new Set<string>();
  /** Names without slash, as latin1, that led to a queue once: where nobody lets us list them, they can still be asked for one by one. */
  private readonly names = new Set<string>();

  /** `ipcNamespace`: ours. */
  constructor(private readonly ipcNamespace: string) {}

  /** Lists them. Yields often. */
  *read(): Generator<undefined, QueueNames> {
    const directory = this.directory();
    if (directory === undefined) return this.byNames();
    const { fd, own } = directory;
    try {
      const { device } = statusOf(fd);
      const entries: QueueEntry[] = [];
      for (const { name } of sortedListOf(fd)) {
        if (entries.length % BREATH === BREATH - 1) yield;
        const status = statusWithin(fd, name);
        if (!isObstacle(status)) entries.push({ name, status });
        // A filter forbids to ask (seccomp(2)): who has one open shows it.
        else if (status !== 'missing') return this.byNames();
      }
      if (!own && !this.isOurs(device, entries)) return this.byNames();
      if (own || entries.length > 0) this.ours.add(device);
      return { whole: true, device, entries };
    } catch {
      return this.byNames();
    } finally {
      if (!own) close(fd);
    }
  }

  /** Notes that a name led to a queue of our namespace, and on which device those are. */
  confirm(name: Buffer, device: string): void {
    this.ours.add(device);
    if (this.names.size < KNOWN) this.names.add(name.toString('latin1'));
  }

  /** Only the names that we know, where they still lead somewhere. */
  private byNames(): QueueNames {
    const entries: QueueEntry[] = [];
    for (const text of this.names) {
      const name = Buffer.from(text, 'latin1');
      const status = statusByName(name);
      if (typeof status === 'object') entries.push({ name, status });
      else if (status === 'gone') this.names.delete(text);
    }
    const [device] = this.ours;
    return { whole: false, entries, ...(device !== undefined && { device }) };
  }

  private directory(): { fd: number; own: boolean } | undefined {
    if (this.mount === undefined) {
      try {
        this.mount = mountQueues();
      } catch {
        this.mount = null;
      }
    }
    if (this.mount !== null) return { fd: this.mount, own: true };
    if (typeOfMount(FOLDER) !== 'mqueue') return undefined;
    const found = withPathResolver((sight) => sight.here(Buffer.from(FOLDER)));
    return isObstacle(found) ? undefined : { fd: found.pointer, own: false };
  }

  /** A name that it lists leads to the same queue when our namespace is asked for it. */
  private isOurs(device: string, entries: readonly QueueEntry[]): boolean {
    if (this.ours.has(device)) return true;
    for (const { name, status } of entries) {
      const same = leadsTo(name, status);
      if (same !== undefined) return same;
    }
    return this.ipcNamespace === INITIAL;
  }
}

/** Undefined: it may not be opened. */
function leadsTo(name: Buffer, { inode, device }: FileStatus): boolean | undefined {
  const found = statusByName(name);
  if (typeof found === 'object') return found.inode === inode && found.device === device;
  return found === 'gone' ? false : undefined;
}

/** What our namespace has by this name. */
function statusByName(name: Buffer): FileStatus | 'gone' | 'denied' {
  for (const access of ['read', 'write'] as const) {
    let fd: number | undefined;
    try {
      fd = openQueue(name, access);
      return statusOf(fd);
    } catch (error) {
      if (error instanceof ErrnoError && error.errno === 'ENOENT') return 'gone';
    } finally {
      if (fd !== undefined) close(fd);
    }
  }
  return 'denied';
}
