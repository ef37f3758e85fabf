/** Walks through bytes as UTF-8, keeping the place of every character and of every byte that belongs to none. */

/** What is called for each character (`codePoint`), or each byte that is no UTF-8 (`undefined`). */
export type Visit = (codePoint: number | undefined, at: number, length: number) => void;

/** Visits `data` from `from` up to (not including) `to`; a character that begins before `to` is visited whole. */
export function walk(data: Uint8Array, visit: Visit, from = 0, to = data.length): void {
  for (let at = from; at < to;) {
    const length = sequence(data, at);
    visit(length === 0 ? undefined : decode(data, at, length), at, length || 1);
    at += length || 1;
  }
}

/** The start of the character that the byte at `at` belongs to, so that a walk may begin in the middle. */
export function characterStart(data: Uint8Array, at: number): number {
  for (let back = 1; back <= 3 && at - back >= 0; back++) {
    if (back < sequence(data, at - back)) return at - back;
  }
  return at;
}

/** The length of the valid sequence that begins at `at`, 0 where none does (Unicode 15, table 3-7). */
function sequence(data: Uint8Array, at: number): number {
  const lead = data[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0) return 0;
  const second = data[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let more = 2; more < length; more++) if (((data[at + more] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

function decode(data: Uint8Array, at: number, length: number): number {
  if (length === 1) return data[at] ?? 0;
  let codePoint = (data[at] ?? 0) & (0xff >> (length + 1));
  for (let more = 1; more < length; more++) codePoint = (codePoint << 6) | ((data[at + more] ?? 0) & 0x3f);
  return codePoint;
}
