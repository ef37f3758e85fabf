/** How POSIX message queues are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import { userOf, whyUntold } from '../../protocol/rights';
import type { Host } from '../../protocol/snapshot';
import { amount, type Context, type FactRecord, type FactValue, type Line } from '../facts';
import { bytesText, exactSize, type Find, grouped, pidText, size } from '../values';
import { signalText } from '../signals';
import type { Figure, KindPresentation } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { byName, posixCopies, posixHead, posixLabel, posixStates, posixTail, posixTitle } from './posix';
import { withLimit } from './sysv';
import { messagesText } from './sysvMsg';
import { queueWaitPart, waiterFacts } from '../waits';
import { watchedFacts } from '../watched';
import { t } from '../translate';

type Queue = ObjectOf<'posix.mq'>;

const labels = () => ({
  one: t('POSIX queue'),
  many: t('POSIX queues'),
  group: t('POSIX queues'),
  whole: t('POSIX queue'),
  verb: t('Destroy Queue'),
  create: t('Create POSIX Queue'),
});

export const posixMq: KindPresentation<'posix.mq'> = {
  kind: 'posix.mq',
  get labels() {
    return labels();
  },
  icon: 'inbox',
  word: 'mqueue',
  get about() {
    return t(
      'A POSIX message queue keeps whole messages in the kernel until somebody receives them, those of the highest priority first.',
    );
  },
  closed: false,

  label: posixLabel,
  title: (object, find) => posixTitle(object, labels().one, find),
  sort: () => labels().whole,
  order: byName,

  row: (object, host, find) => ({
    steady: youPart(object),
    counters: [
      ...messagesPart(object),
      ...(object.bytes === undefined ? [] : [size(object.bytes)]),
      ...queueWaitPart(object),
      ...notifyPart(object, find),
    ],
    owner: ownerPart(object, host),
  }),

  states: posixStates,

  facts: [
    ...posixHead,
    toldFact('messages', () => t('Messages'), 'mq_curmsgs', grouped),
    toldFact('maxMessages', () => t('Messages, at most'), 'mq_maxmsg', grouped),
    toldFact('messageSize', () => t('Longest message'), 'mq_msgsize', exactSize),
    toldFact('bytes', () => t('Bytes queued'), 'QSIZE', exactSize),
    {
      key: 'notify',
      label: () => t('Notifies'),
      kernelName: 'NOTIFY_PID',
      value: notifyValue,
    },
    ...posixTail,
    waiterFacts,
    watchedFacts,
    youFacts,
  ],

  figures,

  inline: ['send', 'take'],
  copies: posixCopies('/dev/mqueue/'),

  usage: (host, count) => withLimit(count, host.limits['posix.mq']?.queues),
  groupFacts,
};

/** A number of it; where it is not known, why. */
function toldFact(
  key: 'messages' | 'maxMessages' | 'messageSize' | 'bytes',
  label: () => string,
  kernelName: string,
  text: (value: number) => string,
): FactRecord<Queue> {
  return {
    ...{ key, label, kernelName },
    ...amount(key === 'bytes' || key === 'messageSize' ? 'bytes' : 'count', (object) => object[key]),
    value: (object, { host }) => {
      const value = object[key];
      return value === undefined ? untoldText(object, host) : text(value);
    },
  };
}

/** What stands in place of what is not known of it. */
export function untoldText(object: Queue, host: Host | undefined): string {
  if (!host) return t('not known');
  switch (whyUntold(object, userOf(host))) {
    case 'notLooked':
      return t('not looked at: its panel shows it');
    case 'owner':
      return t('hidden from its owner too, by its own mode: "Alter Owner, Mode or Limit" opens it');
    case 'mode':
      return t('hidden: its mode does not let you look, and no process that you may look at has it open');
  }
}

/** `3 of 10 messages`. */
function messagesPart({ messages, maxMessages }: Queue): string[] {
  if (messages === undefined) return [t('messages hidden')];
  if (maxMessages === undefined) return [messagesText(messages)];
  return [t('{0} of {1} messages', grouped(messages), grouped(maxMessages))];
}

function notifyPart({ notify }: Queue, find: Find): string[] {
  return notify ? [t('notifies {0}', notified(notify.pid, find))] : [];
}

function notified(pid: number, find: Find): string {
  return pid === 0 ? t('a process outside this pid namespace') : pidText(pid, find);
}

function notifyValue(object: Queue, { host, process }: Context): FactValue {
  const { notify } = object;
  if (notify === undefined) return untoldText(object, host);
  if (notify === null) return t('nobody');
  return { kernelName: 'NOTIFY, SIGNO, NOTIFY_PID', text: notifyText(notify, process) };
}

/** Who is told of a message that comes to the empty queue, and how. */
export function notifyText({ how, signal, pid }: NonNullable<Queue['notify']>, find: Find): string {
  const who = notified(pid, find);
  switch (how) {
    case 'signal':
      return signal === undefined ? t('{0}, by a signal', who) : t('{0}, by {1}', who, signalText(signal));
    case 'thread':
      return t('{0}, by a thread of its own', who);
    case 'none':
      return t('{0}, which registered without being told', who);
  }
}

function groupFacts(host: Host): Line[] {
  const limits = host.limits['posix.mq'];
  if (!limits) return [];
  return [
    { label: t('Queues, at most'), text: grouped(limits.queues), kernelName: 'queues_max' },
    { label: t('Messages of one queue, at most'), text: grouped(limits.messagesMost), kernelName: 'msg_max' },
    {
      label: t('Longest message of any queue'),
      text: exactSize(limits.messageSizeMost),
      kernelName: 'msgsize_max',
    },
    {
      label: t('Messages where a program does not say'),
      text: grouped(limits.messagesDefault),
      kernelName: 'msg_default',
    },
    {
      label: t('Longest message where a program does not say'),
      text: exactSize(limits.messageSizeDefault),
      kernelName: 'msgsize_default',
    },
  ];
}

/** Messages of how many, bytes, and who is notified. */
function figures(object: Queue, { host, process }: Context): Figure<Queue>[] {
  const { messages, maxMessages, bytes, notify } = object;
  const told = notify
    ? notifyText(notify, process)
    : notify === null
      ? t('nobody')
      : untoldText(object, host);
  return [
    {
      ...{ key: 'messages', look: messages === undefined ? 'dim' : 'value', says: messagesPart(object) },
      ...(messages !== undefined && {
        chart: {
          label: t('Messages, since this panel was opened'),
          top: maxMessages,
          of: (sample: Queue) => sample.messages,
        },
      }),
    },
    ...(bytes === undefined
      ? []
      : [
          {
            ...{ key: 'bytes', look: 'value' as const, says: [size(bytes)], detail: bytesText(bytes) },
            chart: { label: t('Bytes, since this panel was opened'), of: (sample: Queue) => sample.bytes },
          },
        ]),
    notify === undefined
      ? { key: 'notify', look: 'dim', says: [t('notifies: {0}', told)] }
      : { key: 'notify', ...(notify === null && { look: 'dim' }), says: [t('notifies {0}', told)] },
  ];
}
