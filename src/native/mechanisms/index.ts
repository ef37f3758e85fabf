/** Every mechanism, and those of their acts that wait in the kernel. */
import { IpcFailure } from '../../protocol/errors';
import type { BlockingAct, Mechanisms } from '../census/mechanism';
import { eventfdPost, makeEventfd } from './event/eventfd';
import { makeFifo } from './stream/fifo';
import { fifoRead, fifoWrite } from './stream/fifoBlocking';
import { makeInet } from './socket/inet';
import { inetListen, unixListen } from './socket/session/listen';
import type { Session } from './socket/session/session';
import { inetTalk, unixTalk } from './socket/session/talk';
import { lockHold, makeLock } from './lock/lock';
import { makeMapping } from './memory/mapping';
import { makePipe } from './stream/pipe';
import { makeProcess } from './process/process';
import { makePty } from './terminal/pty';
import { makePosixMq } from './posix/mq';
import { queueSend, queueTake } from './posix/mqBlocking';
import { makePosixSem } from './posix/sem';
import * as semaphore from './posix/semBlocking';
import { makePosixShm } from './posix/shm';
import { messageSend, messageTake, setHold, setOperate } from './sysv/blocking';
import { makeSysvMsg } from './sysv/msg';
import { makeSysvSem } from './sysv/sem';
import { makeSysvShm } from './sysv/shm';
import { makeUnix } from './socket/unix';

/** The mechanisms of one census. What they remember is theirs, so each census is given its own. */
export function makeMechanisms(): Mechanisms {
  return {
    'sysv.msg': makeSysvMsg(),
    'sysv.sem': makeSysvSem(),
    'sysv.shm': makeSysvShm(),
    'posix.mq': makePosixMq(),
    'posix.sem': makePosixSem(),
    'posix.shm': makePosixShm(),
    pipe: makePipe(),
    fifo: makeFifo(),
    unix: makeUnix(),
    inet: makeInet(),
    mapping: makeMapping(),
    lock: makeLock(),
    eventfd: makeEventfd(),
    pty: makePty(),
    process: makeProcess(),
  };
}

/** How an act ends: with a result, or holding something, or in a session that goes on. `keep`: the result was taken from the kernel and exists nowhere else. */
export type Outcome = { result: Record<string, unknown>; keep: boolean } | 'held' | { session: Session };

/**
 * Carries out an act on the object of this id (0 where it has none). Rejects with ErrnoError; EINTR is a signal. `ending` is aborted when it is to end:
 * only an act of several calls asks for it, since one that may not begin anew must know why a call was interrupted.
 */
type WaitingAct = (id: number, parameters: unknown, ending: AbortSignal) => Promise<Outcome>;

const waitingActs: Readonly<Record<BlockingAct, WaitingAct>> = {
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
  if (!Object.hasOwn(waitingActs, name)) throw new IpcFailure({ code: 'invalid', detail: { ability: name } });
  return waitingActs[name as BlockingAct];
}
