/** A range of a shared memory object or mapping as a hex dump, in bounded portions; as JSON the first portion. */
import { RANGE_MOST } from '../../protocol/kinds/sysvShm';
import type { Ref } from '../../protocol/ref';
import type { Machine } from './machine';
import { print, printJson } from './output';
import { dump } from './peekSegment';

interface Asked {
  ref: Ref;
  kind: 'posix.shm' | 'mapping';
  from: number;
  count: number;
  json: boolean;
}

export async function peekMemory(machine: Machine, { ref, kind, from, count, json }: Asked): Promise<void> {
  for (let at = from; at < from + count;) {
    const length = Math.min(from + count - at, RANGE_MOST);
    const portion = await machine.act(kind, 'read', { ref, offset: at, length });
    if (json) return printJson(portion);
    await print(dump(portion));
    const next = portion.pieces.at(-1)?.to ?? at;
    // A range is cut at the end.
    if (next < at + length) return;
    at = next;
  }
}
