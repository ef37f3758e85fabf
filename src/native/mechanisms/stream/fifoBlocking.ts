/**
 * Reading and writing a FIFO as the child of a waiting act does: it really blocks, first in open(2) until a partner comes, then in read(2) or write(2), as any
 * program would, and shows so. The kernel restarts these calls after a handler unless the signal is told to interrupt them (signal(7)); the child does that.
 */
import * as v from 'valibot';
import { bytesSchema, fromBytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import { count } from '../../../protocol/facts';
import { fifoIdentity } from '../../../protocol/kinds/fifo';
import { ErrnoError } from '../../libc/errno';
import { openBlocking } from '../../libc/path';
import { close, readBlocking, readNow, stopWaiting, writeBlocking } from '../../libc/fd';
import { pointToFifo } from './fifoFile';
import { leave, type LastRead } from './fifoLeaving';

const where = { path: bytesSchema, identity: fifoIdentity };
const writing = v.object({ ...where, content: bytesSchema });
const reading = v.object({ ...where, length: count });

/** Which FIFO, for a task's parameters: the bytes of its path, and which file that was. */
export type Where = v.InferOutput<v.ObjectSchema<typeof where, undefined>>;

/** How such an act ends, as mechanisms/index.ts has it. `keep`: bytes were taken, and exist nowhere else. */
interface Done {
  result: Record<string, unknown>;
  keep: boolean;
}

/**
 * Opens it for writing, writes all of it and closes it: `{ bytes }`. Rejects with `cancelled` once `ending` is aborted (with `written` where it was in the
 * midst of it), and with ErrnoError (EPIPE: the reader left, with `written`).
 */
export async function fifoWrite(parameters: unknown, ending: AbortSignal): Promise<Done> {
  const { path, identity, content } = v.parse(writing, parameters);
  const data = Buffer.from(fromBytes(content));
  return withFifo({ path, identity }, async (pointer) => {
    const fd = await retried(ending, () => openBlocking(pointer, 'write'));
    let written = 0;
    try {
      // A signal in the midst of it leaves a part written.
      while (written < data.length)
        written += await retried(ending, () => writeBlocking(fd, data.subarray(written)));
    } catch (error) {
      throw withWritten(error, written, data.length);
    } finally {
      close(fd);
    }
    return { result: { bytes: written }, keep: false };
  });
}

/**
 * Opens it for reading and takes what comes first: `{ content, end, unread, takenAt }` as `Taken` tells. Rejects with `cancelled` once `ending` is aborted, and then
 * nothing was taken: what came until the very end is answered all the same.
 */
export async function fifoRead(parameters: unknown, ending: AbortSignal): Promise<Done> {
  const { path, identity, length } = v.parse(reading, parameters);
  return withFifo({ path, identity }, async (pointer) => {
    const fd = await retried(ending, () => openBlocking(pointer, 'read'));
    let content: Buffer | undefined;
    try {
      content = await retried(ending, () => readBlocking(fd, length));
    } catch (error) {
      stopWaiting(fd);
      const unacknowledged = leave(fd, pointer, readNow(fd, length), length);
      // An end of file that we did not wait for any more is no answer.
      if (!unacknowledged || unacknowledged.content.length === 0) throw error;
      return told(unacknowledged);
    }
    stopWaiting(fd);
    return told(leave(fd, pointer, content, length));
  });
}

function told(unacknowledged: LastRead | undefined): Done {
  const { content, end, unread } = unacknowledged ?? { content: Buffer.alloc(0), end: true, unread: 0 };
  return {
    result: { content: toBytes(content), end, unread, takenAt: Date.now() },
    keep: content.length > 0,
  };
}

/** Again after any other signal. Rejects with `cancelled` where the act is to end. */
async function retried<T>(ending: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (;;) {
    if (ending.aborted) throw new IpcFailure({ code: 'cancelled' });
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ErrnoError) || error.errno !== 'EINTR') throw error;
    }
  }
}

function withWritten(error: unknown, written: number, bytes: number): unknown {
  if (error instanceof ErrnoError) return new ErrnoError('write', error.errno, { written, bytes });
  if (error instanceof IpcFailure && written > 0)
    return new IpcFailure({ ...error.failure, detail: { written, bytes } });
  return error;
}

async function withFifo<T>({ path, identity }: Where, use: (pointer: number) => Promise<T>): Promise<T> {
  const pointer = pointToFifo(Buffer.from(fromBytes(path)), identity);
  try {
    return await use(pointer);
  } finally {
    close(pointer);
  }
}
