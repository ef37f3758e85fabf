/** What lies in /dev/shm and what is held of it, once for semaphores and shared memory objects alike. */
import type { Endpoint } from '../../../protocol/facts';
import { asFailure, IpcFailure } from '../../../protocol/errors';
import type { Maker } from '../../../protocol/kinds/posix';
import { type FileParts, posixRef, type Ref } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';
import { type Held, held, type HeldFile, keyOf, mention } from '../../census/memory/held';
import { kept, type Look, survey } from '../../census/look';
import { type Folder, type FolderEntry, hasPrefix, readFolder } from './shmFolder';
import type { FileStatus } from '../../libc/directory';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { makerOf } from '../../proc/makers';
import { kernelName } from '../../proc/names';
import { ownerOf } from '../../proc/users';
import { runNow } from '../../slices';
import { isTemporary, nameNow } from '../memory/nameNow';
import { pointToOne, someLinksOf } from '../common/holderLinks';
import { hiddenHolders } from '../common/holders';
import type { Untold } from '../common/untold';

/** One object: its entry, its holders, or both. */
export interface MemoryObject {
  kind: 'posix.sem' | 'posix.shm';
  parts: FileParts;
  ref: Ref;
  /** Without slash, as it is in the folder; undefined for one that has no name there. */
  entry?: FolderEntry;
  /** Absent: nobody was seen to have it. */
  held?: HeldFile;
  /** Of the folder, or as a process shows it now; absent where none shows one, or (`unsettled`) those who had it have it no more, so that what they show may be of anything. */
  name?: Buffer;
  unsettled?: true;
}

/** All of them. */
export interface MemoryObjects {
  folder: Folder;
  held: Held;
  all: Map<Ref, MemoryObject>;
}

/** Of the last look, whoever took it: an act on one of them need not walk all processes again to find the file, since it compares what it finds. */
const lastObjects = kept(() => ({ all: new Map() as ReadonlyMap<Ref, MemoryObject> }));

/** Who holds what first, then the folder: what was made in between has no holder yet, and what was unlinked is still held. */
export const memoryObjects = survey(function* (look): Generator<undefined, MemoryObjects> {
  const all = yield* look.get(held);
  const folder = yield* readFolder();
  const objects: MemoryObjects = { folder, held: all, all: new Map() };
  const named = new Set<string>();
  for (const entry of folder.entries) {
    const { device, inode } = entry.status;
    const birth = folder.tmpfs ? '0' : entry.status.birth;
    const kind = entry.semaphore ? 'posix.sem' : 'posix.shm';
    const key = keyOf(entry.status);
    named.add(key);
    // Of a file with two names the first stands for it.
    add(objects, kind, { device, inode, birth }, { entry, held: all.files.get(key), name: entry.name });
  }
  for (const [key, file] of all.files) {
    if (file.what !== 'memory' || named.has(key)) continue;
    const { device, inode } = file;
    const birth = folder.tmpfs || device !== folder.device ? '0' : (file.status?.birth ?? '0');
    const now = nameNow(file);
    const kind = hasPrefix(lastPart((now ?? file).path)) ? 'posix.sem' : 'posix.shm';
    const name = now ? { name: lastPart(now.path) } : isTemporary(file) ? {} : { unsettled: true as const };
    add(objects, kind, { device, inode, birth }, { held: file, ...name });
  }
  look.kept(lastObjects).all = objects.all;
  return objects;
});

function lastPart(path: Buffer): Buffer {
  return path.subarray(path.lastIndexOf(0x2f) + 1);
}

function add(
  { all }: MemoryObjects,
  kind: 'posix.sem' | 'posix.shm',
  parts: FileParts,
  rest: Pick<MemoryObject, 'entry' | 'name' | 'unsettled'> & { held?: HeldFile | undefined },
): void {
  const ref = posixRef(kind, parts);
  const { held, ...facts } = rest;
  if (!all.has(ref)) all.set(ref, { kind, parts, ref, ...facts, ...(held && { held }) });
}

/** What a reading of one kind says of them all: how many there are, where somebody can know, and what could not be looked at. */
export function memoryReading(
  kind: MemoryObject['kind'],
  count: number,
  { folder: { unlisted, entries }, held: { denied }, all }: MemoryObjects,
  look: Look,
): { count?: number; blind: Blind[] } {
  const { descriptors, mappings } = denied;
  const subfolders = entries.filter(({ type }) => type === 'directory').length;
  let unsettled = 0;
  for (const object of all.values()) if (object.kind === kind && object.unsettled) unsettled++;
  return {
    // Those that could not be listed are not none.
    ...(!unlisted && { count }),
    blind: [
      ...(unlisted ? [{ kind, code: unlisted }] : []),
      // What lies in them has no name that shm_open(3) takes.
      ...(kind === 'posix.shm' && subfolders > 0
        ? [{ kind, field: 'subfolders', code: 'notShown', count: subfolders } as const]
        : []),
      ...(unsettled > 0 ? [{ kind, field: 'name', code: 'unsettled' as const, count: unsettled }] : []),
      ...hiddenHolders(kind, { denied: Math.max(descriptors, mappings) }, look),
    ],
  };
}

