/** The acts on a System V message queue. */
import { fromBytes } from '../../../protocol/bytes';
import { asFailure, IpcFailure } from '../../../protocol/errors';
import type { ObjectOf, ParametersOf } from '../../../protocol/kinds';
import type { ReceiveRule } from '../../../protocol/kinds/sysvMsg';
import { labelOf } from '../../../presentation/kinds';
import { t } from '../../../presentation/translate';
import { grouped, momentText, pastText, size } from '../../../presentation/values';
import { waitersSentence } from '../../../presentation/waits';
import type { ActContext } from '../context';
import { take } from '../take';
import { altering, creating, creatorOf, originOf, reportSent, reportTaken, whichSysv } from './common';
import type { KindActs } from './kindActs';

type Queue = ObjectOf<'sysv.msg'>;

export const sysvMsg: KindActs<'sysv.msg'> = {
  identity: creatorOf,
  giveBack: ({ type, content }) => ({ ability: 'send', given: { type, content } }),
  acts: {
    create: creating('sysv.msg'),
    send: {
      page: true,
      sends: ({ type, content }) => ({ type, content }),
      report: reportSent,
    },
    peek: { opens: true },
    take: {
      page: true,
      run: receive,
      report(context, { object, name, outcome: { result, entry }, after }) {
        const { type, content } = entry ?? result;
        const many = size(fromBytes(content).length);
        reportTaken(
          context,
          object,
          after &&
            t('Received a message of type {0} ({1}) from {2} after {3}.', type ?? '?', many, name, after),
        );
      },
    },
    alter: altering,
    destroy: {
      which: whichSysv,
      consequences: (queue, { find }) => [
        queue.messages === 0
          ? t('It holds no messages.')
          : queue.messages === 1
            ? t('Its message ({0}) is lost.', size(queue.bytes))
            : t('Its {0} messages ({1}) are lost.', grouped(queue.messages), size(queue.bytes)),
        ...(queue.lastSend
          ? [t('Last sender: {0}, at {1}.', pastText(queue.lastSend, find), momentText(queue.lastSend.at))]
          : []),
        ...(queue.lastReceive
          ? [
              t(
                'Last receiver: {0}, at {1}.',
                pastText(queue.lastReceive, find),
                momentText(queue.lastReceive.at),
              ),
            ]
          : []),
        ...waitersSentence(queue, find),
      ],
    },
  },
};

/** Where it may wait: first as any receive, with a copy beforehand; only where nothing matches it waits. */
async function receive(
  context: ActContext,
  queue: Queue,
  { rule, wait }: Pick<ParametersOf<'sysv.msg', 'take'>, 'rule' | 'wait'>,
) {
  try {
    return await receiveNow(context, queue, rule, false);
  } catch (error) {
    if (asFailure(error).code !== 'nothing') throw error;
    if (wait !== true) throw await withLastReceiver(context, queue, error);
    return receiveNow(context, queue, rule, true);
  }
}

/** What is waited for nothing can copy before it is there; what was really taken replaces the copy, but for bytes that the rule throws away. */
async function receiveNow(context: ActContext, queue: Queue, rule: ReceiveRule, wait: boolean) {
  const { helper, inventory } = context;
  const { ref } = queue;
  const { unacknowledged: result, entry } = await take(context, {
    kind: 'sysv.msg',
    origin: originOf(context, queue, labelOf(queue, inventory.process)),
    truncate: rule.truncate,
    ...(!wait && { copy: () => helper.act('sysv.msg', 'copy', { ref, rule }) }),
    content: ({ type, content }) => ({ type, content }),
    take: (recovery) => helper.act('sysv.msg', 'take', { ref, rule, ...(wait && { wait }), recovery }),
  });
  return { result, entry };
}

/** Where nothing was there to receive, people ask who took it: the failure gets the name of the last receiver. */
async function withLastReceiver({ inventory }: ActContext, queue: Queue, error: unknown): Promise<unknown> {
  const snapshot = await inventory.snapshot().catch(() => undefined);
  const now = snapshot?.objects.find(({ ref }) => ref === queue.ref);
  if (now?.kind !== 'sysv.msg' || !now.lastReceive) return error;
  const find = (pid: number) => snapshot?.processes.find((process) => process.pid === pid);
  const detail = { receiver: pastText(now.lastReceive, find), at: now.lastReceive.at };
  return new IpcFailure({ ...asFailure(error), detail });
}
