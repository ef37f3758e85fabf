/**
 * Taking what can be taken once, in the order copy, store, take, acknowledge: at every moment it is where it was, on disk, with the helper, or in several of these. Nothing here asks
 * or tells the user.
 */
import type { Bytes } from '../../protocol/bytes';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { HistoryEntry } from '../../protocol/pages/object';
import type { History, Origin, StoredMessage } from '../model/history';
import { settle } from '../model/settle';
import type { ActContext } from './context';

type Content = Pick<HistoryEntry, 'type' | 'priority' | 'content'>;
type Recovery = ReturnType<History['recoveryOf']>;

/** How a kind's things are copied and taken. `C`: the copy, `T`: what was taken, with the token under which the helper keeps it. */
interface Taking<C, T> {
  kind: 'sysv.msg' | 'posix.mq' | 'fifo';
  origin: Origin;
  /** At most so many bytes of it are taken. */
  truncate?: number | undefined;
  /** A copy of what would be taken; absent where the kernel gives none before. */
  copy?: (recovery: Recovery) => Promise<C>;
  /** What of it is stored; undefined where there is nothing. */
  content?: (copy: C) => Content | undefined;
  /** Gives up a copy that is not followed by a take. */
  release?: (copy: C) => Promise<unknown>;
  take: (recovery: Recovery, copy: C | undefined) => Promise<T>;
}
interface TakenContent extends Omit<Content, 'content'> {
  content: Bytes;
  /** Absent where nothing was taken. */
  token?: number | undefined;
  takenAt: number;
}

/** Takes; `entry` is where it is kept until it is dismissed, absent where there was nothing. Throws IpcFailure. */
export async function take<C, T extends TakenContent>(
  context: Pick<ActContext, 'helper' | 'history'>,
  { kind, origin, truncate, ...does }: Taking<C, T>,
): Promise<{ unacknowledged: T; entry: StoredMessage | undefined }> {
  const { history } = context;
  const prepared = history.prepare(origin);
  const recovery = history.recoveryOf(prepared, truncate);
  const copy = await does.copy?.(recovery);
  const copied = copy === undefined ? undefined : does.content?.(copy);
  let stored: StoredMessage | undefined;
  if (copied)
    try {
      stored = await onDisk('copy', history, () => history.store(prepared, copied));
    } catch (error) {
      if (copy !== undefined) await does.release?.(copy).catch(() => undefined);
      throw error;
    }
  let unacknowledged: T;
  try {
    unacknowledged = await does.take(recovery, copy);
  } catch (error) {
    // Where the helper died under it nobody knows whether it was taken: the copy stays, as uncertain.
    if (stored && asFailure(error).code === 'helperEnded') history.giveUp(stored);
    else if (stored) await history.dismiss(stored.ref, stored.id);
    throw error;
  }
  const { token, takenAt, priority } = unacknowledged;
  if (token === undefined) {
    // Somebody else took what was copied.
    if (stored) await history.dismiss(stored.ref, stored.id);
    return { unacknowledged: unacknowledged, entry: undefined };
  }
  const entry: StoredMessage = {
    ...prepared,
    ...settle(copied, unacknowledged, truncate),
    ...(priority !== undefined && { priority }),
    ...{ at: takenAt, what: 'received' },
  };
  // Until it is on disk the helper keeps it too, so nothing is acknowledged where that fails.
  await onDisk('message', history, () => history.replace(entry));
  await context.helper.act(kind, 'acknowledge', { token }).catch(() => undefined);
  return { unacknowledged: unacknowledged, entry };
}

/** Writes, and says what could not be written: the copy before anything was taken, or a message that was. Throws IpcFailure. */
export async function onDisk<T>(
  what: 'copy' | 'message',
  { folder }: History,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new IpcFailure({ code: 'unstored', errno: code, detail: { path: folder, what } });
  }
}
