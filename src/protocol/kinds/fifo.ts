/** FIFOs, named pipes (fifo(7)): facts and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment, ownerSchema, permissions } from '../facts';
import { asked, waitParameter } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { streamBase, streamCapacity, streamFlags, streamPeek } from './stream';

/** The most that one read takes or one write gives, in bytes. */
export const FIFO_MOST = 65_536;

const object = v.object({
  kind: v.literal('fifo'),
  ...streamBase,
  /** Absent with `deletedOrReplaced`, as are owner, mode and inode: of that file nobody knows anything. */
  owner: v.optional(ownerSchema),
  mode: v.optional(permissions),
  inode: v.optional(v.string()),
  /** As decimal text: st_dev as stat(2) gives it. */
  device: v.optional(v.string()),
  /** Its path as a process or a walk found it (with `deletedOrReplaced`: as the thread wrote it), empty where that is not known; bytes that are no UTF-8 stand as \xNN, and then `pathBytes` (base64) has them as they are. */
  path: v.string(),
  pathBytes: v.optional(bytesSchema),
  /** Of `inspect`: why the rights in its folder keep its name from being taken away by us; absent where they do not, or nobody can tell. */
  kept: v.optional(v.picklist(['folder', 'sticky'])),
});

const length = v.pipe(count, v.minValue(1), v.maxValue(FIFO_MOST));
const recovery = v.optional(v.object({ folder: v.string(), entry: v.record(v.string(), v.unknown()) }));

/** What proves that the path still names the file that the user was asked about. */
export const fifoIdentity = v.object({ device: v.string(), inode: v.string(), birth: v.string() });

export const fifo = {
  kind: 'fifo',
  foundBy: 'holders',
  object,
  /**
   * fileOnly: a file that nobody has open. unlinked: held, and no name of it is left. deletedOrReplaced: no FIFO that anybody finds, but a thread that waits to open one: what its path led to has gone, or
   * another stands there (its ref is of the thread, `fifoOpenerRef`).
   */
  flags: [...streamFlags, 'fileOnly', 'unlinked', 'deletedOrReplaced'],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    peek: streamPeek,
    alterCapacity: streamCapacity,
    /** mkfifo(3). Fails where the path exists. */
    create: {
      parameters: v.object({
        path: asked('path', v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
        mode: asked('mode', permissions),
      }),
      result: v.object({ ref: refSchema }),
    },
    /** Opens for writing and writes all of it. Without `wait`: fails where nobody reads (ENXIO) or it does not fit (EAGAIN). */
    write: {
      parameters: v.object({ ref: refSchema, content: asked('content', bytesSchema), wait: waitParameter }),
      result: v.object({ bytes: count }),
    },
    /**
     * First half of a read: opens it for reading, as the read needs it, and copies what is there, at most `length` bytes; it stays there. It is held
     * open until `read` or `release`, since what is in a FIFO dies with its last descriptor. Empty: nothing was there yet, or nobody writes.
     */
    copy: {
      parameters: v.object({ ref: refSchema, length, recovery }),
      result: v.object({ copied: count, content: bytesSchema }),
    },
    /** Gives up a copy, and takes nothing. What would die with it goes into the folder of its `recovery`. */
    release: { parameters: v.object({ copied: count }), result: v.object({}) },
    /**
     * Takes what is there, at most `length` bytes, and more where it would be lost else. With `wait`: opens it and waits until there is some. `copied`: the second
     * half of a read. `end`: no writer, and nothing is left. `unread`: bytes left in it. The helper keeps what it took until `acknowledge` of `token`;
     * when the caller dies before that, it goes into the folder of `recovery` as a file of mode 0600, with the fields of `entry`.
     */
    read: {
      parameters: v.object({
        ref: refSchema,
        length: asked('size', length),
        wait: waitParameter,
        copied: v.optional(count),
        recovery,
      }),
      result: v.object({
        /** Absent where nothing was taken. */
        token: v.optional(count),
        content: bytesSchema,
        end: v.boolean(),
        unread: count,
        takenAt: moment,
      }),
    },
    /** The caller has stored what `read` gave it. */
    acknowledge: { parameters: v.object({ token: count }), result: v.object({}) },
    /** Unlinks its name, if it still is that file's. Who has it open keeps it. */
    destroy: {
      parameters: v.object({ ref: refSchema, identity: fifoIdentity }),
      result: v.object({}),
    },
  },
} as const satisfies KindContract;

export type FifoObject = v.InferOutput<typeof object>;
