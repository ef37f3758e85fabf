/**
 * Reading a range of a System V segment without allocating a page of it: what no process ever touched is zero, and must stay
 * untouched (its resident size is a fact that people look at).
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { IpcFailure } from '../../../protocol/errors';
import type { Piece } from '../../../protocol/kinds/sysvShm';
import { cachedPages, seek } from '../../libc/files';
import { deviceOf } from '../../census/memory/held';
import { segmentDevices } from '../../libc/memfd';
import { pointTo, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { Attached } from '../../libc/shm';
import { isLocalPointer } from '../../proc/mountTable';

/** Which bytes. `swapped`: some of the memory may be in swap. */
interface Range {
  offset: number;
  length: number;
  pageSize: number;
  swapped: boolean;
}

/** What was read of a range. */
export interface RangeRead {
  content: Buffer;
  pieces: Piece[];
}

/** A range of which nothing was ever touched. */
export function untouched(offset: number, length: number): RangeRead {
  return {
    content: Buffer.alloc(length),
    pieces: [{ from: offset, to: offset + length, state: 'untouched' }],
  };
}

/**
 * Through /proc/PID/map_files of a process that has it attached: the segment's own file, so nothing is attached by this. Needs
 * CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN. Throws what opening and reading throw.
 */
export function readMapped(
  id: number,
  pid: number,
  address: string,
  { offset, length, pageSize, swapped }: Range,
): RangeRead {
  // The names in map_files have no leading zeros.
  const name = address.replace(/(^|-)0+(?=[0-9a-f])/g, '$1');
  const pointer = pointTo(`/proc/${pid}/map_files/${name}`, { follow: true });
  let fd: number | undefined;
  try {
    // What is mapped there may have changed since the walk.
    if (!isLocalPointer(pointer) || !isSegment(statusOf(pointer), id)) throw new IpcFailure({ code: 'gone' });
    fd = openSync(`/proc/self/fd/${pointer}`, 'r');
    return readHoles(fd, { offset, length, pageSize, swapped });
  } finally {
    close(pointer);
    if (fd !== undefined) closeSync(fd);
  }
}

/** Of the kernel, and so of this process. */
let devices: ReadonlySet<string> | undefined;

/** An inode of the same number may also be one of another file system. */
function isSegment({ device, inode }: { device: string; inode: string }, id: number): boolean {
  devices ??= new Set([...segmentDevices()].map(deviceOf));
  return inode === String(id) && devices.has(device);
}

/** A range of a file in memory (SEEK_DATA, SEEK_HOLE): holes stay holes, and what is in swap stays there. Throws ErrnoError, and `gone` where it was cut short meanwhile. */
export function readHoles(fd: number, { offset, length, pageSize, swapped }: Range): RangeRead {
  const content = Buffer.alloc(length);
  const pieces = new Pieces();
  const end = offset + length;
  for (let at = offset; at < end;) {
    const data = Math.min(seek(fd, at, 'data') ?? end, end);
    pieces.add(at, data, 'untouched');
    const hole = Math.min(seek(fd, data, 'hole') ?? end, end);
    for (at = data; at < hole;) {
      const next = swapped ? Math.min(hole, (Math.floor(at / pageSize) + 1) * pageSize) : hole;
      // A read would bring it in from swap.
      const cached = swapped ? cachedPages(fd, at, next - at) : 1;
      if (cached) readWhole(fd, content.subarray(at - offset, next - offset), at);
      pieces.add(at, next, cached ? 'data' : cached === 0 ? 'absent' : 'unknown');
      at = next;
    }
  }
  return { content, pieces: pieces.all };
}

function readWhole(fd: number, into: Buffer, position: number): void {
  for (let done = 0; done < into.length;) {
    const more = readSync(fd, into, done, into.length - done, position + done);
    if (more === 0) throw new IpcFailure({ code: 'gone' });
    done += more;
  }
}

/** By attaching read-only for a moment; reads the pages that are in memory only. Throws ErrnoError (EACCES: no right to read). */
export function readAttached(id: number, { offset, length, pageSize, swapped }: Range): RangeRead {
  return Attached.during(id, 'read', (segment) => {
    const content = Buffer.alloc(length);
    const pieces = new Pieces();
    const first = Math.floor(offset / pageSize);
    const end = offset + length;
    const resident = segment.resident(first * pageSize, Math.ceil(end / pageSize) - first, pageSize);
    for (let at = offset; at < end;) {
      const page = Math.floor(at / pageSize);
      const next = Math.min(end, (page + 1) * pageSize);
      const here = ((resident[page - first] ?? 0) & 1) === 1;
      if (here) segment.read(at, content.subarray(at - offset, next - offset));
      pieces.add(at, next, here ? 'data' : swapped ? 'absent' : 'untouched');
      at = next;
    }
    return { content, pieces: pieces.all };
  });
}

/** Neighbours of the same state as one piece. */
export class Pieces {
  readonly all: Piece[] = [];

  add(from: number, to: number, state: Piece['state']): void {
    if (from >= to) return;
    const last = this.all.at(-1);
    if (last?.state === state) last.to = to;
    else this.all.push({ from, to, state });
  }
}
