/** A process as a subject: what is known of one that somebody looks at closely, and what can be done with it. It is no kind of the Objects view. */
import * as v from 'valibot';
import { asked } from '../inputs';
import { count, SIGNAL_MOST } from '../numbers';
import { processSchema } from '../process';
import { refSchema } from '../ref';
import type { KindContract } from './kind';

const object = v.object({
  kind: v.literal('process'),
  ref: refSchema,
  flags: v.array(v.string()),
  ...processSchema.entries,
});

/** A signal by its number. */
const signal = asked('signal', v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(SIGNAL_MOST)));
/** sival_int of sigqueue(3). */
const value = v.optional(
  asked('signalValue', v.pipe(v.number(), v.integer(), v.minValue(-0x80000000), v.maxValue(0x7fffffff))),
);
/** What `pin` answered. Absent: the process is opened now, by its ref. */
const pinned = v.optional(count);

export const process = {
  kind: 'process',
  object,
  foundBy: 'kernel',
  flags: [],
  abilities: {
    /** The process as it is at this moment, with details. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    /**
     * Opens what is to be signalled by pidfd_open(2), before anybody is asked: whoever gets its number later gets nothing. `group`: each member of its process group. To be let go of by `release`.
     */
    pin: {
      parameters: v.object({ ref: refSchema, group: v.optional(v.boolean()), tid: v.optional(count) }),
      result: v.object({
        pinned: count,
        /** As it is now. */
        process: object,
        /** Whether the kernel lets us signal it: asked with signal 0. Of a group: each member. */
        allowed: v.boolean(),
        /** Whether SIGCONT is: it may also come from the same session (kill(2)). */
        mayContinue: v.boolean(),
        /** Of a group: who has been opened, and who refuses. */
        members: v.optional(v.array(v.object({ pid: count, startTime: v.string(), allowed: v.boolean() }))),
      }),
    },
    /** Lets go of it. */
    release: { parameters: v.object({ ref: refSchema, pinned: count }), result: v.object({}) },
    /** Sends a signal to the process, or to one thread of it (`tid`). `merged`: the same one was pending already, and there is one still (signal(7)). */
    signal: {
      parameters: v.object({
        ref: refSchema,
        tid: v.optional(asked('thread', count)),
        signal,
        value,
        pinned,
      }),
      result: v.object({ merged: v.boolean() }),
    },
    /** Sends it to each process of its group that `pin` opened. */
    signalGroup: {
      parameters: v.object({ ref: refSchema, signal, pinned }),
      /** To how many it was sent, how many had ended, and how many refused. */
      result: v.object({ sent: count, ended: count, refused: count }),
    },
  },
} as const satisfies KindContract;
