/** The acts that wait in the kernel, as the child carries them out: each is one call that blocks as in any other program. */
import { IpcFailure } from '../../protocol/errors';
import { eventfdPost } from '../mechanisms/event/eventfd';
import { fifoRead, fifoWrite } from '../mechanisms/stream/fifoBlocking';
import { lockHold } from '../mechanisms/lock/lock';
import { queueSend, queueTake } from '../mechanisms/posix/mqBlocking';
import * as semaphore from '../mechanisms/posix/semBlocking';
import type { Session } from '../mechanisms/socket/session/session';
import { inetListen, unixListen } from '../mechanisms/socket/session/listen';
import { messageSend, messageTake, setHold, setOperate } from '../mechanisms/sysv/blocking';
import { inetTalk, unixTalk } from '../mechanisms/socket/session/talk';

/** How an act ends: with a result, or holding something, or in a session that goes on. `keep`: the result was taken from the kernel and exists nowhere else. */
export type Outcome = { result: Record<string, unknown>; keep: boolean } | 'held' | { session: Session };

/**
 * Carries out an act on the object of this id (0 where it has none). Rejects with ErrnoError; EINTR is a signal. `ending` is aborted when it is to end:
 * only an act of several calls asks for it, since one that may not begin anew must know why a call was interrupted.
 */
type WaitingAct = (id: number, parameters: unknown, ending: AbortSignal) => Promise<Outcome>;

const acts: Readonly<Record<string, WaitingAct>> = {
  'sysv.msg send': messageSend,
  'sysv.msg take': messageTake,
  'sysv.sem operate': setOperate,
  'sysv.sem hold': setHold,
  'fifo write': (_id, given, ending) => fifoWrite(given, ending),
  'fifo read': (_id, given, ending) => fifoRead(given, ending),
  'posix.mq send': (_id, given) => queueSend(given),
  'posix.mq take': (_id, given) => queueTake(given),
  'lock hold': (_id, given) => lockHold(given),
  'eventfd post': (_id, given) => eventfdPost(given),
  'posix.sem post': (_id, given) => semaphore.post(given),
  'posix.sem tryWait': (_id, given) => semaphore.tryWait(given),
  'posix.sem wait': (_id, given) => semaphore.wait(given),
  'unix talk': async (_id, given, ending) => ({ session: await unixTalk(given, ending) }),
  'inet talk': async (_id, given, ending) => ({ session: await inetTalk(given, ending) }),
  'unix listen': (_id, given) => Promise.resolve({ session: unixListen(given) }),
  'inet listen': (_id, given) => Promise.resolve({ session: inetListen(given) }),
};

/** The act of a kind's ability. Throws IpcFailure `invalid` where it is none that waits. */
export function waitingAct(kind: string, ability: string): WaitingAct {
  const name = `${kind} ${ability}`;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!act) throw new IpcFailure({ code: 'invalid', detail: { ability: name } });
  return act;
}
