/** The acts on a POSIX message queue. */
import { decodeText, fromBytes } from '../../../protocol/bytes';
import { drainedId } from '../../../protocol/drainJournal';
import { asFailure } from '../../../protocol/errors';
import type { ObjectOf, ParametersOf, ResultOf } from '../../../protocol/kinds';
import type { DrainResult } from '../../../protocol/kinds/posixMq';
import type { Host } from '../../../protocol/snapshot';
import { labelOf, nameOf } from '../../../presentation/kinds';
import { untoldText } from '../../../presentation/kinds/posixMq';
import { othersBetween } from '../../../presentation/shared';
import { t } from '../../../presentation/translate';
import { grouped, size, timeText } from '../../../presentation/values';
import { waitersSentence } from '../../../presentation/waits';
import { textTable } from '../../ui/documents';
import { visible } from '../../ui/foreign';
import { finder, keepersText, notifiedText } from '../consequences';
import { type ActContext, inspect } from '../context';
import { onDisk, take } from '../take';
import { altering, creating, originOf, reportSent, reportTaken, whichPosix } from './common';
import { asked, type KindActs, type KindDone, type Outcome } from './kindActs';

type Queue = ObjectOf<'posix.mq'>;

export const posixMq: KindActs<'posix.mq'> = {
  giveBack: ({ priority = 0, content }) => ({ ability: 'send', given: { priority, content } }),
  acts: {
    create: creating('posix.mq'),
    send: {
      page: true,
      sends: ({ priority, content }) => ({ priority, content }),
      report: reportSent,
    },
    take: {
      page: true,
      run: receive,
      report(context, { object, name, outcome: { result }, after }) {
        const { priority, content } = result;
        const many = size(fromBytes(content).length);
        reportTaken(
          context,
          object,
          after &&
            t('Received a message of priority {0} ({1}) from {2} after {3}.', priority, many, name, after),
        );
      },
    },
    drainAndRestore: { page: true, unasked: true, confirm: drainQuestion, run: drain, report: showDrained },
    alter: altering,
    destroy: {
      which: whichPosix,
      consequences: (queue, { find, host }) => [
        ...messagesText(queue, host),
        ...keepersText(queue, find),
        ...waitersSentence(queue, find),
        ...notifiedText(queue, find),
      ],
    },
  },
};

/** What is in it. */
function messagesText(queue: Queue, host: Host | undefined): string[] {
  const { messages, bytes } = queue;
  if (messages === undefined)
    return [t('What is in it: {0}.', host ? untoldText(queue, host) : t('not known'))];
  if (messages === 0) return [t('It holds no messages.')];
  const [many, held] = [grouped(messages), bytes === undefined ? '?' : size(bytes)];
  return [t('Its messages ({0}, {1}) are lost when the last process that has it closes it.', many, held)];
}

/** Nothing can copy the first message before it is taken. */
async function receive(
  context: ActContext,
  queue: Queue,
  { wait }: Pick<ParametersOf<'posix.mq', 'take'>, 'wait'>,
): Promise<Outcome<ResultOf<'posix.mq', 'take'>>> {
  const { helper, inventory } = context;
  const { ref } = queue;
  const { unacknowledged: result, entry } = await take(context, {
    kind: 'posix.mq',
    origin: originOf(context, queue, labelOf(queue, inventory.process)),
    take: (recovery) => helper.act('posix.mq', 'take', { ref, ...(wait === true && { wait }), recovery }),
  });
  return { result, entry };
}

async function drainQuestion(context: ActContext, queue: Queue) {
  return {
    question: t('Drain and restore {0}?', called(context, queue)),
    detail: [...disturbing(queue), ...(await drainConsequences(context, queue))],
    verb: t('Drain and Restore'),
  };
}

function called({ inventory }: ActContext, queue: Queue): string {
  return nameOf(queue, inventory.process);
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

async function drainConsequences(context: ActContext, queue: Queue): Promise<string[]> {
  const { find } = await finder(context, [queue]);
  return [...notifiedText(queue, find), ...waitersSentence(queue, find)];
}

/** Takes every message and sends all back. Where somebody would notice it asks once more. */
async function drain(context: ActContext, queue: Queue): Promise<Outcome<DrainResult>> {
  let result: DrainResult;
  try {
    result = await drained(context, queue, false);
  } catch (error) {
    const { code, detail } = asFailure(error);
    if (code !== 'disturbs') throw error;
    const now = await inspect<Queue>(context, queue);
    await asked(context, {
      question: t('Drain {0} although somebody notices?', called(context, now)),
      detail: [reason(detail?.why), ...(await drainConsequences(context, now))],
      verb: t('Drain All the Same'),
    });
    result = await drained(context, queue, true);
  }
  const many = result.left.length;
  if (many > 0)
    void context.ask.tell(
      'warning',
      t(
        '{0} messages of {1} could not be sent back, since others filled it. They stand among the received messages of its panel, from where they can be sent back.',
        grouped(many),
        called(context, queue),
      ),
    );
  return { result };
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

/** What could not be sent back is stored as received messages, and only then given up by the helper. `disturbs` where somebody would notice and `insist` is false. */
async function drained(context: ActContext, queue: Queue, insist: boolean): Promise<DrainResult> {
  const { helper, history, inventory } = context;
  const origin = originOf(context, queue, labelOf(queue, inventory.process));
  const recovery = history.recoveryOfMany(origin);
  const result = await helper.act('posix.mq', 'drainAndRestore', { ref: queue.ref, insist, recovery });
  const { journal } = result;
  const left = new Set(result.left);
  for (const { index, priority, content } of result.messages) {
    if (!left.has(index)) continue;
    const id = journal === undefined ? undefined : drainedId(journal, index);
    const entry = { ...history.prepare(origin), ...(id !== undefined && { id }), priority, content };
    await onDisk('message', history, () =>
      history.replace({ ...entry, at: result.readAt, what: 'received' }),
    );
  }
  if (result.token !== undefined)
    await helper.act('posix.mq', 'acknowledge', { token: result.token }).catch(() => undefined);
  return result;
}

/** The messages as a text, in the order in which they would be received. */
async function showDrained(
  { documents, inventory }: ActContext,
  { object, outcome }: KindDone<'posix.mq', 'drainAndRestore'>,
): Promise<void> {
  const { messages, readAt, moved } = outcome.result;
  const title = t('Messages of {0}, {1}', visible(labelOf(object, inventory.process)), timeText(readAt));
  const rows = messages.map(({ index, priority, content }) => {
    const bytes = fromBytes(content);
    return [String(index), String(priority), grouped(bytes.length), visible(textOf(bytes))];
  });
  const head = ['#', t('priority'), t('bytes'), t('content')];
  const note = moved ? `${othersBetween()}\n\n` : '';
  // A slash would make a folder of the name of its tab.
  const file = `${title.replaceAll('/', '')}.txt`;
  await documents.show(file, `${title}: ${messages.length}\n\n${note}${textTable(head, rows)}`);
}

function textOf(bytes: Uint8Array): string {
  return decodeText(bytes) ?? Buffer.from(bytes).toString('hex');
}
