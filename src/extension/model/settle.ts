/** What the history keeps of a message: from the copy that was made of it, and from what the kernel then handed out. */
import { type Bytes, fromBytes } from '../../protocol/bytes';
import type { MessageType } from '../../protocol/kinds/sysvMsg';

interface Content {
  /** Of a message; bytes of a FIFO have none. */
  type?: MessageType | undefined;
  content: Bytes;
}

interface Settled {
  type?: MessageType;
  content: Bytes;
  /** Not the message that was copied: somebody else received in between. */
  differed?: true;
  /** The receiver got only so many bytes of it; `content` is the whole where it was copied. */
  cutAt?: number;
}

/**
 * `truncate`: the receive took at most so many bytes (MSG_NOERROR), and the kernel threw the rest away. Where the copy has that rest, it is
 * kept. Where there is no copy, content of exactly that length may have been longer, and is marked so.
 */
export function settle(copy: Content | undefined, received: Content, truncate?: number): Settled {
  const { content } = received;
  const type = received.type === undefined ? {} : { type: received.type };
  if (received.type === undefined && copy !== undefined)
    return { content, ...(!continues(copy, received) && { differed: true }) };
  const full = copy && copy.type === received.type ? fromBytes(copy.content) : undefined;
  const got = fromBytes(content);
  if (copy && full && truncate === got.length && full.length > got.length && startsWith(full, got))
    return { ...type, content: copy.content, cutAt: truncate };
  const differed = copy !== undefined && (copy.content !== content || copy.type !== received.type);
  // Of a message that was copied whole it is known that nothing is missing.
  const cut = truncate !== undefined && got.length === truncate && (copy === undefined || differed);
  return { ...type, content, ...(differed && { differed: true }), ...(cut && { cutAt: truncate }) };
}

/** A stream goes on while it is read: what was taken may be longer than the copy, or shorter. */
function continues(copy: Content, received: Content): boolean {
  const [short, long] = [fromBytes(copy.content), fromBytes(received.content)].sort(
    (a, b) => a.length - b.length,
  ) as [Uint8Array, Uint8Array];
  return startsWith(long, short);
}

function startsWith(whole: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, at) => whole[at] === byte);
}
