/**
 * Memory of another process (proc(5): mem, pagemap). A read of a page that is not there makes the kernel fetch it, from a file system that may never
 * answer: so only pages of the process's own (anonymous) are read, and only those that are in memory.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { pageSize } from '../libc/time';

/** Set in tests, as in `syscall.ts`. */
const PRETEND_YAMA = process.env.IPC_INSPECTOR_PRETEND_YAMA === '1';
const ENTRY = 8;
/** Bits of an entry (Documentation/admin-guide/mm/pagemap.rst). */
const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;
const OF_A_FILE = 1n << 61n;

/** Memory of a process; undefined where it may not be read, or might have to be fetched. */
export function memoryOf(pid: number, address: bigint, length: number): Buffer | undefined {
  if (PRETEND_YAMA && pid !== process.pid) return undefined;
  if (length <= 0 || !ownPages(pid, address, length)) return undefined;
  const memory = Buffer.alloc(length);
  return readAt(`/proc/${pid}/mem`, memory, address) ? memory : undefined;
}

/**
 * Memory that a process shares, where all its pages are in that process's own tables already, so that nothing is fetched and nothing allocated; undefined where not, or where it may not be read.
 */
export function sharedMemoryOf(pid: number, address: bigint, length: number): Buffer | undefined {
  if (PRETEND_YAMA && pid !== process.pid) return undefined;
  if (length <= 0 || !arePresent(pid, address, length)) return undefined;
  const memory = Buffer.alloc(length);
  return readAt(`/proc/${pid}/mem`, memory, address) ? memory : undefined;
}

let page: bigint | undefined;
/** The pages of a range. */
function pagesOf(address: bigint, length: number): { first: bigint; count: number } {
  // 4, 16 or 64 KiB on arm64.
  page ??= BigInt(pageSize());
  const first = address / page;
  return { first, count: Number((address + BigInt(length) - 1n) / page - first) + 1 };
}

function arePresent(pid: number, address: bigint, length: number): boolean {
  const { first, count } = pagesOf(address, length);
  const entries = Buffer.alloc(count * ENTRY);
  if (!readAt(`/proc/${pid}/pagemap`, entries, first * BigInt(ENTRY))) return false;
  for (let at = 0; at < entries.length; at += ENTRY)
    if ((entries.readBigUInt64LE(at) & PRESENT) === 0n) return false;
  return true;
}

/** Whether all pages of a range are the process's own and in memory; with `swapped` also those in swap. Undefined where nobody may know. */
export function ownPages(pid: number, address: bigint, length: number, swapped = false): boolean | undefined {
  const { first, count } = pagesOf(address, length);
  if (count > 64) return false;
  const entries = Buffer.alloc(count * ENTRY);
  if (!readAt(`/proc/${pid}/pagemap`, entries, first * BigInt(ENTRY))) return undefined;
  for (let at = 0; at < entries.length; at += ENTRY) {
    const entry = entries.readBigUInt64LE(at);
    if ((entry & OF_A_FILE) !== 0n) return false;
    if ((entry & (swapped ? PRESENT | SWAPPED : PRESENT)) === 0n) return false;
  }
  return true;
}

function readAt(path: string, into: Buffer, position: bigint): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return readSync(fd, into, 0, into.length, position) === into.length;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
