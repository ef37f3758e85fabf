/** What is limited of IPC on a machine, and how much of it is used. */
import * as v from 'valibot';
import { type BigCount, bigCount, count, moment } from './numbers';
import { refSchema } from './ref';
import { blindSchema, hostSchema, processSchema } from './snapshot';

/**
 * Everything that is limited. Of a namespace: `queues`, `sets`, `semaphores`, `segments`, `segmentBytes` (System V), `posixQueues`. Of the machine: `memory` (the file system at /dev/shm), `systemFiles`.
 * Of a user: `queueBytes` (in POSIX queues), `inotifyInstances`, `inotifyWatches`, `pipePages`, `signals` (that are queued). Of a process: `files`.
 */
export const LIMITED = [
  'queues',
  'sets',
  'semaphores',
  'segments',
  'segmentBytes',
  'posixQueues',
  'memory',
  'systemFiles',
  'queueBytes',
  'inotifyInstances',
  'inotifyWatches',
  'pipePages',
  'signals',
  'files',
] as const;
export type Limited = (typeof LIMITED)[number];

/** A user or a process, and how much of the use is his. */
const share = v.object({
  uid: v.optional(count),
  /** Of a process. */
  ref: v.optional(refSchema),
  used: bigCount,
});

export const limitUse = v.object({
  what: v.picklist(LIMITED),
  /** Whose limit it is, where it is that of a user or of a process. */
  uid: v.optional(count),
  ref: v.optional(refSchema),
  /** How many, or bytes. Absent: nobody tells. */
  used: v.optional(bigCount),
  /** There may be more, which does not show. */
  atLeast: v.optional(v.literal(true)),
  /** What is allowed, in the same unit; null: there is no limit. */
  most: v.nullable(bigCount),
  /** What the setting says now, as the kernel writes it; of a limit of a process soft and hard. */
  setting: v.optional(v.string()),
  /** Who uses most of it, if that is known. */
  uses: v.optional(share),
});
export type LimitUse = v.InferOutput<typeof limitUse>;

/** All limits, as of one look. */
export const limitsAnswer = v.object({
  seenAt: moment,
  host: hostSchema,
  limits: v.array(limitUse),
  /** Those that are named. */
  processes: v.array(processSchema),
  blind: v.array(blindSchema),
});
export type LimitsAnswer = v.InferOutput<typeof limitsAnswer>;

/** Which part is used, from 0; undefined where that is not known, or there is no limit. */
export function partUsed({ used, most }: Pick<LimitUse, 'used' | 'most'>): number | undefined {
  if (used === undefined || most === null || Number(most) === 0) return undefined;
  return Number(used) / Number(most);
}

/** The sum of numbers of which some may be text. */
export function sum(numbers: Iterable<BigCount>): bigint {
  let all = 0n;
  for (const one of numbers) all += BigInt(one);
  return all;
}
