/** POSIX shared memory objects (shm_overview(7)): files in /dev/shm, and what else lies there; unlinked ones while somebody has them. */
import * as v from 'valibot';
import { bigCount, count, moment } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { memoryRead, memoryWrite } from './memoryRange';
import { lockSchema, makerSchema, posixBase, posixCreateBase, posixCreated } from './posix';

const object = v.object({
  kind: v.literal('posix.shm'),
  ...posixBase,
  /** What lies there under this name. Only a `file` is shared memory; whatever else somebody put there is shown as what it is, and never followed or opened. */
  type: v.picklist(['file', 'directory', 'fifo', 'socket', 'link', 'device', 'unknown']),
  /** st_size; of a `file` only, as are the next two. */
  bytes: v.optional(bigCount),
  /** st_blocks: bytes really in memory or swap; the rest was never touched. */
  allocated: v.optional(bigCount),
  /** st_mtime: the last write(2), or the first store to a page. Later stores through a mapping leave it as it was. */
  writtenAt: v.optional(moment),
  maker: v.optional(makerSchema),
  /** Details: what threads sleep on in it. */
  locks: v.optional(v.array(lockSchema)),
});

const ofRef = v.object({ ref: refSchema });
const newSize = v.pipe(count, v.maxValue(Number.MAX_SAFE_INTEGER));

export const posixShm = {
  kind: 'posix.shm',
  foundBy: 'holders',
  object,
  /** unlinked: its name is gone. notMemory: `type` is no file. elsewhere: it lies in the /dev/shm of another mount namespace. */
  flags: ['unlinked', 'notMemory', 'elsewhere'],
  abilities: {
    inspect: { parameters: ofRef, result: object },
    /** shm_open(3) with O_CREAT | O_EXCL, then ftruncate(2). */
    create: {
      parameters: v.object({ ...posixCreateBase, bytes: asked('size', newSize) }),
      result: posixCreated,
    },
    read: memoryRead,
    write: memoryWrite,
    /** ftruncate(2). A process that touches a page behind the new end gets SIGBUS: `bytes` below the present size needs a warning. */
    resize: {
      parameters: v.object({ ref: refSchema, bytes: asked('size', newSize) }),
      result: v.object({ before: bigCount }),
    },
    /** shm_unlink(3), if the name still is this object's, whatever its type (but no directory). Who has it keeps it. */
    destroy: { parameters: ofRef, result: v.object({}) },
  },
} as const satisfies KindContract;

export type ShmObject = v.InferOutput<typeof object>;
