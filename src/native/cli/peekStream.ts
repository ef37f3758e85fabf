/** What waits in a pipe or FIFO as a hex dump; nothing is taken. */
import { fromBytes } from '../../protocol/bytes';
import type { Ref } from '../../protocol/ref';
import { STREAM_PEEK_MOST } from '../../protocol/kinds/stream';
import { hexDump } from './hex';
import type { Machine } from './machine';
import { print, printJson } from './output';
import { exactSize } from '../../presentation/values';

export async function peekStream(
  machine: Machine,
  { ref, kind, count, json }: { ref: Ref; kind: 'pipe' | 'fifo'; count: number; json: boolean },
): Promise<void> {
  const length = Math.min(count, STREAM_PEEK_MOST);
  const found = await machine.act(kind, 'peek', { ref, length });
  if (json) return printJson(found);
  const { content, unread, capacity } = found;
  const bytes = fromBytes(content);
  await print(`${exactSize(unread)} of ${exactSize(capacity)} in ${ref}\n${hexDump(bytes, 0)}`);
  if (bytes.length < unread) await print(`More follow: peek with --count ${unread}.\n`);
}
