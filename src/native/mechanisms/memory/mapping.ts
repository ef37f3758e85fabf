/** Memory that processes map shared and that has no kind of its own: files, memfds, anonymous memory of relatives. */
import { asFailure, IpcFailure } from '../../../protocol/errors';
import type { MappingObject } from '../../../protocol/kinds/mapping';
import { mappingRef, parseMappingRef, type Ref } from '../../../protocol/ref';
import { held, type HeldFile, keyOf, lastHeld, mention } from '../../census/memory/held';
import type { Look } from '../../census/look';
import type { FileStatus } from '../../libc/directory';
import { sealsOf } from '../../libc/files';
import { openFile } from '../../libc/path';
import { close } from '../../libc/fd';
import { exact } from '../../proc/host';
import { kernelName } from '../../proc/names';
import { ownerOf } from '../../proc/users';
import { ErrnoError } from '../../libc/errno';
import { runNow, runSliced } from '../../slices';
import { Unchanged } from '../../unchanged';
import { locksIn } from './locks';
import { isAt, pointToMapped, statusOfMapped } from './mappingFile';
import type { Mechanism } from '../../census/mechanism';
import { readMemory, writeMemory } from './fileRange';
import { readThrough, writeThrough } from './processRange';
import { type NameNow, nameNow } from './nameNow';
import { type Recent, RecentHolders } from './recentHolders';
import { hiddenHolders } from '../common/holders';
import { Untold } from '../common/untold';

const KIND = 'mapping';
const BREATH = 20;

interface MappedFile {
  file: HeldFile;
  recent: Recent[];
}

/** Whether it is an object: two who have it mapped and one who writes, a memfd that two have in any way, or one who writes to a file that is of interest. */
function isShared({ file, recent }: MappedFile, folders: readonly string[]): boolean {
  // A memfd is written and read through descriptors as well, and what is sealed is only read.
  if (file.what === 'memfd') return new Set([...file.ends, ...recent].map(({ pid }) => pid)).size > 1;
  const holders = [...file.ends.filter(({ role }) => role === 'mapped'), ...recent];
  if (!holders.some(({ rights }) => rights?.[1] === 'w')) return false;
  if (new Set(holders.map(({ pid }) => pid)).size > 1) return true;
  const path = file.path.toString();
  return (
    file.what === 'file' &&
    folders.some((folder) => path.startsWith(folder.endsWith('/') ? folder : `${folder}/`))
  );
}

function isMapping({ what }: HeldFile): boolean {
  return what === 'file' || what === 'memfd' || what === 'anonymous';
}

const MEMFD = '/memfd:';

function* build(
  { file: seen, recent }: MappedFile,
  look: Look,
  closely: boolean,
  untold?: Untold,
): Generator<undefined, MappingObject> {
  mention([...seen.ends, ...recent], look.processes);
  // Others may have renamed or unlinked it since those who have it last ran.
  const now = nameNow(seen);
  const file = { ...seen, ...now };
  const { device, inode, ends, mappedTo } = file;
  const what = file.what === 'memfd' || file.what === 'anonymous' ? file.what : 'file';
  const status = statusOfMapped(file, untold);
  const name = what === 'file' ? pathNow(file, now, status) : file.path.subarray(MEMFD.length);
  const shown = name && kernelName(name);
  const seals = closely && what === 'memfd' ? sealsBehind(file) : undefined;
  const unlinked = what === 'file' && status?.links === 0;
  const nameGone = what === 'file' && !status && file.deleted;
  const bytes = status?.bytes ?? (what === 'anonymous' ? mappedTo : undefined);
  return {
    kind: KIND,
    ref: mappingRef(device, inode),
    ...(status && {
      owner: ownerOf(status.uid, status.gid),
      mode: status.mode & 0o777,
    }),
    flags: unlinked ? ['unlinked'] : nameGone ? ['nameGone'] : [],
    endpoints: ends,
    what,
    ...(what !== 'anonymous' &&
      shown && {
        name: shown.text,
        ...(shown.bytes !== undefined && { nameBytes: shown.bytes }),
      }),
    device,
    inode,
    ...(bytes !== undefined && { bytes: exact(BigInt(bytes)) }),
    ...(status && what !== 'file' && { allocated: exact(BigInt(status.allocated)) }),
    ...(seals && { seals }),
    ...(recent.length > 0 && { recent }),
    ...(closely && { locks: yield* locksIn(file, look) }),
  };
}

