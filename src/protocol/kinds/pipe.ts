/** Anonymous pipes (pipe(7)): facts and abilities. */
import * as v from 'valibot';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { streamBase, streamCapacity, streamFlags, streamPeek } from './stream';

const object = v.object({ kind: v.literal('pipe'), ...streamBase });

export const pipe = {
  kind: 'pipe',
  foundBy: 'holders',
  object,
  flags: streamFlags,
  abilities: {
    /** The pipe as it is at this moment, with details. */
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    peek: streamPeek,
    alterCapacity: streamCapacity,
  },
} as const satisfies KindContract;
