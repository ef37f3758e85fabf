/** Which file systems are mounted (proc(5), mountinfo), by the ids that fdinfo gives: so a descriptor says itself where it lies, whatever its path means by now. */
import { openSync } from 'node:fs';
import { makeMemfd } from '../libc/memfd';
import { close, eventsOf } from '../libc/fd';
import { askOne } from '../reader/reading';
import { isLocalType, unescaped } from './mounts';
import { readSmall, readWholeOf } from './read';
import { fieldOf } from './fields';

interface Entry {
  parent: string;
  /** The path of its mount point, from the root of who sees it. */
  point: string;
  type: string;
  device: string;
}

/** By the id of the mount. Parses mountinfo: id, parent, device, root, mount point; behind ` - ` stands the type. */
export function parseMountTable(text: string): Map<string, Entry> {
  const table = new Map<string, Entry>();
  for (const line of text.split('\n')) {
    const [id, parent, device, , point] = line.split(' ');
    const type = / - (\S+)/.exec(line)?.[1];
    if (id === undefined || parent === undefined || device === undefined || point === undefined) continue;
    if (type === undefined) continue;
    table.set(id, { parent, point: unescaped(point), type, device });
  }
  return table;
}

/** Types of file systems with a server by their numbers (statfs(2), linux/magic.h), where no table tells their names. */
const REMOTE_MAGIC: ReadonlySet<number> = new Set([
  0x65735546, 0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x00c36400, 0x5346414f, 0x6b414653,
  0x73757245, 0x564c, 0x0187, 0x7461636f, 0x01161970, 0x0bd00bd0, 0x47504653, 0x786f4256, 0x19830326,
  0x20030528, 0xbacbacbc,
]);

/** f_type of procfs (linux/magic.h). */
const PROC_MAGIC = 0x9fa0;
/** How often a table is read again that changes while it is read. */
const TRIES = 5;
const NONE: ReadonlyMap<string, Entry> = new Map();

/**
 * The mounts that one process sees, at any moment. The id of a mount is given again once it is gone, but not while we point into it: so what is pointed to is told by a table that is no older. The
 * kernel says whether one has changed since it was read (poll(2) on mountinfo, proc(5)). To be closed.
 */
export class Mounts {
  private table: ReadonlyMap<string, Entry> | undefined;
  /** Ids by parent and mount point. */
  private points: ReadonlyMap<string, string> | undefined;
  private fd: number | undefined;

  /** `source`: a mountinfo of /proc. */
  constructor(private readonly source = '/proc/self/mountinfo') {}

  /** The id of the mount on which a descriptor of ours lies. Asks no file system. */
  of(fd: number): string | undefined {
    return mountOf(fd);
  }

  deviceOf(mount: string): string | undefined {
    return this.now().get(mount)?.device;
  }

  /** Whether it has no server. What is listed nowhere (the kernel's own, of another namespace, or taken away while it was in use) is asked of the reader. */
  isLocal(fd: number, mount: string): boolean {
    const type = this.now().get(mount)?.type;
    if (type !== undefined) return isLocalType(type);
    if (mount === kernelMemory()) return true;
    const magic = magicOf(fd, mount);
    return magic !== undefined && !REMOTE_MAGIC.has(magic);
  }

  /** Whether it is /proc, wherever that is mounted. Of one that has no server. */
  isProc(fd: number, mount: string): boolean {
    const type = this.now().get(mount)?.type;
    return type === undefined ? magicOf(fd, mount) === PROC_MAGIC : type === 'proc';
  }

  /**
   * Whether who steps from a mount to a path (from the root of who sees it) comes to something with a server. Some of these ask it already where one points to what they have, and autofs(5) where one
   * passes.
   */
  hasRemote(parent: string, path: string): boolean {
    const table = this.now();
    this.points ??= new Map([...table].map(([id, { parent: below, point }]) => [`${below} ${point}`, id]));
    let type: string | undefined;
    // One may lie over the other.
    let [id, left] = [this.points.get(`${parent} ${path}`), table.size];
    for (; id !== undefined && left > 0; left--) {
      type = table.get(id)?.type;
      if (type === 'autofs') return true;
      id = this.points.get(`${id} ${path}`);
    }
    return type !== undefined && !isLocalType(type);
  }

  /** Opens it at once, for its path may lead elsewhere soon. False where it cannot be opened. */
  open(): boolean {
    if (this.fd !== undefined) return true;
    try {
      this.fd = openSync(this.source, 'r');
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    if (this.fd !== undefined) close(this.fd);
    this.fd = this.table = this.points = undefined;
  }

  /** The table as it is now. */
  private now(): ReadonlyMap<string, Entry> {
    const fd = this.open() ? this.fd : undefined;
    if (fd === undefined) return NONE;
    // What is told as changed may be in it already, or come while it is read.
    for (let tries = 0; tries < TRIES && (eventsOf(fd).error || !this.table); tries++) {
      const text = readWholeOf(fd)?.toString('latin1');
      this.table = text === undefined ? undefined : parseMountTable(text);
      this.points = undefined;
    }
    return this.table ?? NONE;
  }
}

/** The number of the file system on which a descriptor of ours lies, which only the reader asks for. */
function magicOf(fd: number, mount: string): number | undefined {
  return askOne({ ask: 'magic', link: `/proc/${process.pid}/fd/${fd}`, mount })?.readUInt32LE();
}

/** Of the kernel, and so of this process. */
let memory: string | undefined;

/** The mount of the kernel's own on which memfds and System V segments lie; it stays as long as the machine runs. */
function kernelMemory(): string | undefined {
  if (memory !== undefined) return memory;
  const fd = makeMemfd();
  if (fd === undefined) return undefined;
  memory = mountOf(fd);
  close(fd);
  return memory;
}

/** The id of the mount on which a descriptor of ours lies (proc(5), fdinfo). */
export function mountOf(fd: number): string | undefined {
  return fieldOf(readSmall(`/proc/self/fdinfo/${fd}`)?.toString('latin1'), 'mnt_id');
}

/** Whether what we point to lies on no file system with a server: so it may be opened. */
export function isLocalPointer(pointer: number): boolean {
  const mount = mountOf(pointer);
  return mount !== undefined && withMounts((mounts) => mounts.isLocal(pointer, mount));
}

/** Uses the mounts that we see. */
export function withMounts<T>(use: (mounts: Mounts) => T): T {
  const mounts = new Mounts();
  try {
    return use(mounts);
  } finally {
    mounts.close();
  }
}
