/** From when on rules speak: whoever wants other limits hands them in; what is not named is as here. */
import * as v from 'valibot';
import { count } from './numbers';

const percent = v.pipe(count, v.minValue(1), v.maxValue(100));

export const thresholdsSchema = v.object({
  /** Bytes of memory without a name that one process alone has. */
  unlinkedBytes: v.optional(count, 32 * 1024 * 1024),
  /** Of a limit, or of the file system at /dev/shm: it comes at the one and goes below the other. */
  nearPercent: v.optional(percent, 80),
  farPercent: v.optional(percent, 70),
  /** Minutes for which what a process has only grows, and by how many objects or bytes at least. */
  leakMinutes: v.optional(v.pipe(count, v.minValue(1)), 10),
  leakObjects: v.optional(count, 64),
  leakBytes: v.optional(count, 64 * 1024 * 1024),
  /** Ended children that nobody collects: so many of one parent, or one for so many seconds. */
  zombies: v.optional(v.pipe(count, v.minValue(1)), 10),
  zombieSeconds: v.optional(count, 60),
  /** Seconds for which one alone waits for a semaphore that nobody gives back; of two or more it is told at once. */
  semaphoreSeconds: v.optional(count, 60),
  /** Whether it is told what others may write: many machines are so on purpose. */
  writableByOthers: v.optional(v.boolean(), false),
});
export type Thresholds = v.InferOutput<typeof thresholdsSchema>;
/** What may be handed in. */
export type SomeThresholds = v.InferInput<typeof thresholdsSchema>;

/** The others as they are by default. */
export function thresholdsOf(some: SomeThresholds = {}): Thresholds {
  return v.parse(thresholdsSchema, some);
}