/** The facts that semaphores and shared memory objects share. `status`: of its file, where that could be had. */
export function memoryFacts(
  { parts, ref, entry, held, name }: MemoryObject,
  folder: Folder,
  look: Look,
  status: FileStatus | undefined,
) {
  const shown = name && kernelName(name);
  // What the folder does not list has no name in it, whatever those who have it were told when they last ran.
  const unlinked =
    !entry &&
    (status
      ? status.links === 0
      : (!folder.unlisted && parts.device === folder.device) || held?.deleted === true);
  const own = look.own(ref);
  const ours = new Set(own.map(({ pid }) => pid));
  mention(held?.ends ?? [], look.processes);
  return {
    ref,
    ...(status && {
      owner: ownerOf(status.uid, status.gid),
      mode: status.mode & 0o777,
    }),
    flags: [
      ...(unlinked ? ['unlinked'] : []),
      ...(!entry && !unlinked && parts.device !== folder.device ? ['elsewhere'] : []),
    ],
    endpoints: [
      ...(held?.ends ?? []).filter(({ pid }) => !ours.has(pid)),
      // A post takes a process of its own too, but does not wait.
      ...own.filter(({ act }) => act?.ability === 'wait'),
    ],
    ...(shown && { name: `/${shown.text}` }),
    ...(shown?.bytes !== undefined && { nameBytes: shown.bytes }),
    device: parts.device,
    inode: parts.inode,
  };
}

/** The status of an object's file: of the folder, of a descriptor, or through a mapping where we may. `untold`: is told why there is none. */
export function statusThrough({ parts, entry, held }: MemoryObject, untold?: Untold): FileStatus | undefined {
  if (entry) return entry.status;
  try {
    const pointer = pointToOne({ links: someLinksOf(held?.ends ?? []) }, (one) => {
      const { device, inode } = statusOf(one);
      return device === parts.device && inode === parts.inode;
    });
    try {
      return statusOf(pointer);
    } finally {
      close(pointer);
    }
  } catch (error) {
    untold?.note(error);
    return undefined;
  }
}

/** Who made it by its name, and what became of that process. `status`: of its file. */
export function makerFacts(
  { name, held }: MemoryObject,
  status: FileStatus | undefined,
  look: Look,
): Maker | undefined {
  const maker = name && makerOf(name.toString('latin1'));
  if (maker?.pid === undefined) return maker;
  return { ...maker, now: makerNow(maker.pid, held?.ends ?? [], status, look) };
}

/** A number in a name is of whoever had it when the file was made. */
function makerNow(
  pid: number,
  ends: readonly Endpoint[],
  status: FileStatus | undefined,
  look: Look,
): NonNullable<Maker['now']> {
  const holds = ends.some((end) => end.pid === pid);
  // The number may be of another pid namespace, but for one that has the memory and this number.
  if (look.unseen.includes('pidNamespace') && !holds) return 'unknown';
  const birth = status && status.birth !== '0' ? Number(BigInt(status.birth) / 1_000_000n) : undefined;
  // Without a birth time only a later moment is known: it was made then or before.
  const fate = look.processes.hadNumber(pid, birth ?? status?.writtenAt ?? Infinity);
  if (fate === 'gone' || fate === 'other') return 'gone';
  if (!holds && (fate === 'unknown' || birth === undefined)) return 'unknown';
  look.processes.living(pid);
  return 'lives';
}

/** The object of a ref at this moment; undefined where it is gone. */
export function* oneMemoryObject(ref: Ref, look: Look): Generator<undefined, MemoryObject | undefined> {
  return (yield* look.get(memoryObjects)).all.get(ref);
}

/** Does something with an object as the last look found it, and where its file is not to be found there any more, as a look finds it now. Throws `gone`. */
export function withMemoryObject<T>(ref: Ref, look: () => Look, use: (object: MemoryObject) => T): T {
  const now = look();
  const before = now.kept(lastObjects).all.get(ref);
  if (before) {
    try {
      return use(before);
    } catch (error) {
      if (asFailure(error).code !== 'gone') throw error;
    }
  }
  const object = runNow(oneMemoryObject(ref, now));
  if (!object) throw new IpcFailure({ code: 'gone' });
  return use(object);
}
