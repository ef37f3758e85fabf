/** Event counters (eventfd(2)): a number of 64 bits to which a write adds, and which a read takes. Who has it open stands in `endpoints` (role `open`), with what its threads wait for. */
import * as v from 'valibot';
import { bigCount, count, objectBase, watchedBase } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';
import type { KindContract } from './kind';

/** ULLONG_MAX - 1: what it can hold (eventfd(2)). */
export const EVENTFD_MOST = 2n ** 64n - 2n;

const object = v.object({
  kind: v.literal('eventfd'),
  ...objectBase,
  ...watchedBase,
  /** The kernel keeps neither: it is theirs who have it. */
  owner: v.null(),
  mode: v.null(),
  /** eventfd-id of proc(5): given again once nobody has it. */
  id: count,
  /** Absent where nobody who has it may be looked at any more. */
  value: v.optional(bigCount),
  /** EFD_SEMAPHORE: a read takes one instead of all. Absent: the kernel does not tell (before Linux 6.5). */
  semaphore: v.optional(v.boolean()),
});

const ofRef = v.object({ ref: refSchema });

export const eventfd = {
  kind: 'eventfd',
  foundBy: 'holders',
  object,
  /** full: a write waits, or fails. */
  flags: ['full'],
  abilities: {
    inspect: { parameters: ofRef, result: object },
    /** write(2), through a copy of the descriptor of one who has it: adds, and wakes who waits. EAGAIN where it has no room. `value`: as it was right behind that. */
    post: {
      parameters: v.object({ ref: refSchema, value: asked('value', v.pipe(count, v.minValue(1))) }),
      result: v.object({ value: bigCount }),
    },
  },
} as const satisfies KindContract;

export type EventfdObject = v.InferOutput<typeof object>;
