/** Reading and writing memory that is a file, by a descriptor (pread(2), pwrite(2)): never through a mapping, never past its end. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';
import { pieceSchema, RANGE_MOST } from './sysvShm';

const offset = asked('offset', count);

/** Reads a range, cut at the end. Allocates nothing: holes stay holes (`untouched` in `pieces`). EFAULT where it begins behind the end. */
export const memoryRead = {
  parameters: v.object({
    ref: refSchema,
    offset,
    length: asked('size', v.pipe(count, v.minValue(1), v.maxValue(RANGE_MOST))),
  }),
  result: v.object({
    offset: count,
    /** Zeros stand for holes; `pieces` covers the whole range in order. */
    content: bytesSchema,
    pieces: v.array(pieceSchema),
    readAt: moment,
  }),
};
export type MemoryRange = v.InferOutput<typeof memoryRead.result>;

/**
 * Writes at most RANGE_MOST bytes, all within the size it has. `before`: what stood there, so that it can be put back. Where somebody makes it smaller in the midst of
 * it, it may grow again up to the end of what was written (pwrite(2)).
 */
export const memoryWrite = {
  parameters: v.object({ ref: refSchema, offset, content: asked('content', bytesSchema) }),
  result: v.object({ bytes: count, before: bytesSchema }),
};
