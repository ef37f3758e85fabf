/** Which part of a segment is looked at: pages of equal size, counted from its start. Pure. */
import type { BigCount } from '../../../../protocol/facts';
import { RANGE_MOST } from '../../../../protocol/kinds/sysvShm';

/** How much is read at a time, in bytes; multiples of what the kernel allocates. */
export const PAGE_SIZES = [4096, 16_384, RANGE_MOST] as const;
export const PAGE = 4096;

/** A part of a segment. */
export interface Range {
  offset: number;
  length: number;
}

/** The size of a segment as far as offsets can be counted exactly: 2^53, which is beyond what any machine maps. */
export function sizeOfSegment(bytes: BigCount): number {
  return Math.min(Number(bytes), Number.MAX_SAFE_INTEGER);
}

/** The page that holds a byte, cut at the end of the segment. */
export function pageAt(at: number, page: number, size: number): Range {
  const offset = start(Math.max(0, Math.min(at, size - 1)), page);
  return { offset, length: Math.max(1, Math.min(page, size - offset)) };
}

/** The number of a page, from 1, and how many there are. */
export function placeOf(offset: number, page: number, size: number): { page: number; of: number } {
  return { page: Math.floor(offset / page) + 1, of: Math.max(1, Math.ceil(size / page)) };
}

function start(at: number, page: number): number {
  return at - (at % page);
}
