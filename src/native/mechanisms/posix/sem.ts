/** POSIX named semaphores: those of /dev/shm, and unlinked ones in the memory of processes. */
import { IpcFailure } from '../../../protocol/errors';
import { toBytes } from '../../../protocol/bytes';
import type { NamedSemaphoreObject } from '../../../protocol/kinds/posixSem';
import { posixRef, type Ref } from '../../../protocol/ref';
import * as v from 'valibot';
import { count as countSchema } from '../../../protocol/facts';
import { commonAncestor } from '../../census/processes/ancestors';
import type { Look } from '../../census/look';
import { FOLDER, hasPrefix, PREFIX } from './shmFolder';
import { createSemaphore, ownLayout } from '../../libc/semaphore';
import { openFile, readAt, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { typeOfMount } from '../../proc/mounts';
import { reach } from '../common/paths';
import { parseSemaphore, SEMAPHORE_BYTES, type SemaphoreWords } from '../../proc/semaphoreWords';
import { runNow, runSliced } from '../../slices';
import { Unchanged } from '../../unchanged';
import type { ActContext, Mechanism } from '../../census/mechanism';
import {
  makerFacts,
  memoryFacts,
  type MemoryObject,
  memoryObjects,
  memoryReading,
  oneMemoryObject,
  statusThrough,
} from './shmObjects';
import { expectFile, newName, partsOf, pathOf, pointToFile } from './file';
import { linksOf, someLinksOf } from '../common/holderLinks';
import { memoryThrough, windows } from '../memory/stillMapped';
import { unlinkSame } from '../common/unlinking';
import { Untold } from '../common/untold';

const KIND = 'posix.sem';
const BREATH = 20;
/** Of those who have it, how many are asked for its words in their memory. */
const ASKED = 64;

/** Its words: from the file, else from the memory of a process that has it; undefined where neither may be read. */
function wordsOf({ parts, entry, held }: MemoryObject): SemaphoreWords | undefined {
  if (entry?.semaphore) return entry.semaphore === 'denied' ? undefined : entry.semaphore;
  const ends = held?.ends ?? [];
  try {
    const pointer = pointToFile(parts, undefined, someLinksOf(ends));
    try {
      const fd = openFile(pointer, 'read');
      try {
        return parseSemaphore(readAt(fd, 0, SEMAPHORE_BYTES));
      } finally {
        close(fd);
      }
    } finally {
      close(pointer);
    }
  } catch {
    // Not ours to open; its memory may be.
  }
  for (const window of held ? windows(held).slice(0, ASKED) : []) {
    const memory = held && memoryThrough(held, window, 0, SEMAPHORE_BYTES);
    if (memory) return parseSemaphore(memory);
  }
  return undefined;
}

/** The family of those who have it; many semaphores have the same. */
class Families {
  private readonly known = new Map<string, ReturnType<typeof commonAncestor>>();

  of(pids: readonly number[]): ReturnType<typeof commonAncestor> {
    if (pids.length === 0) return undefined;
    const key = [...new Set(pids)].sort().join();
    if (!this.known.has(key)) this.known.set(key, commonAncestor(pids));
    return this.known.get(key);
  }
}

function* build(
  object: MemoryObject,
  look: Look,
  families: Families,
  untold?: Untold,
): Generator<undefined, NamedSemaphoreObject> {
  const { folder } = yield* look.get(memoryObjects);
  const { entry, held, name } = object;
  const words = wordsOf(object);
  const status = statusThrough(object, untold);
  const facts = memoryFacts(object, folder, look, status);
  const maker = makerFacts(object, status, look);
  const family = families.of((held?.ends ?? []).map(({ pid }) => pid));
  const layout = words?.layout ?? 'glibc';
  return {
    kind: KIND,
    ...facts,
    // sem_open(3) is told the name without the prefix of glibc.
    ...(facts.name !== undefined &&
      name &&
      hasPrefix(name) && { name: `/${facts.name.slice(1 + PREFIX.length)}` }),
    flags: [...facts.flags, ...(entry && layout === 'musl' ? ['guessed'] : [])],
    layout,
    ...(words && { value: words.value, waiters: words.waiters }),
    ...(maker && { maker }),
    ...(family && { family }),
  };
}

/** The semaphore of a ref. Throws `gone`. */
function present(ref: Ref, look: Look): MemoryObject {
  const object = runNow(oneMemoryObject(ref, look));
  if (object?.kind !== KIND) throw new IpcFailure({ code: 'gone' });
  return object;
}

/** Carried out in a process of its own, since a semaphore is memory that others may cut short. */
async function operate(
  ability: 'post' | 'tryWait' | 'wait',
  ref: Ref,
  { look, wait }: ActContext,
): Promise<Record<string, unknown>> {
  const { parts, entry, held } = present(ref, look());
  const parameters = {
    ...(entry && { path: toBytes(pathOf(entry.name)) }),
    links: linksOf(held?.ends ?? []),
    identity: parts,
  };
  const ended = await wait({ kind: KIND, ability, ref, id: 0, parameters });
  if (ended.is === 'held') throw new IpcFailure({ code: 'internal', text: 'it holds nothing' });
  return ended.result;
}

const valueSchema = v.object({ value: countSchema });

export function makePosixSem(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<NamedSemaphoreObject>();

  return {
    kind: KIND,
    *read(look, wanted) {
      const found = yield* look.get(memoryObjects);
      const pass = unchanged.begin(look);
      const objects: NamedSemaphoreObject[] = [];
      const families = new Families();
      const untold = new Untold();
      let [count, hidden] = [0, 0];
      for (const object of found.all.values()) {
        if (object.kind !== KIND) continue;
        if (++count % BREATH === 0) yield;
        if (!wanted.rows && !wanted.allDetails && !wanted.details.has(object.ref)) continue;
        const built = pass.keep(yield* build(object, look, families, untold));
        if (built.value === undefined) hidden++;
        objects.push(built);
      }
      pass.end();
      const { blind, ...counted } = memoryReading(KIND, count, found, look);
      return {
        ...counted,
        objects,
        blind: [
          ...blind,
          ...(hidden > 0 ? [{ kind: KIND, field: 'value', code: 'denied', count: hidden } as const] : []),
          ...untold.blind(KIND, ['mode']),
        ],
      };
    },
    abilities: {
      async inspect({ ref }, { look }) {
        const now = look();
        await runSliced(now.get(memoryObjects));
        return runNow(build(present(ref, now), now, new Families()));
      },

      create({ name, mode, value }) {
        newName(name);
        createSemaphore(name, mode, value);
        const prefix = ownLayout() === 'glibc' ? PREFIX : Buffer.alloc(0);
        const pointer = reach(pathOf(Buffer.concat([prefix, Buffer.from(name.slice(1))])));
        try {
          const { device, inode, birth } = statusOf(pointer);
          return {
            ref: posixRef(KIND, { device, inode, birth: typeOfMount(FOLDER) === 'tmpfs' ? '0' : birth }),
          };
        } finally {
          close(pointer);
        }
      },

      async post({ ref }, context) {
        return v.parse(valueSchema, await operate('post', ref, context));
      },

      async tryWait({ ref }, context) {
        return v.parse(valueSchema, await operate('tryWait', ref, context));
      },

      async wait({ ref }, context) {
        await operate('wait', ref, context);
        return {};
      },

      destroy({ ref }, { look }) {
        const parts = partsOf(ref, KIND);
        const { entry } = present(ref, look());
        if (!entry) throw new IpcFailure({ code: 'gone' });
        unlinkSame(pathOf(entry.name), (pointer) => void expectFile(parts, pointer));
        return {};
      },
    },
  };
}
