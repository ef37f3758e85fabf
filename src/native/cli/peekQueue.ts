/** The messages of a queue by their position, in bounded portions. */
import { fromBytes } from '../../protocol/bytes';
import { type Message, PEEK_MOST, type PeekResult } from '../../protocol/kinds/sysvMsg';
import type { Ref } from '../../protocol/ref';
import { hexDump, textLine } from './hex';
import type { Machine } from './machine';
import { print, printJson } from './output';
import { size } from '../../presentation/values';
import { counted } from './counted';

/** What is asked for: `from` is a position or an offset, `count` messages or bytes. */
export interface Asked {
  ref: Ref;
  from: number;
  count: number;
  json: boolean;
}

export async function peekQueue(machine: Machine, { ref, from, count, json }: Asked): Promise<void> {
  let whole: PeekResult | undefined;
  let next = from;
  for await (const portion of portions(machine, ref, from, count)) {
    if (!json)
      await print((whole ? '' : `${counted(portion.total, 'message')} in ${ref}\n`) + entries(portion));
    next += portion.messages.length;
    whole = {
      ...portion,
      // As text a portion is printed and let go.
      messages: json ? [...(whole?.messages ?? []), ...portion.messages] : [],
      moved: portion.moved || (whole?.moved ?? false),
    };
  }
  if (!whole) return;
  if (json) await printJson(whole);
  else await print(remarks(whole, from, next));
}

async function* portions(
  machine: Machine,
  ref: Ref,
  from: number,
  count: number,
): AsyncGenerator<PeekResult> {
  let got = 0;
  let last: Message | undefined;
  for (;;) {
    // The last message of the portion before is copied once more: where it stands no longer, positions have shifted in between.
    const overlap = last ? 1 : 0;
    const portion = await machine.act('sysv.msg', 'peek', {
      ref,
      from: from + got - overlap,
      count: Math.min(count - got + overlap, PEEK_MOST),
    });
    const [again] = overlap ? portion.messages.splice(0, 1) : [];
    if (last && (again?.type !== last.type || again.content !== last.content)) portion.moved = true;
    yield portion;
    got += portion.messages.length;
    last = portion.messages.at(-1);
    if (!portion.more || !last || got >= count) return;
  }
}

function entries({ messages }: PeekResult): string {
  return messages.map(entry).join('');
}

function entry({ index, type, content }: Message): string {
  const data = fromBytes(content);
  const text = data.length > 0 ? `: ${textLine(data)}` : '';
  return `[${index}] type ${type}, ${size(data.length)}${text}\n${hexDump(data, 0, '    ')}`;
}

/** What the messages alone do not tell. */
function remarks({ total, more, moved }: PeekResult, from: number, next: number): string {
  const lines: string[] = [];
  if (more) lines.push(`More follow: peek with --from ${next}.`);
  else if (from > 0 && next === from) lines.push(`No message at position ${from}: there are ${total}.`);
  if (moved) lines.push('Somebody sent or received meanwhile, so positions may have shifted.');
  return lines.map((line) => `${line}\n`).join('');
}
