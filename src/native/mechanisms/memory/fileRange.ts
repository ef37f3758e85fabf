/** Ranges of memory that is a file, read and written by a descriptor (pread(2), pwrite(2)): never through a mapping of our own, so that nobody who cuts it short can end us. */
import { writeSync } from 'node:fs';
import { IpcFailure } from '../../../protocol/errors';
import { fromBytes, toBytes } from '../../../protocol/bytes';
import type { ParametersOf, ResultOf } from '../../../protocol/kinds';
import { RANGE_MOST } from '../../../protocol/kinds/sysvShm';
import { ErrnoError } from '../../libc/errno';
import { openFile, readAt, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { pageSize } from '../../libc/time';
import { readSmall } from '../../proc/read';
import { readHoles } from './segmentRange';

type Reading = Omit<ParametersOf<'posix.shm', 'read'>, 'ref'>;
type Writing = Omit<ParametersOf<'posix.shm', 'write'>, 'ref'>;

/** Reads a range of what we point to, cut at its end. Throws IpcFailure (`outside`: it begins behind the end). */
export function readMemory(pointer: number, { offset, length }: Reading): ResultOf<'posix.shm', 'read'> {
  const fd = openFile(pointer, 'read');
  try {
    const part = within(fd, offset, length);
    const { content, pieces } = readHoles(fd, {
      offset,
      length: part,
      pageSize: pageSize(),
      swapped: isSwapping(),
    });
    return { offset, content: toBytes(content), pieces, readAt: Date.now() };
  } finally {
    close(fd);
  }
}

/** Writes a range that lies within the file. Throws IpcFailure (`outside`: it does not; `tooMuch`), ErrnoError (`write` EPERM: sealed, ENOSPC). */
export function writeMemory(pointer: number, { offset, content }: Writing): ResultOf<'posix.shm', 'write'> {
  const data = Buffer.from(fromBytes(content));
  if (data.length > RANGE_MOST)
    throw new IpcFailure({ code: 'tooMuch', detail: { length: data.length, limit: RANGE_MOST } });
  const fd = openFile(pointer, 'both');
  try {
    within(fd, offset, data.length, true);
    const before = readAt(fd, offset, data.length);
    for (let done = 0; done < data.length;) done += writeSome(fd, data.subarray(done), offset + done);
    return { bytes: data.length, before: toBytes(before) };
  } finally {
    close(fd);
  }
}

function writeSome(fd: number, data: Buffer, offset: number): number {
  try {
    return writeSync(fd, data, 0, data.length, offset);
  } catch (error) {
    throw new ErrnoError('write', (error as NodeJS.ErrnoException).code ?? 'EIO');
  }
}

/** How much of a range lies within. Throws where it begins behind the end, or is `whole` and passes it. */
function within(fd: number, offset: number, length: number, whole = false): number {
  const { bytes } = statusOf(fd);
  const left = bytes - offset;
  if (left <= 0 || (whole && length > left))
    throw new IpcFailure({ code: 'outside', detail: { offset, bytes: String(bytes), length } });
  return Math.min(length, left);
}

/** Whether anything of memory may be in swap at all (proc(5), swaps: a head, then a line for each). */
function isSwapping(): boolean {
  return (readSmall('/proc/swaps')?.toString('latin1').trim().split('\n').length ?? 0) > 1;
}
