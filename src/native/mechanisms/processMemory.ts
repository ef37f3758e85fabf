/**
 * Ranges of anonymous shared memory through a process that has it (/proc/PID/mem, proc(5)), for those who may not open its file. Reading takes only pages that the process itself has touched, so
 * that none is allocated.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { fromBytes, toBytes } from '../../protocol/bytes';
import { IpcFailure } from '../../protocol/errors';
import type { Endpoint } from '../../protocol/facts';
import type { ParametersOf, ResultOf } from '../../protocol/kinds';
import { RANGE_MOST } from '../../protocol/kinds/sysvShm';
import { ErrnoError } from '../libc/errno';
import { pageSize } from '../libc/time';
import { sharedMemoryOf } from '../proc/memory';
import { Pieces } from './segmentRange';

interface Window {
  pid: number;
  /** Of the object's first byte that it maps, in its memory and in the object. */
  address: bigint;
  from: number;
  to: number;
  writes: boolean;
}

function windows(ends: readonly Endpoint[]): Window[] {
  return ends.flatMap(({ pid, address, rights = '', offset }) => {
    if (address === undefined || !rights.startsWith('r')) return [];
    const [start, end] = address.split('-').map((hex) => BigInt(`0x${hex}`)) as [bigint, bigint];
    const from = Number(offset ?? 0);
    return [{ pid, address: start, from, to: from + Number(end - start), writes: rights[1] === 'w' }];
  });
}

/** Reads a range, cut at the end of what is mapped. Pages that nobody who may be asked has touched are `unknown`. Throws ErrnoError `range` EFAULT. */
export function readThrough(
  ends: readonly Endpoint[],
  { offset, length }: Omit<ParametersOf<'mapping', 'read'>, 'ref'>,
): ResultOf<'mapping', 'read'> {
  const all = windows(ends);
  const page = pageSize();
  const end = Math.min(offset + length, Math.max(0, ...all.map(({ to }) => to)));
  if (end <= offset) throw new ErrnoError('range', 'EFAULT', { offset, length, bytes: String(end) });
  const content = Buffer.alloc(end - offset);
  const pieces = new Pieces();
  let some = false;
  for (let at = offset; at < end;) {
    const next = Math.min(end, (Math.floor(at / page) + 1) * page);
    const found = pageFrom(all, at, next);
    found?.copy(content, at - offset);
    some ||= found !== undefined;
    pieces.add(at, next, found ? 'data' : 'unknown');
    at = next;
  }
  if (!some && !all.some(({ pid }) => isReadable(pid)))
    throw new IpcFailure({ code: 'disturbs', detail: { why: 'denied' } });
  return { offset, content: toBytes(content), pieces: pieces.all, readAt: Date.now() };
}

function pageFrom(all: readonly Window[], from: number, to: number): Buffer | undefined {
  for (const { pid, address, from: first, to: last } of all) {
    if (from < first || to > last) continue;
    const page = sharedMemoryOf(pid, address + BigInt(from - first), to - from);
    if (page) return page;
  }
  return undefined;
}

function isReadable(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Writes a range through a process that may write there itself. Throws ErrnoError, and `disturbs` where there is none that we may use. */
export function writeThrough(
  ends: readonly Endpoint[],
  { offset, content }: Omit<ParametersOf<'mapping', 'write'>, 'ref'>,
): ResultOf<'mapping', 'write'> {
  const data = Buffer.from(fromBytes(content));
  if (data.length > RANGE_MOST)
    throw new ErrnoError('range', 'E2BIG', { length: data.length, limit: RANGE_MOST });
  const fitting = windows(ends).filter(
    ({ from, to, writes }) => writes && offset >= from && offset + data.length <= to,
  );
  for (const { pid, address, from } of fitting) {
    const at = Number(address) + offset - from;
    let fd: number | undefined;
    try {
      fd = openSync(`/proc/${pid}/mem`, 'r+');
      const before = Buffer.alloc(data.length);
      readSync(fd, before, 0, before.length, at);
      return { bytes: writeSync(fd, data, 0, data.length, at), before: toBytes(before) };
    } catch {
      // Another who has it may be open to us.
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
  throw new IpcFailure({ code: 'disturbs', detail: { why: 'denied' } });
}
