/** A look at what waits in a socket (recv(2), MSG_PEEK): it stays there, with its descriptors, and so does an error that waits. */
import { toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import type { ResultOf } from '../../../protocol/kinds';
import { errorWaits, peekMoves, peekNow, unreadOf } from '../../libc/socket';
import { descriptorsInFlight, throughSocket, unreachable } from './descriptorCopy';

/** What is looked at. */
export interface PeekedSocket {
  inode: string;
  listening: boolean;
  /** It has packets with borders. */
  packets: boolean;
  ends: readonly Endpoint[];
}

/** The ability `peek`. Throws IpcFailure `disturbs` (`why`: pendingError, peekOffset, denied, noHolder, listening), `gone` where its holders have closed it. */
export function peekSocket(
  { inode, listening, packets, ends }: PeekedSocket,
  length: number,
): ResultOf<'unix', 'peek'> {
  if (listening) throw disturbs('listening');
  const looked = throughSocket(inode, ends, (fd, end) => {
    if (peekMoves(fd)) throw disturbs('peekOffset');
    const before = unreadOf(fd);
    const descriptors = descriptorsInFlight(end);
    // Last of all: a look at a socket with an error takes the error.
    if (errorWaits(fd)) throw disturbs('pendingError');
    return { before, descriptors, peeked: peekNow(fd, length, packets), readAt: Date.now() };
  });
  if (typeof looked === 'string') throw unreachable(looked, ends);
  const { before, descriptors, peeked, readAt } = looked.seen;
  const content = peeked?.content ?? Buffer.alloc(0);
  const unread = Math.max(before, content.length);
  return {
    content: toBytes(content),
    unread,
    ...(packets && peeked && { packet: peeked.length }),
    boundary: !packets && content.length < Math.min(length, before),
    ...(descriptors !== undefined && { descriptors }),
    readAt,
  };
}

function disturbs(why: string): IpcFailure {
  return new IpcFailure({ code: 'disturbs', detail: { why } });
}
