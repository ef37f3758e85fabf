/** What waits in a socket as a hex dump; nothing is taken. */
import { fromBytes } from '../../protocol/bytes';
import { SOCKET_PEEK_MOST } from '../../protocol/kinds/socket';
import type { Ref } from '../../protocol/ref';
import { hexDump } from './hex';
import type { Machine } from './machine';
import { print, printJson } from './output';
import { exactSize } from '../../presentation/values';
import { counted } from './counted';

export async function peekSocket(
  machine: Machine,
  { ref, kind, count, json }: { ref: Ref; kind: 'unix' | 'inet'; count: number; json: boolean },
): Promise<void> {
  const length = Math.min(count, SOCKET_PEEK_MOST);
  const found = await machine.act(kind, 'peek', { ref, length });
  if (json) return printJson(found);
  const { content, unread, packet, boundary, descriptors } = found;
  const bytes = fromBytes(content);
  const what = packet === undefined ? exactSize(unread) : `a packet of ${exactSize(packet)}, the first,`;
  await print(`${what} in ${ref}\n${hexDump(bytes, 0)}`);
  if (boundary) await print('It goes on behind descriptors or credentials, which a look cannot pass.\n');
  else if (bytes.length < (packet ?? unread))
    await print(`More follow: peek with --count ${packet ?? unread}.\n`);
  if (descriptors !== undefined && descriptors > 0)
    await print(`${counted(descriptors, 'descriptor')} on the way in it.\n`);
}
