/** The acts that wait in the kernel, as the child carries them out: each is one call that blocks as in any other program. */
import * as v from 'valibot';
import { fromBytes, toBytes } from '../../protocol/bytes';
import { sysvMsg } from '../../protocol/kinds/sysvMsg';
import { sysvSem } from '../../protocol/kinds/sysvSem';
import { IpcFailure } from '../../protocol/errors';
import { ErrnoError } from '../libc/errno';
import { type RawMessage, type Selector, sendBlocking, takeBlocking } from '../libc/msg';
import { operateBlocking } from '../libc/sem';
import { messageScratch, selectorOf, typeOf } from '../mechanisms/messages';
import { fifoRead, fifoWrite } from './fifo';
import { queueSend, queueTake } from './queue';
import * as semaphore from './semaphore';
import type { Session } from './session';
import { inetListen, unixListen } from './listen';
import { inetTalk, unixTalk } from './talk';

/** How an act ends: with a result, or holding something, or in a session that goes on. `keep`: the result was taken from the kernel and exists nowhere else. */
export type Outcome = { result: Record<string, unknown>; keep: boolean } | 'held' | { session: Session };

/**
 * Carries out an act on the object of this id (0 where it has none). Rejects with ErrnoError; EINTR is a signal. `ending` is aborted when it is to end:
 * only an act of several calls asks for it, since one that may not begin anew must know why a call was interrupted.
 */
type WaitingAct = (id: number, parameters: unknown, ending: AbortSignal) => Promise<Outcome>;

const done = (result: Record<string, unknown>): Outcome => ({ result, keep: false });

const acts: Readonly<Record<string, WaitingAct>> = {
  async 'sysv.msg send'(id, given) {
    const { type, content } = v.parse(sysvMsg.abilities.send.parameters, given);
    const data = Buffer.from(fromBytes(content));
    await sendBlocking(id, { type: BigInt(type), content: data });
    return done({ bytes: data.length });
  },

  async 'sysv.msg take'(id, given) {
    const { rule } = v.parse(sysvMsg.abilities.take.parameters, given);
    const { type, content } = await takeWhole(id, selectorOf(rule));
    const result = { type: typeOf(type), content: toBytes(content), takenAt: Date.now() };
    return { result, keep: true };
  },

  async 'sysv.sem operate'(id, given) {
    const { operations } = v.parse(sysvSem.abilities.operate.parameters, given);
    await operateBlocking(id, operations, { undo: false, wait: true });
    return done({});
  },

  async 'sysv.sem hold'(id, given) {
    const { operations, wait } = v.parse(sysvSem.abilities.hold.parameters, given);
    await operateBlocking(id, operations, { undo: true, wait: wait ?? false });
    return 'held';
  },

  'fifo write': (_id, given, ending) => fifoWrite(given, ending),
  'fifo read': (_id, given, ending) => fifoRead(given, ending),
  'posix.mq send': (_id, given) => queueSend(given),
  'posix.mq take': (_id, given) => queueTake(given),
  'posix.sem post': (_id, given) => semaphore.post(given),
  'posix.sem tryWait': (_id, given) => semaphore.tryWait(given),
  'posix.sem wait': (_id, given) => semaphore.wait(given),
  'unix talk': async (_id, given, ending) => ({ session: await unixTalk(given, ending) }),
  'inet talk': async (_id, given, ending) => ({ session: await inetTalk(given, ending) }),
  'unix listen': (_id, given) => Promise.resolve({ session: unixListen(given) }),
  'inet listen': (_id, given) => Promise.resolve({ session: inetListen(given) }),
};

/** A message that is longer than the buffer stays in the queue (E2BIG): msgmax was raised while we waited. */
async function takeWhole(id: number, rule: Selector): Promise<RawMessage> {
  for (let least = 8192; ; least *= 8) {
    try {
      return await takeBlocking(id, rule, messageScratch(least));
    } catch (error) {
      if (!(error instanceof ErrnoError) || error.errno !== 'E2BIG') throw error;
    }
  }
}

/** The act of a kind's ability. Throws IpcFailure `invalid` where it is none that waits. */
export function waitingAct(kind: string, ability: string): WaitingAct {
  const name = `${kind} ${ability}`;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!act) throw new IpcFailure({ code: 'invalid', detail: { ability: name } });
  return act;
}
