/** /proc/PID/pagemap (proc(5)): what the pages of a range are. It waits for whoever changes the process's mappings, so only the reader asks. */
import { closeSync, openSync, readSync } from 'node:fs';
import { pageSize } from '../libc/time';

const ENTRY = 8;
/** Bits of an entry (Documentation/admin-guide/mm/pagemap.rst). */
const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;
const OF_A_FILE = 1n << 61n;
/** Pages that are asked about at once. */
const MOST = 64;

let page: bigint | undefined;

/** The entries of all pages of a range; undefined where nobody may know. */
function entriesOf(pid: number, address: bigint, length: number): bigint[] | undefined {
  // 4, 16 or 64 KiB on arm64.
  page ??= BigInt(pageSize());
  const first = address / page;
  const count = Number((address + BigInt(length) - 1n) / page - first) + 1;
  const entries = Buffer.alloc(count * ENTRY);
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/pagemap`, 'r');
    if (readSync(fd, entries, 0, entries.length, first * BigInt(ENTRY)) !== entries.length) return undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  return Array.from({ length: count }, (_, at) => entries.readBigUInt64LE(at * ENTRY));
}

/** Whether all pages of a range stand in the process's own tables already, whosever they are. */
export function arePresent(pid: number, address: bigint, length: number): boolean {
  return entriesOf(pid, address, length)?.every((entry) => (entry & PRESENT) !== 0n) === true;
}

/** Whether all pages of a range, 64 at most, are the process's own and in memory; with `swapped` also those in swap. Undefined where nobody may know. */
export function ownPages(pid: number, address: bigint, length: number, swapped = false): boolean | undefined {
  if (length > (MOST - 1) * 4096) return false;
  const wanted = swapped ? PRESENT | SWAPPED : PRESENT;
  return entriesOf(pid, address, length)?.every(
    (entry) => (entry & OF_A_FILE) === 0n && (entry & wanted) !== 0n,
  );
}
