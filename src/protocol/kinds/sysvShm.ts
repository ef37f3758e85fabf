/** System V shared memory segments: facts (struct shmid_ds, shmctl(2)) and abilities. */
import * as v from 'valibot';
import { bigCount, count, moment, pastSchema, sysvBase } from '../facts';
import { refSchema } from '../ref';
import { destroyed, destroyParameters, segmentIdentity } from './identity';
import type { KindContract } from './kind';

const object = v.object({
  kind: v.literal('sysv.shm'),
  ...sysvBase,
  /** shm_segsz */
  bytes: bigCount,
  /** shm_nattch: the kernel counts mappings, not processes */
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
});

export const sysvShm = {
  kind: 'sysv.shm',
  object,
  /** marked: destroyed, goes when the last process detaches (SHM_DEST); locked: kept out of swap (SHM_LOCKED) */
  flags: ['marked', 'locked'],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    destroy: { parameters: destroyParameters(segmentIdentity), result: destroyed },
  },
} as const satisfies KindContract;

export type SegmentObject = v.InferOutput<typeof object>;
