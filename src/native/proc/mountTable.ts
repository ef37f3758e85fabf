/** Which file systems are mounted (proc(5), mountinfo), by the ids that fdinfo gives: so a descriptor says itself where it lies, whatever its path means by now. */
import { makeMemfd } from '../libc/memfd';
import { close } from '../libc/pipe';
import { askOne } from '../reader/reading';
import { isLocalType, mountsText, unescaped } from './mounts';
import { readSmall } from './read';
import { fieldOf } from './fields';

interface Entry {
  parent: string;
  /** The last part of the path of its mount point. */
  name: string;
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
    const path = unescaped(point);
    table.set(id, { parent, name: path.slice(path.lastIndexOf('/') + 1), type, device });
  }
  return table;
}

/** Types of file systems with a server by their numbers (statfs(2), linux/magic.h), where no table tells their names. */
const REMOTE_MAGIC: ReadonlySet<number> = new Set([
  0x65735546, 0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x00c36400, 0x5346414f, 0x6b414653,
  0x73757245, 0x564c, 0x0187, 0x7461636f, 0x01161970, 0x0bd00bd0, 0x47504653, 0x786f4256, 0x19830326,
  0x20030528, 0xbacbacbc,
]);

/** The mounts that one process sees, as they are when somebody asks. */
export class Mounts {
  private table: Map<string, Entry> | undefined;

  constructor(private readonly pid: number | 'self' = 'self') {}

  /** The id of the mount on which a descriptor of ours lies. Asks no file system. */
  of(fd: number): string | undefined {
    return mountOf(fd);
  }

  typeOf(mount: string): string | undefined {
    return this.entry(mount)?.type;
  }

  deviceOf(mount: string): string | undefined {
    return this.entry(mount)?.device;
  }

  /** Whether it has no server. What is listed nowhere (the kernel's own, of another namespace, or taken away while it was in use) is asked of the reader. */
  isLocal(fd: number, mount: string): boolean {
    const type = this.typeOf(mount);
    if (type !== undefined) return isLocalType(type);
    if (mount === kernelMemory()) return true;
    const magic = askOne({ ask: 'magic', link: `/proc/${process.pid}/fd/${fd}`, mount })?.readUInt32LE();
    return magic !== undefined && !REMOTE_MAGIC.has(magic);
  }

  /** Whether something with a server is mounted on that name in a mount, in whatever folder. Some of these ask it already where one points to what they have. */
  hasRemote(parent: string, name: string): boolean {
    for (const entry of this.read().values())
      if (entry.parent === parent && entry.name === name && !isLocalType(entry.type)) return true;
    return false;
  }

  private entry(mount: string): Entry | undefined {
    const known = this.read().get(mount);
    if (known) return known;
    // It may have been mounted since.
    this.table = undefined;
    return this.read().get(mount);
  }

  private read(): Map<string, Entry> {
    return (this.table ??= parseMountTable(mountsText(this.pid) ?? ''));
  }
}

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
  return mount !== undefined && new Mounts().isLocal(pointer, mount);
}
