/** The questions before a POSIX queue is drained and restored, for the palette and the panel alike. */
import { asFailure, IpcFailure } from '../protocol/errors';
import type { ObjectOf } from '../protocol/kinds';
import type { DrainResult } from '../protocol/kinds/posixMq';
import type { Acting } from './acts/acting';
import { drain } from './acts/mqMessages';
import { inspect } from './acts/objects';
import type { Ask } from './ask';
import type { Origin } from './history';
import { nameOf } from '../presentation/kinds';
import { waitersSentence } from '../presentation/waits';
import { finder, notifiedText } from './noticing';
import { grouped } from '../presentation/values';
import { t } from '../presentation/translate';

type Parts = Acting & { ask: Ask };
type Queue = ObjectOf<'posix.mq'>;

/** Asks, drains and sends back. Where somebody would notice it asks once more. Throws IpcFailure; `cancelled` where the user said no. */
export async function drainAsked(parts: Parts, queue: Queue, origin: Origin): Promise<DrainResult> {
  const fresh = (await inspect(parts, queue)) as Queue;
  const said = [...disturbing(fresh), ...(await noticing(parts, fresh))];
  await confirm(parts, t('Drain and restore {0}?', called(parts, fresh)), said, t('Drain and Restore'));
  try {
    return await told(parts, fresh, await drain(parts, origin, false));
  } catch (error) {
    const { code, detail } = asFailure(error);
    if (code !== 'disturbs') throw error;
    const now = (await inspect(parts, queue)) as Queue;
    const why = [reason(detail?.why), ...(await noticing(parts, now))];
    await confirm(
      parts,
      t('Drain {0} although somebody notices?', called(parts, now)),
      why,
      t('Drain All the Same'),
    );
    return told(parts, now, await drain(parts, origin, true));
  }
}

function called({ inventory }: Parts, queue: Queue): string {
  return nameOf(queue, inventory.process);
}

async function confirm({ ask }: Parts, question: string, said: readonly string[], verb: string) {
  if (!(await ask.confirm(question, said.join('\n'), verb))) throw new IpcFailure({ code: 'cancelled' });
}

function disturbing({ messages }: Queue): string[] {
  return [
    t('Linux knows no way to look into a POSIX queue, so each message is taken and sent back in its order.'),
    ...(messages === undefined ? [] : [t('It holds {0} messages now.', grouped(messages))]),
    t('Others may receive or send in between; then the order may change, or the queue may be full.'),
    t('What cannot be sent back is kept among the received messages.'),
    t('If the helper is killed at that very moment, at most one message is lost.'),
  ];
}

async function noticing(parts: Parts, queue: Queue): Promise<string[]> {
  const { find } = await finder(parts, [queue]);
  return [...notifiedText(queue, find), ...waitersSentence(queue, find)];
}

/** Why it was refused. */
function reason(why: unknown): string {
  switch (why) {
    case 'registered':
      return t(
        'A process is registered to be told of the next message: sending back uses that up, and tells it.',
      );
    case 'waiting':
      return t('A process waits at this queue: it may get a message out of order, or send one in between.');
    default:
      return t(
        'Processes that may not be looked at might wait at this queue: one would get a message out of order.',
      );
  }
}

/** Says what could not be sent back. */
async function told(parts: Parts, queue: Queue, drained: DrainResult): Promise<DrainResult> {
  const many = drained.left.length;
  if (many > 0)
    void parts.ask.tell(
      'warning',
      t(
        '{0} messages of {1} could not be sent back, since others filled it. They stand among the received messages of its panel, from where they can be sent back.',
        grouped(many),
        called(parts, queue),
      ),
    );
  return Promise.resolve(drained);
}
