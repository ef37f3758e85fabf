/** System V semaphore sets: facts (struct semid_ds, semctl(2)) and abilities. */
import * as v from 'valibot';
import { count, moment, pastSchema, sysvBase } from '../facts';
import { asked, createBase, created, waitParameter } from '../inputs';
import { refSchema } from '../ref';
import { alterParameters, destroyed, destroyParameters, setIdentity } from './identity';
import type { KindContract } from './kind';

/** Sets up to this size show each value in their row. */
export const SMALL_SET = 8;
/** SEMVMX: the highest value (semctl(2)). */
export const SEMAPHORE_MOST = 32_767;
/** A semaphore's number has 16 bits. What this machine allows (SEMMSL, SEMOPM) the kernel itself says. */
const SET_MOST = 65_536;
const OPERATIONS_MOST = 10_000;

const value = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(SEMAPHORE_MOST));
const counts = v.array(count);

/** One operation of semop(2): `change` is added to semaphore `number`; a negative one waits until it can be, 0 waits for zero. */
export const operationSchema = v.object({
  number: v.pipe(count, v.maxValue(65_535)),
  change: v.pipe(v.number(), v.integer(), v.minValue(-32_768), v.maxValue(SEMAPHORE_MOST)),
});
export type Operation = v.InferOutput<typeof operationSchema>;
const operations = asked(
  'operations',
  v.pipe(v.array(operationSchema), v.minLength(1), v.maxLength(OPERATIONS_MOST)),
);

/** Each semaphore by its number. The arrays are as long as the set. */
const detailsSchema = v.object({
  values: counts,
  /** GETPID: the process that changed it last, 0 for none. What became of each stands in `past`. */
  lastPids: counts,
  /** GETNCNT, GETZCNT: how many threads wait for it to rise, and to be zero. */
  waitForIncrease: counts,
  waitForZero: counts,
  /** Each pid of `lastPids` once, but 0. */
  past: v.array(pastSchema),
});

const object = v.object({
  kind: v.literal('sysv.sem'),
  ...sysvBase,
  /** sem_nsems: how many semaphores the set has */
  semaphores: count,
  /** sem_otime: the last semop; null before the first */
  lastOperationAt: v.nullable(moment),
  /** Of sets up to SMALL_SET. Absent where the mode does not let us read (semctl demands read permission). */
  values: v.optional(counts),
  waitForIncrease: v.optional(counts),
  waitForZero: v.optional(counts),
  /** Of larger sets: how many have the value 0. */
  atZero: v.optional(count),
  /** Where somebody looks closely (a panel, `inspect`). */
  details: v.optional(detailsSchema),
});

export const sysvSem = {
  kind: 'sysv.sem',
  foundBy: 'kernel',
  object,
  flags: [],
  abilities: {
    /** The set as it is at this moment, with its details where they may be read. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    /** `values`: absent, all are 0 (the kernel's own choice on Linux); a set that existed keeps its own. */
    create: {
      parameters: v.object({
        ...createBase,
        semaphores: asked('count', v.pipe(count, v.minValue(1), v.maxValue(SET_MOST))),
        values: v.optional(asked('values', v.array(value))),
      }),
      result: created,
    },
    /** One semop(2): all of it or nothing. */
    operate: {
      parameters: v.object({ ref: refSchema, operations, wait: waitParameter }),
      result: v.object({}),
    },
    /** One semop(2) with SEM_UNDO, in a process of its own that lives until `endAct`: its end gives back what it changed. */
    hold: {
      parameters: v.object({ ref: refSchema, operations, wait: waitParameter }),
      result: v.object({ act: count }),
    },
    /** SETVAL. Discards what every process would give back of this semaphore (SEM_UNDO), and wakes who can go on. */
    set: {
      parameters: v.object({
        ref: refSchema,
        identity: setIdentity,
        number: asked('count', v.pipe(count, v.maxValue(65_535))),
        value: asked('value', value),
      }),
      result: v.object({}),
    },
    /** SETALL: as `set`, for each. */
    setAll: {
      parameters: v.object({
        ref: refSchema,
        identity: setIdentity,
        values: asked('values', v.array(value)),
      }),
      result: v.object({}),
    },
    alter: { parameters: alterParameters(setIdentity, {}), result: v.object({}) },
    destroy: { parameters: destroyParameters(setIdentity), result: destroyed },
  },
} as const satisfies KindContract;

export type SetObject = v.InferOutput<typeof object>;
export type SetDetails = v.InferOutput<typeof detailsSchema>;
