/** Acts on a named semaphore, in a process of its own: they touch memory that others may cut short, and only this process would end by that. */
import * as v from 'valibot';
import { bytesSchema, fromBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import { ErrnoError } from '../../libc/errno';
import { openFile, readAt, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { MappedSemaphore, ownLayout } from '../../libc/semaphore';
import { isFile } from './file';
import { pointToOne } from '../common/holderLinks';
import { parseSemaphore, SEMAPHORE_BYTES } from '../../proc/semaphoreWords';

const schema = v.object({
  path: v.optional(bytesSchema),
  links: v.array(v.string()),
  identity: v.object({ device: v.string(), inode: v.string(), birth: v.string() }),
});

interface Done {
  result: Record<string, unknown>;
  keep: boolean;
}

/** sem_post(3): `{ value }`. Rejects with ErrnoError (EOVERFLOW, EACCES) and `gone`, `replaced`, `unsupported` (`layout`: another C library's). */
export function post(given: unknown): Promise<Done> {
  return Promise.resolve(given).then((parameters) => {
    const semaphore = mapped(parameters);
    semaphore.post();
    return valueOf(semaphore);
  });
}

/** sem_trywait(3): `{ value }`. Rejects with ErrnoError (EAGAIN: it is zero). */
export function tryWait(given: unknown): Promise<Done> {
  return Promise.resolve(given).then((parameters) => {
    const semaphore = mapped(parameters);
    semaphore.tryWait();
    return valueOf(semaphore);
  });
}

function valueOf({ value }: MappedSemaphore): Done {
  return { result: { value }, keep: false };
}

/** sem_wait(3). Rejects with ErrnoError (EINTR: a signal). */
export async function wait(given: unknown): Promise<Done> {
  await mapped(given).wait();
  return { result: {}, keep: false };
}

function mapped(given: unknown): MappedSemaphore {
  const { path, links, identity } = v.parse(schema, given);
  const ways = { links, ...(path !== undefined && { path: Buffer.from(fromBytes(path)) }) };
  const pointer = pointToOne(ways, (one) => isFile(identity, statusOf(one)));
  try {
    const fd = openFile(pointer, 'both');
    try {
      const words = parseSemaphore(readAt(fd, 0, SEMAPHORE_BYTES));
      if (!words) throw new ErrnoError('sem_open', 'EINVAL');
      if (words.layout !== ownLayout())
        throw new IpcFailure({ code: 'unsupported', detail: { why: 'layout' } });
      return new MappedSemaphore(fd);
    } finally {
      close(fd);
    }
  } finally {
    close(pointer);
  }
}
