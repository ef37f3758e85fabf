/** What can be done with a System V queue: send, peek, receive. */
import * as vscode from 'vscode';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { ObjectOf } from '../../protocol/kinds';
import { attemptOf, titleOf } from '../abilityWords';
import { originOf, receive, send } from '../acts/messages';
import { attempt } from '../attempt';
import { pastText } from '../format';
import { COMMANDS } from '../ids';
import { askParameters } from '../inputs';
import { labelOf, nameOf } from '../kinds';
import { type Command, type CommandParts, oneOf } from './command';
import { waitFor } from './waits';

const { t } = vscode.l10n;

export const sendCommand: Command = {
  id: COMMANDS.send,
  async run(parts, node) {
    const queue = await oneOf(parts, t('Send to Queue'), 'sysv.msg', node);
    if (!queue) return;
    const name = nameOf(queue, parts.inventory.process);
    const given = await askParameters(parts.ask, 'sysv.msg', 'send', {
      ...{ title: titleOf('send', name), object: queue, host: parts.inventory.host },
    });
    if (!given) return;
    if (given.wait) return waitFor(parts, queue, 'send', given);
    const sent = await attempt(parts, attemptOf('send', name), () =>
      send(parts, origin(parts, queue), given),
    );
    if (sent) parts.ask.tellBriefly(t('Sent {0} bytes to {1}.', sent.bytes, name));
  },
};

export const peekCommand: Command = {
  id: COMMANDS.peek,
  async run(parts, node) {
    const queue = await oneOf(parts, t('Peek at Queue'), 'sysv.msg', node);
    // The panel peeks by itself and shows what it finds.
    if (queue) parts.panels.show(queue, { keep: false, preserveFocus: false });
  },
};

export const receiveCommand: Command = {
  id: COMMANDS.receive,
  async run(parts, node) {
    const queue = await oneOf(parts, t('Receive from Queue'), 'sysv.msg', node);
    if (!queue) return;
    const name = nameOf(queue, parts.inventory.process);
    const given = await askParameters(parts.ask, 'sysv.msg', 'take', {
      ...{ title: titleOf('take', name), object: queue, host: parts.inventory.host },
    });
    if (!given) return;
    if (given.wait) return waitFor(parts, queue, 'take', given);
    const received = await attempt(parts, attemptOf('take', name), async () => {
      try {
        return await receive(parts, origin(parts, queue), given.rule);
      } catch (error) {
        throw await withLastReceiver(parts, queue, error);
      }
    });
    // The history in its panel shows what was taken.
    if (received) parts.panels.show(queue, { keep: false, preserveFocus: false });
  },
};

/** Where nothing was there to receive, people ask who took it: the failure gets the name of the last receiver. */
async function withLastReceiver(
  parts: CommandParts,
  queue: ObjectOf<'sysv.msg'>,
  error: unknown,
): Promise<unknown> {
  const failure = asFailure(error);
  if (failure.code !== 'nothing') return error;
  const snapshot = await parts.inventory.snapshot().catch(() => undefined);
  const now = snapshot?.objects.find(({ ref }) => ref === queue.ref);
  if (now?.kind !== 'sysv.msg' || !now.lastReceive) return error;
  const find = (pid: number) => snapshot?.processes.find((process) => process.pid === pid);
  const detail = { receiver: pastText(now.lastReceive, find), at: now.lastReceive.at };
  return new IpcFailure({ ...failure, detail });
}

function origin(parts: CommandParts, queue: ObjectOf<'sysv.msg'>) {
  return originOf(queue, parts.helper.bootId, labelOf(queue, parts.inventory.process));
}
