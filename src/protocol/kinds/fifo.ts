/** FIFOs, named pipes (fifo(7)): facts and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, permissions } from '../facts';
import { asked, waitParameter } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { streamBase, streamCapacity, streamFlags, streamPeek } from './stream';

/** The most that one read takes or one write gives, in bytes. */
export const FIFO_MOST = 65_536;

const object = v.object({
  kind: v.literal('fifo'),
  ...streamBase,
  /** As decimal text: st_dev as stat(2) gives it. */
  device: v.string(),
  /** Its path as a process or a walk found it; bytes that are no UTF-8 stand as \xNN, and then `pathBytes` (base64) has them as they are. */
  path: v.string(),
  pathBytes: v.optional(bytesSchema),
});

/** What proves that the path still names the file that the user was asked about. */
export const fifoIdentity = v.object({ device: v.string(), inode: v.string(), birth: v.string() });

export const fifo = {
  kind: 'fifo',
  object,
  /** fileOnly: a file that nobody has open. unlinked: held, but its name is gone. */
  flags: [...streamFlags, 'fileOnly', 'unlinked'],
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
    /** Opens for reading and takes what is there, at most `length` bytes. With `wait`: until there is some. Empty: end of file, no writer. */
    read: {
      parameters: v.object({
        ref: refSchema,
        length: asked('size', v.pipe(count, v.minValue(1), v.maxValue(FIFO_MOST))),
        wait: waitParameter,
      }),
      result: v.object({ content: bytesSchema, end: v.boolean() }),
    },
    /** Unlinks its name, if it still is that file's. Who has it open keeps it. */
    destroy: {
      parameters: v.object({ ref: refSchema, identity: fifoIdentity }),
      result: v.object({}),
    },
  },
} as const satisfies KindContract;

export type FifoObject = v.InferOutput<typeof object>;
