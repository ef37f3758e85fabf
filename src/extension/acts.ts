/** The acts on a queue that take more than one call. Nothing here asks or tells the user. */
import * as vscode from 'vscode';
import { asFailure, IpcFailure } from '../protocol/errors';
import type { ObjectOf } from '../protocol/kinds';
import type { MessageType, ReceiveRule } from '../protocol/kinds/sysvMsg';
import { type Bytes, toBytes } from '../protocol/bytes';
import type { IpcObject } from '../protocol/kinds';
import type { Helper } from './helper/helper';
import type { History, Origin, StoredMessage } from './history';
import type { Inventory } from './inventory';

/** What acts work with. */
export interface Acting {
  helper: Helper;
  history: History;
  inventory: Inventory;
}

/** Sends one message without blocking, and notes it. Throws IpcFailure. */
export async function send(
  { helper, history, inventory }: Acting,
  origin: Origin,
  message: { type: MessageType; content: Bytes },
): Promise<{ bytes: number }> {
  const sent = await helper.act('sysv.msg', 'send', { ref: origin.ref, ...message });
  history.addSent(origin.ref, message);
  inventory.refresh();
  return sent;
}

/**
 * Receives one message without blocking, in the order copy, store, take: at every moment the message is in the queue, on
 * disk, or both. What was really taken replaces the copy. Throws IpcFailure.
 */
export async function receive(
  { helper, history, inventory }: Acting,
  origin: Origin,
  rule: ReceiveRule,
): Promise<StoredMessage> {
  const { ref } = origin;
  const copy = await helper.act('sysv.msg', 'copy', { ref, rule });
  const stored = await history.store(origin, copy);
  let taken;
  try {
    taken = await helper.act('sysv.msg', 'take', { ref, rule, recovery: history.recoveryOf(stored) });
  } catch (error) {
    // Where the helper died under it nobody knows whether the message was taken: the copy stays, as uncertain.
    if (asFailure(error).code === 'helperEnded') history.giveUp(stored);
    else await history.dismiss(ref, stored.id);
    throw error;
  }
  const { token, type, content, takenAt } = taken;
  const differed = content !== copy.content || type !== copy.type;
  const received: StoredMessage = {
    ...stored,
    at: takenAt,
    what: 'received',
    type,
    content,
    ...(differed && { differed }),
  };
  await history.replace(received);
  await helper.act('sysv.msg', 'acknowledge', { token }).catch(() => undefined);
  inventory.refresh();
  return received;
}

/** Sends a line of the history to its queue again. A received one is marked as returned. Throws IpcFailure. */
export async function sendAgain(acting: Acting, origin: Origin, id: string): Promise<{ bytes: number }> {
  const entry = await acting.history.get(origin.ref, id);
  if (!entry) throw new IpcFailure({ code: 'gone', detail: { why: 'dismissed' } });
  const sent = await send(acting, origin, { type: entry.type, content: entry.content });
  if (entry.what !== 'sent')
    await acting.history.replace({ ...(entry as StoredMessage), returnedAt: Date.now() });
  return sent;
}

/** The object at this moment, and what a destroy would disturb besides. Throws IpcFailure. */
export async function inspect(
  { helper }: Acting,
  object: IpcObject,
): Promise<{ object: IpcObject; waitForIncrease?: number; waitForZero?: number }> {
  const { ref } = object;
  switch (object.kind) {
    case 'sysv.msg':
      return { object: await helper.act('sysv.msg', 'inspect', { ref }) };
    case 'sysv.sem':
      return helper.act('sysv.sem', 'inspect', { ref });
    case 'sysv.shm':
      return { object: await helper.act('sysv.shm', 'inspect', { ref }) };
  }
}

/** Destroys an object, if it is still the one that `object` describes. Answers its change time then. Throws IpcFailure. */
export async function destroy(
  { helper, inventory }: Acting,
  object: IpcObject,
): Promise<{ changedAt: number }> {
  const destroyed = await destroyKind(helper, object);
  inventory.refresh();
  return destroyed;
}

function destroyKind(helper: Helper, object: IpcObject): Promise<{ changedAt: number }> {
  const { ref } = object;
  const creator = { cuid: object.creator.uid, cgid: object.creator.gid };
  switch (object.kind) {
    case 'sysv.msg':
      return helper.act('sysv.msg', 'destroy', { ref, identity: creator });
    case 'sysv.sem':
      return helper.act('sysv.sem', 'destroy', {
        ref,
        identity: { ...creator, semaphores: object.semaphores },
      });
    case 'sysv.shm':
      return helper.act('sysv.shm', 'destroy', { ref, identity: { ...creator, cpid: object.createdBy.pid } });
  }
}

/** Bytes beyond which a file is not even read: msgmax is far below on every machine. */
const MOST_FILE = 16 << 20;

/** A file as the content of a message. `limit`: msgmax, where it is known. Throws IpcFailure where it is too long, and what reading throws. */
export async function readMessageFile(uri: vscode.Uri, limit = MOST_FILE): Promise<Bytes> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > limit)
    throw new IpcFailure({ code: 'errno', call: 'msgsnd', errno: 'EINVAL', detail: { bytes: size, limit } });
  return toBytes(await vscode.workspace.fs.readFile(uri));
}

/** Of which queue a message is. */
export function originOf(object: ObjectOf<'sysv.msg'>, bootId: string, name: string): Origin {
  return { ref: object.ref, bootId, name };
}
