/** A range of a segment as a hex dump, in bounded portions. */
import { fromBytes, toBytes } from '../../protocol/bytes';
import type { MemoryRange } from '../../protocol/kinds/memoryRange';
import { type Piece, RANGE_MOST, type SegmentRange } from '../../protocol/kinds/sysvShm';
import type { Ref } from '../../protocol/ref';
import { hexDump, offsetText } from './hex';
import type { Machine } from './machine';
import { print, printJson } from './output';
import type { Asked } from './peekQueue';
import { Refusal } from './refusal';
import { exactSize, size } from '../../presentation/values';
import { unreadPiece } from '../../presentation/shared';

/** As JSON all of it is in memory at once. */
const JSON_MOST = 64 * 1024 * 1024;

export async function peekSegment(machine: Machine, { ref, from, count, json }: Asked): Promise<void> {
  if (json && count > JSON_MOST) throw new Refusal(`With --json, --count is ${size(JSON_MOST)} at most.`);
  const { bytes } = await machine.act('sysv.shm', 'inspect', { ref });
  const total = Number(bytes);
  if (from >= total) throw new Refusal(`There is no byte ${from}: ${ref} has ${total}.`);
  const kept: SegmentRange[] = [];
  let head = `${exactSize(bytes)} in ${ref}\n`;
  for await (const portion of portions(machine, ref, from, count)) {
    if (json) kept.push(portion);
    else await print(head + dump(portion));
    head = '';
  }
  if (json) await printJson(joined(kept));
  else if (from + count < total) await print(`More follow: peek with --from ${from + count}.\n`);
}

async function* portions(
  machine: Machine,
  ref: Ref,
  from: number,
  count: number,
): AsyncGenerator<SegmentRange> {
  const end = from + count;
  for (let at = from; at < end;) {
    const length = Math.min(end - at, RANGE_MOST);
    const portion = await machine.act('sysv.shm', 'read', { ref, offset: at, length, attach: false });
    yield portion;
    const last = portion.pieces.at(-1)?.to ?? at;
    // A range is cut at the end of the segment.
    if (last < at + length) return;
    at = last;
  }
}

/** A range as a hex dump; what was not read says so. */
export function dump({ offset, content, pieces }: MemoryRange): string {
  const data = fromBytes(content);
  return pieces
    .map((piece) =>
      piece.state === 'data'
        ? hexDump(data.subarray(piece.from - offset, piece.to - offset), piece.from)
        : `${offsetText(piece.from)}  ${unreadPiece(piece.state, size(piece.to - piece.from))}\n`,
    )
    .join('');
}

/** Portions as one range; what lies across a border is one piece again. */
function joined(portions: SegmentRange[]): SegmentRange | undefined {
  const [first] = portions;
  const last = portions.at(-1);
  if (!first || !last) return undefined;
  const pieces: Piece[] = [];
  for (const piece of portions.flatMap((portion) => portion.pieces)) {
    const before = pieces.at(-1);
    if (before?.state === piece.state && before.to === piece.from) before.to = piece.to;
    else pieces.push({ ...piece });
  }
  return {
    offset: first.offset,
    content: toBytes(Buffer.concat(portions.map(({ content }) => fromBytes(content)))),
    pieces,
    way: portions.find(({ way }) => way !== 'untouched')?.way ?? first.way,
    readAt: last.readAt,
  };
}