/** The path of a file. Of one that was seen with those who had it a moment ago, as it was then; undefined where those who have it now do not show it, or it has none but others that nobody knows. */
function pathNow(
  file: HeldFile,
  now: NameNow | undefined,
  status: FileStatus | undefined,
): Buffer | undefined {
  if (!now) return file.ends.length === 0 ? file.path : undefined;
  if (!now.deleted || !status || status.links === 0) return now.path;
  // The mark of a deleted one may be a part of its name.
  const marked = Buffer.concat([now.path, Buffer.from(' (deleted)')]);
  return isAt(file, marked) ? marked : undefined;
}

function sealsBehind(file: HeldFile): string[] | undefined {
  try {
    const pointer = pointToMapped(file);
    try {
      const fd = openFile(pointer, 'read');
      try {
        return sealsOf(fd);
      } finally {
        close(fd);
      }
    } finally {
      close(pointer);
    }
  } catch {
    return undefined;
  }
}

/** The mapping of a ref at this moment, whoever has it. Throws `gone`. */
function* present(ref: Ref, look: Look): Generator<undefined, MappedFile> {
  const parts = parseMappingRef(ref);
  if (!parts) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  const { files } = yield* look.get(held);
  const file = files.get(keyOf(parts));
  if (!file || !isMapping(file)) throw new IpcFailure({ code: 'gone' });
  return { file, recent: [] };
}

/**
 * Through its file where we may open it, else through the memory of a process where it has no name: as the last look found it, and where that leads nowhere any more, as a look finds it now.
 */
function reached<T>(
  ref: Ref,
  look: () => Look,
  { byFile, byMemory }: { byFile: (pointer: number) => T; byMemory: (file: HeldFile) => T },
): T {
  const use = (file: HeldFile) => {
    const pointer = pointerTo(file);
    if (pointer === undefined) return byMemory(file);
    try {
      return byFile(pointer);
    } finally {
      close(pointer);
    }
  };
  const parts = parseMappingRef(ref);
  const now = look();
  const before = parts && now.kept(lastHeld).files.get(keyOf(parts));
  if (before && isMapping(before)) {
    try {
      return use(before);
    } catch (error) {
      if (asFailure(error).code !== 'gone') throw error;
    }
  }
  return use(runNow(present(ref, now)).file);
}

/** Undefined: by its memory alone. Throws `disturbs` where we may not look at all. */
function pointerTo(file: HeldFile): number | undefined {
  try {
    return pointToMapped(file);
  } catch (error) {
    if (file.what !== 'file') return undefined;
    if (error instanceof ErrnoError && error.errno === 'EACCES')
      throw new IpcFailure({ code: 'disturbs', detail: { why: 'denied' } });
    throw error;
  }
}

export function makeMapping(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<MappingObject>();
  const recents = new RecentHolders();

  return {
    kind: KIND,
    *read(look, wanted) {
      const all = yield* look.get(held);
      const files = new Map([...all.files].filter(([, file]) => isMapping(file)));
      if (look.remembered) recents.note(files.values(), look);
      const pass = unchanged.begin(look);
      const objects: MappingObject[] = [];
      const untold = new Untold();
      let [count, memfds] = [0, 0];
      for (const found of recents.all(files, look)) {
        const ref = mappingRef(found.file.device, found.file.inode);
        const closely = wanted.allDetails === true || wanted.details.has(ref);
        const shared = isShared(found, look.folders);
        if (!shared && found.file.what === 'memfd' && found.file.ends.length > 0) memfds++;
        if (shared && ++count % BREATH === 0) yield;
        // What a panel shows stays there when its last partner has left.
        if (shared ? wanted.rows || closely : wanted.details.has(ref))
          objects.push(pass.keep(yield* build(found, look, closely, untold)));
      }
      pass.end();
      // Who has it open only counts too.
      const denied = Math.max(all.denied.mappings, all.denied.descriptors);
      return {
        ...{ count, objects },
        blind: [
          ...hiddenHolders(KIND, { denied }, look),
          ...(memfds > 0 ? [{ kind: KIND, field: 'memfds', code: 'notShown', count: memfds } as const] : []),
          ...untold.blind(KIND, ['bytes', 'mode']),
        ],
      };
    },
    abilities: {
      async inspect({ ref }, { look }) {
        const now = look();
        const found = await runSliced(present(ref, now));
        const object = found && (await runSliced(build(found, now, true)));
        if (!object) throw new IpcFailure({ code: 'cancelled' });
        return object;
      },

      read({ ref, offset, length }, { look }) {
        const range = { offset, length };
        return reached(ref, look, {
          byFile: (pointer) => readMemory(pointer, range),
          byMemory: (file) => readThrough(file, range),
        });
      },

      write({ ref, offset, content }, { look }) {
        const range = { offset, content };
        return reached(ref, look, {
          byFile: (pointer) => writeMemory(pointer, range),
          byMemory: (file) => writeThrough(file, range),
        });
      },
    },
  };
}
