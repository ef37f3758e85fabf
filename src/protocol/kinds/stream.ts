/** What pipes and FIFOs share (pipe(7), fifo(7)): one buffer in the kernel, with read ends and write ends. */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { count, moment, objectBase, watchedBase } from '../facts';
import { asked } from '../inputs';
import { refSchema } from '../ref';

/** The most that one peek copies, in bytes: /proc/sys/fs/pipe-max-size of an unaltered machine. */
export const STREAM_PEEK_MOST = 1 << 20;

/**
 * packet: O_DIRECT, each write is read apart. full: a writer waits, or would. empty: a reader waits, or would. noReader: proved that nobody holds a
 * read end (the next write gets SIGPIPE). noWriter: proved that nobody holds a write end (the reader sees end of file after the rest).
 * noReaderSeen, noWriterSeen: none was seen, which is no proof: an end may be on its way between two processes, or in one that is hidden.
 */
export const streamFlags = [
  'packet',
  'full',
  'empty',
  'noReader',
  'noWriter',
  'noReaderSeen',
  'noWriterSeen',
] as const;

/** The facts of both. `endpoints`: each descriptor of each process, as reader, writer or both. */
export const streamBase = {
  ...objectBase,
  ...watchedBase,
  /** Decimal text, since 64 bits. */
  inode: v.string(),
  /** The nearest process from which all holders descend, itself included: who made the connection, most likely. */
  ancestor: v.optional(v.object({ pid: count, startTime: v.string() })),
  /** Details. FIONREAD: bytes that wait to be read; F_GETPIPE_SZ: bytes that fit. Absent where no descriptor may be copied. */
  unread: v.optional(count),
  capacity: v.optional(count),
};

/** What waits in it, copied by tee(2) through a reader that exists; nothing is taken. */
export const streamPeek = {
  parameters: v.object({
    ref: refSchema,
    length: v.pipe(count, v.minValue(1), v.maxValue(STREAM_PEEK_MOST)),
  }),
  result: v.object({
    content: bytesSchema,
    /** FIONREAD at that moment: more than the content where it was cut. */
    unread: count,
    capacity: count,
    /** Of a pipe in packet mode: the length of each packet in order. */
    packets: v.optional(v.array(count)),
    readAt: moment,
  }),
};

/** F_SETPIPE_SZ: the kernel rounds up to a power of two of pages, and answers what it became. */
export const streamCapacity = {
  parameters: v.object({ ref: refSchema, capacity: asked('size', v.pipe(count, v.minValue(1))) }),
  result: v.object({ capacity: count }),
};
