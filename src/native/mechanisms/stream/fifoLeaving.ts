/**
 * How a reader of a FIFO leaves it without a loss. What is in a FIFO dies with its last descriptor (fifo(7)), and a writer that wrote while we could read
 * was told that all is well: so what would die is taken along.
 */
import { openNow } from '../../libc/path';
import { close, eventsOf, readNow, unreadOf } from '../../libc/fd';

/** Times that we read what came while we read; somebody who opens and writes without end is not to keep us for ever. */
const ROUNDS = 100;

/** What a reader took. */
export interface LastRead {
  content: Buffer;
  /** Nobody can write to it any more, and nothing is left. */
  end: boolean;
  /** Bytes that were left in it for others, or for the next read while a writer has it open. */
  unread: number;
}

/**
 * Closes a reading descriptor of our own that does not wait. `content`: what it read last; undefined where there was nothing yet. `length`: the most that
 * was asked for. Answers what was taken in all; undefined where that is nothing, and nobody has reached its end. `pointer`: the FIFO itself.
 */
export function leave(
  fd: number,
  pointer: number,
  content: Buffer | undefined,
  length: number,
): LastRead | undefined {
  const { hangup } = eventsOf(fd);
  const unread = unreadOf(fd);
  if (unread > 0 && !hangup && content !== undefined && content.length >= length) {
    // As much as was asked for: its writers hold the rest for the next read, as long as they stay.
    close(fd);
    return { content, end: false, unread };
  }
  const rest = closeCarefully(fd, pointer);
  if (content === undefined && rest.length === 0) return undefined;
  // Else it is another reader's.
  const left = rest.length > 0 ? 0 : unread;
  return {
    content: Buffer.concat([content ?? Buffer.alloc(0), rest]),
    end: left === 0 && (hangup || content?.length === 0),
    unread: left,
  };
}

/**
 * Holds a write end while it closes the reading one: from then on writers are told EPIPE, and what they had written before stays. Where nobody else
 * reads it, it is taken; else it is theirs. (Where nobody writes, this releases a reader that waits for a writer in its open, as any writer that
 * leaves again does: better than bytes that nobody gets.)
 */
function closeCarefully(fd: number, pointer: number): Buffer {
  let writer: number;
  try {
    writer = openNow(pointer, 'write');
  } catch {
    // We may read the file and not write to it: what comes between these two lines is lost, as with any reader that leaves.
    try {
      return read(fd, unreadOf(fd));
    } finally {
      close(fd);
    }
  }
  close(fd);
  const parts: Buffer[] = [];
  try {
    for (let round = 0; round < ROUNDS && eventsOf(writer).error; round++) {
      const unread = unreadOf(writer);
      if (unread === 0) break;
      const again = openNow(pointer, 'read');
      try {
        parts.push(read(again, unread));
      } finally {
        close(again);
      }
    }
  } finally {
    close(writer);
  }
  return Buffer.concat(parts);
}

/** So many bytes, or what of them nobody else takes; a packet comes in a read of its own. */
function read(fd: number, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let left = length; left > 0;) {
    const part = readNow(fd, left);
    if (!part || part.length === 0) break;
    parts.push(part);
    left -= part.length;
  }
  return Buffer.concat(parts);
}
