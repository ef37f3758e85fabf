/** What can be done with a queue: send, peek, receive. */
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { AbilityOf, ObjectOf } from '../../protocol/kinds';
import { attemptOf, titleOf } from '../../presentation/abilities';
import { originOf, receive, send } from '../acts/messages';
import { receiveMq, sendMq } from '../acts/mqMessages';
import { attempt } from '../attempt';
import { pastText } from '../../presentation/values';
import { COMMANDS } from '../ids';
import { askParameters, type Given } from '../inputs';
import { labelOf, nameOf } from '../../presentation/kinds';
import { mayAsk, mayBegin } from '../may';
import { type Command, type CommandParts, oneOf, targets } from './command';
import { waitFor } from './waits';
import { t } from '../../presentation/translate';

/** The kinds whose objects hold messages. */
const QUEUES = ['sysv.msg', 'posix.mq'] as const;
type Queue = ObjectOf<(typeof QUEUES)[number]>;

export const sendCommand: Command = {
  id: COMMANDS.send,
  async run(parts, node) {
    if (!mayAsk(parts, 'send', node)) return;
    const [queue] = await targets(parts, t('Send to Queue'), QUEUES, node, undefined, 'send');
    if (!queue || !mayBegin(parts, queue, 'send')) return;
    if (queue.kind === 'sysv.msg') {
      const given = await askAbout(parts, queue, 'send');
      if (given) await sent(parts, queue, given, () => send(parts, origin(parts, queue), given));
    } else if (queue.kind === 'posix.mq') {
      const given = await askAbout(parts, queue, 'send');
      if (given) await sent(parts, queue, given, () => sendMq(parts, origin(parts, queue), given));
    }
  },
};

/** Sends, at once or as an act that waits. */
async function sent(
  parts: CommandParts,
  queue: Queue,
  given: Readonly<Record<string, unknown>>,
  act: () => Promise<{ bytes: number }>,
): Promise<void> {
  if (given.wait === true) return waitFor(parts, queue, 'send', given);
  const name = nameOf(queue, parts.inventory.process);
  const done = await attempt(parts, attemptOf('send', name), act);
  if (done) parts.ask.tellBriefly(t('Sent {0} bytes to {1}.', done.bytes, name));
}

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
    if (!mayAsk(parts, 'take', node)) return;
    const [queue] = await targets(parts, t('Receive from Queue'), QUEUES, node, undefined, 'take');
    if (!queue || !mayBegin(parts, queue, 'take')) return;
    if (queue.kind === 'sysv.msg') {
      const given = await askAbout(parts, queue, 'take');
      if (!given) return;
      await received(parts, queue, given, async () => {
        try {
          return await receive(parts, origin(parts, queue), given.rule);
        } catch (error) {
          throw await withLastReceiver(parts, queue, error);
        }
      });
    } else if (queue.kind === 'posix.mq') {
      const given = await askAbout(parts, queue, 'take');
      if (given) await received(parts, queue, given, () => receiveMq(parts, origin(parts, queue), false));
    }
  },
};

/** Receives, at once or as an act that waits. */
async function received(
  parts: CommandParts,
  queue: Queue,
  given: Readonly<Record<string, unknown>>,
  act: () => Promise<unknown>,
): Promise<void> {
  if (given.wait === true) return waitFor(parts, queue, 'take', given);
  const done = await attempt(parts, attemptOf('take', nameOf(queue, parts.inventory.process)), act);
  // The history in its panel shows what was taken.
  if (done) parts.panels.show(queue, { keep: false, preserveFocus: false });
}

/** What a user gives for an ability of a queue, asked about the queue as it was seen last. */
function askAbout<K extends Queue['kind'], A extends AbilityOf<K>>(
  { ask, inventory }: CommandParts,
  queue: ObjectOf<K>,
  ability: A,
): Promise<Given<K, A> | undefined> {
  const title = titleOf(ability, nameOf(queue, inventory.process));
  const about = { title, object: queue as Queue, host: inventory.actingHost };
  return askParameters(ask, (queue as Queue).kind as K, ability, about);
}

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

function origin(parts: CommandParts, queue: Queue) {
  return originOf(queue, parts.helper.bootId, labelOf(queue, parts.inventory.process));
}
