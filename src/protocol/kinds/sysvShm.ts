/** System V shared memory segments: facts (struct shmid_ds, shmctl(2)) and abilities. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { bigCount, count, moment, pastSchema, sysvBase } from '../facts';
import { asked, createBase, created } from '../inputs';
import { refSchema } from '../ref';
import { alterParameters, destroyed, destroyParameters, segmentIdentity } from './identity';
import type { KindContract } from './kind';
import { lockSchema } from './posix';

/** The largest range that one read or write moves, in bytes. */
export const RANGE_MOST = 65_536;

const object = v.object({
  kind: v.literal('sysv.shm'),
  ...sysvBase,
  /** shm_segsz */
  bytes: bigCount,
  /** shm_nattch: the kernel counts mappings, not processes. Its holders stand in `endpoints`, one for each mapping that was seen. */
  attachments: count,
  /** Bytes in memory, and in swap (the last two columns of /proc/sysvipc/shm) */
  resident: bigCount,
  swapped: bigCount,
  /** shm_cpid; it made the segment at changedAt or before */
  createdBy: pastSchema,
  /** shm_lpid at the later of shm_atime and shm_dtime */
  lastUse: v.nullable(pastSchema),
  /** shm_atime, shm_dtime; null: never */
  attachedAt: v.nullable(moment),
  detachedAt: v.nullable(moment),
  /** Details: what threads sleep on in it. */
  locks: v.optional(v.array(lockSchema)),
});

/** What a segment may be made with: the kernel's own type ends at 2^64 and would wrap. */
const newSize = v.pipe(
  bigCount,
  // A check runs also on what is wrong already.
  v.check(
    (bytes) => (typeof bytes === 'number' ? bytes >= 0 : /^\d+$/.test(bytes) && BigInt(bytes) < 1n << 63n),
    'range',
  ),
);

/** A part of a range, from `from` up to before `to`, in bytes of the segment. */
export const pieceSchema = v.object({
  from: count,
  to: count,
  /**
   * `data`: read. `untouched`: no process ever touched these pages; they are zero, and stay untouched. `absent`: in swap, and left there.
   * `unknown`: perhaps in swap, so they were not read (before Linux 6.5 nobody can ask without touching them).
   */
  state: v.picklist(['data', 'untouched', 'absent', 'unknown']),
});
export type Piece = v.InferOutput<typeof pieceSchema>;

const range = {
  offset: asked('offset', count),
  length: asked('size', v.pipe(count, v.minValue(1), v.maxValue(RANGE_MOST))),
};

export const sysvShm = {
  kind: 'sysv.shm',
  foundBy: 'kernel',
  object,
  /** marked: destroyed, goes when the last process detaches (SHM_DEST); locked: kept out of swap (SHM_LOCKED) */
  flags: ['marked', 'locked'],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    /** The kernel rounds up to whole pages when it maps, not the size that it shows. */
    create: {
      parameters: v.object({ ...createBase, bytes: asked('size', newSize) }),
      result: created,
    },
    /**
     * Reads a range, cut at the end of the segment. Without `attach` it leaves no trace, where the kernel allows that: through
     * `map_files` of an attached process, or where nothing was ever touched; else it fails with `disturbs`. With `attach` it attaches
     * read-only for a moment: we become the last pid, and the attach time moves. Never allocates a page.
     */
    read: {
      parameters: v.object({ ref: refSchema, ...range, attach: v.boolean() }),
      result: v.object({
        offset: count,
        /** Zeros stand for pages that were not read; `pieces` covers the whole range in order. */
        content: bytesSchema,
        pieces: v.array(pieceSchema),
        way: v.picklist(['untouched', 'mapFiles', 'attach']),
        readAt: moment,
      }),
    },
    /** Attaches for a moment and writes. `before`: what stood there, so that it can be put back. */
    write: {
      parameters: v.object({
        ref: refSchema,
        identity: segmentIdentity,
        offset: range.offset,
        content: asked('content', bytesSchema),
      }),
      result: v.object({ bytes: count, before: bytesSchema }),
    },
    /** SHM_LOCK, SHM_UNLOCK */
    lock: { parameters: v.object({ ref: refSchema, identity: segmentIdentity }), result: v.object({}) },
    unlock: { parameters: v.object({ ref: refSchema, identity: segmentIdentity }), result: v.object({}) },
    alter: { parameters: alterParameters(segmentIdentity, {}), result: v.object({}) },
    destroy: { parameters: destroyParameters(segmentIdentity), result: destroyed },
  },
} as const satisfies KindContract;

export type SegmentObject = v.InferOutput<typeof object>;
export type SegmentRange = v.InferOutput<typeof sysvShm.abilities.read.result>;
