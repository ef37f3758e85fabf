/** Sending to and taking from a POSIX queue as the child of a waiting act does: it really blocks in the call, as any program does. */
import * as v from 'valibot';
import { bytesSchema, fromBytes, toBytes } from '../../../protocol/bytes';
import { count } from '../../../protocol/facts';
import { attributesOf, sendBlocking, takeBlocking } from '../../libc/mqueue';
import { close } from '../../libc/fd';
import { openSame } from './mqFile';

const where = {
  /** The name without slash. */
  path: v.optional(bytesSchema),
  links: v.array(v.string()),
  identity: v.object({ device: v.string(), inode: v.string(), birth: v.string() }),
};
const sending = v.object({ ...where, priority: count, content: bytesSchema });
const taking = v.object(where);

interface Done {
  result: Record<string, unknown>;
  keep: boolean;
}

/** mq_send(3) until there is room: `{ bytes }`. Rejects with ErrnoError (EINTR: a signal, and nothing was sent). */
export async function queueSend(given: unknown): Promise<Done> {
  const { priority, content, ...ways } = v.parse(sending, given);
  const data = Buffer.from(fromBytes(content));
  const fd = opened(ways, 'write');
  try {
    await sendBlocking(fd, { priority, content: data });
    return { result: { bytes: data.length }, keep: false };
  } finally {
    close(fd);
  }
}

/** mq_receive(3) until there is a message: `{ priority, content, takenAt }`. Rejects with ErrnoError (EINTR: a signal, and nothing was taken). */
export async function queueTake(given: unknown): Promise<Done> {
  const fd = opened(v.parse(taking, given), 'read');
  try {
    const { priority, content } = await takeBlocking(fd, Buffer.alloc(attributesOf(fd).messageSize));
    return { result: { priority, content: toBytes(content), takenAt: Date.now() }, keep: true };
  } finally {
    close(fd);
  }
}

function opened({ path, links, identity }: v.InferOutput<typeof taking>, access: 'read' | 'write'): number {
  const name = path === undefined ? undefined : Buffer.from(fromBytes(path));
  return openSame(identity, { name, links }, access, true);
}
