/** System V semaphore sets: facts (struct semid_ds, semctl(2)) and abilities. */
import * as v from 'valibot';
import { count, moment, sysvBase } from '../facts';
import { refSchema } from '../ref';
import { destroyed, destroyParameters, setIdentity } from './identity';
import type { KindContract } from './kind';

const object = v.object({
  kind: v.literal('sysv.sem'),
  ...sysvBase,
  /** sem_nsems: how many semaphores the set has */
  semaphores: count,
  /** sem_otime: the last semop; null before the first */
  lastOperationAt: v.nullable(moment),
});

/** A set at one moment, with how many threads wait in it; the counts are absent where they may not be read. */
const inspected = v.object({
  object,
  /** Sum of GETNCNT: threads that wait for a value to rise. */
  waitForIncrease: v.optional(count),
  /** Sum of GETZCNT: threads that wait for zero. */
  waitForZero: v.optional(count),
});

export const sysvSem = {
  kind: 'sysv.sem',
  object,
  flags: [],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: inspected },
    destroy: { parameters: destroyParameters(setIdentity), result: destroyed },
  },
} as const satisfies KindContract;

export type SetObject = v.InferOutput<typeof object>;
