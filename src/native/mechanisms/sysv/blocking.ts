/** The acts on System V objects that wait or hold, each one call that blocks. */
import * as v from 'valibot';
import { fromBytes, toBytes } from '../../../protocol/bytes';
import { sysvMsg } from '../../../protocol/kinds/sysvMsg';
import { sysvSem } from '../../../protocol/kinds/sysvSem';
import { ErrnoError } from '../../libc/errno';
import { type RawMessage, type Selector, sendBlocking, takeBlocking } from '../../libc/msg';
import { operateBlocking } from '../../libc/sem';
import { messageScratch, selectorOf, typeOf } from './messages';

/** msgsnd(2). */
export async function messageSend(id: number, given: unknown) {
  const { type, content } = v.parse(sysvMsg.abilities.send.parameters, given);
  const data = Buffer.from(fromBytes(content));
  await sendBlocking(id, { type: BigInt(type), content: data });
  return { result: { bytes: data.length }, keep: false };
}

/** msgrcv(2). */
export async function messageTake(id: number, given: unknown) {
  const { rule } = v.parse(sysvMsg.abilities.take.parameters, given);
  const { type, content } = await takeWhole(id, selectorOf(rule));
  return { result: { type: typeOf(type), content: toBytes(content), takenAt: Date.now() }, keep: true };
}

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

/** semop(2). */
export async function setOperate(id: number, given: unknown) {
  const { operations } = v.parse(sysvSem.abilities.operate.parameters, given);
  await operateBlocking(id, operations, { undo: false, wait: true });
  return { result: {}, keep: false };
}

/** semop(2) with SEM_UNDO: what it changes it gives back when its process ends. */
export async function setHold(id: number, given: unknown): Promise<'held'> {
  const { operations, wait } = v.parse(sysvSem.abilities.hold.parameters, given);
  await operateBlocking(id, operations, { undo: true, wait: wait ?? false });
  return 'held';
}
