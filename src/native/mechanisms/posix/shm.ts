/** POSIX shared memory objects, and what else lies in /dev/shm. */
import { ftruncateSync } from 'node:fs';
import { IpcFailure } from '../../../protocol/errors';
import type { ShmObject } from '../../../protocol/kinds/posixShm';
import { posixRef, type Ref } from '../../../protocol/ref';
import type { Look } from '../../census/look';
import { FOLDER } from './shmFolder';
import { ErrnoError } from '../../libc/errno';
import { makeFile, openFile, statusOf, unlinkWithin } from '../../libc/path';
import { close } from '../../libc/fd';
import { exact } from '../../proc/host';
import { typeOfMount } from '../../proc/mounts';
import { runNow, runSliced } from '../../slices';
import { Unchanged } from '../../unchanged';
import { reach } from '../common/paths';
import { locksIn } from '../memory/locks';
import type { Mechanism } from '../../census/mechanism';
import { readMemory, writeMemory } from '../memory/fileRange';
import {
  makerFacts,
  memoryFacts,
  type MemoryObject,
  memoryObjects,
  memoryReading,
  oneMemoryObject,
  statusThrough,
  withMemoryObject,
} from './shmObjects';
import { expectFile, newName, partsOf, pathOf, pointToFile } from './file';
import { linksOf } from '../common/holderLinks';
import { unlinkSame } from '../common/unlinking';
import { Untold } from '../common/untold';

const KIND = 'posix.shm';
const BREATH = 50;

function* build(
  object: MemoryObject,
  look: Look,
  closely: boolean,
  untold?: Untold,
): Generator<undefined, ShmObject> {
  const { folder } = yield* look.get(memoryObjects);
  const { entry, held } = object;
  const status = statusThrough(object, untold);
  const facts = memoryFacts(object, folder, look, status);
  const type = entry?.type ?? 'file';
  const maker = makerFacts(object, status, look);
  return {
    kind: KIND,
    ...facts,
    flags: [...facts.flags, ...(type === 'file' ? [] : ['notMemory'])],
    type,
    ...(type === 'file' &&
      status && {
        bytes: exact(BigInt(status.bytes)),
        allocated: exact(BigInt(status.allocated)),
        writtenAt: status.writtenAt,
      }),
    ...(maker && { maker }),
    ...(closely && { locks: held ? yield* locksIn(held, look) : [] }),
  };
}

/** A pointer to the object's file, which was compared. Throws `gone`, `unsupported` for what is no memory, or ErrnoError. */
function withFile<T>(ref: Ref, look: () => Look, use: (pointer: number) => T): T {
  const parts = partsOf(ref, KIND);
  return withMemoryObject(ref, look, ({ entry, held }) => {
    if ((entry?.type ?? 'file') !== 'file')
      throw new IpcFailure({ code: 'unsupported', detail: { why: 'notMemory' } });
    const pointer = pointToFile(parts, entry?.name, linksOf(held?.ends ?? []));
    try {
      return use(pointer);
    } finally {
      close(pointer);
    }
  });
}

export function makePosixShm(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<ShmObject>();

  return {
    kind: KIND,
    *read(look, wanted) {
      const found = yield* look.get(memoryObjects);
      const pass = unchanged.begin(look);
      const objects: ShmObject[] = [];
      const untold = new Untold();
      let count = 0;
      for (const object of found.all.values()) {
        if (object.kind !== KIND) continue;
        if (++count % BREATH === 0) yield;
        const closely = wanted.allDetails === true || wanted.details.has(object.ref);
        if (wanted.rows || closely) objects.push(pass.keep(yield* build(object, look, closely, untold)));
      }
      pass.end();
      const { blind, ...counted } = memoryReading(KIND, count, found, look);
      const { space } = found.folder;
      return {
        objects,
        ...counted,
        ...(space && { usage: space }),
        blind: [...blind, ...untold.blind(KIND, ['bytes', 'mode'])],
      };
    },
    abilities: {
      async inspect({ ref }, { look }) {
        const now = look();
        const object = await runSliced(oneMemoryObject(ref, now));
        const found = object?.kind === KIND ? await runSliced(build(object, now, true)) : undefined;
        if (!found) throw new IpcFailure({ code: 'gone' });
        return found;
      },

      create({ name, mode, bytes }) {
        const file = newName(name);
        const directory = reach(FOLDER, { last: true });
        try {
          const fd = makeFile(directory, file, mode);
          try {
            cut(fd, bytes);
            const { device, inode, birth } = statusOf(fd);
            return {
              ref: posixRef(KIND, { device, inode, birth: typeOfMount(FOLDER) === 'tmpfs' ? '0' : birth }),
            };
          } catch (error) {
            unlinkWithin(directory, file);
            throw error;
          } finally {
            close(fd);
          }
        } finally {
          close(directory);
        }
      },

      read({ ref, offset, length }, { look }) {
        return withFile(ref, look, (pointer) => readMemory(pointer, { offset, length }));
      },

      write({ ref, offset, content }, { look }) {
        return withFile(ref, look, (pointer) => writeMemory(pointer, { offset, content }));
      },

      resize({ ref, bytes }, { look }) {
        return withFile(ref, look, (pointer) => {
          const fd = openFile(pointer, 'both');
          try {
            const before = statusOf(fd).bytes;
            cut(fd, bytes);
            return { before: exact(BigInt(before)) };
          } finally {
            close(fd);
          }
        });
      },

      destroy({ ref }, { look }) {
        const parts = partsOf(ref, KIND);
        const object = runNow(oneMemoryObject(ref, look()));
        if (!object?.entry) throw new IpcFailure({ code: 'gone' });
        unlinkSame(pathOf(object.entry.name), (pointer) => void expectFile(parts, pointer));
        return {};
      },
    },
  };
}

/** ftruncate(2). Throws ErrnoError (EFBIG, EPERM: sealed). */
function cut(fd: number, bytes: number): void {
  try {
    ftruncateSync(fd, bytes);
  } catch (error) {
    throw new ErrnoError('ftruncate', (error as NodeJS.ErrnoException).code ?? 'EIO');
  }
}
