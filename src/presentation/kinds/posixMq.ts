/** How POSIX message queues are shown. */
import type { ObjectOf } from '../../protocol/kinds';
import { userOf, whyUntold } from '../../protocol/rights';
import type { Host } from '../../protocol/snapshot';
import type { Fact } from '../facts';
import { exactSize, type Find, grouped, pidText, size } from '../values';
import { signalText } from '../signals';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { byName, posixFacts, posixLabel, posixTitle } from './posix';
import { withLimit } from './sysv';
import { queueWaitPart, waiterFacts } from '../waits';
import { t } from '../translate';

type Queue = ObjectOf<'posix.mq'>;

const words = () => ({
  one: t('POSIX queue'),
  many: t('POSIX queues'),
  group: t('POSIX queues'),
  verb: t('Destroy Queue'),
  create: t('Create POSIX Queue'),
});

export const posixMq: KindView<'posix.mq'> = {
  kind: 'posix.mq',
  get words() {
    return words();
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
  title: (object, find) => posixTitle(object, words().one, find),
  order: byName,

  description: (object, host, find) => ({
    steady: youPart(object),
    counters: [
      ...messagesPart(object),
      ...(object.bytes === undefined ? [] : [size(object.bytes)]),
      ...queueWaitPart(object),
      ...notifyPart(object, find),
      ...ownerPart(object, host),
    ],
  }),

  facts(object, { host, process }) {
    const untold = untoldText(object, host);
    const many = (count: number | undefined) => (count === undefined ? untold : grouped(count));
    const sized = (bytes: number | undefined) => (bytes === undefined ? untold : exactSize(bytes));
    return [
      ...posixFacts(object, process),
      [t('Messages'), many(object.messages), 'mq_curmsgs'],
      [t('Messages, at most'), many(object.maxMessages), 'mq_maxmsg'],
      [t('Longest message'), sized(object.messageSize), 'mq_msgsize'],
      [t('Bytes queued'), sized(object.bytes), 'QSIZE'],
      notifyFact(object, untold, process),
      ...waiterFacts(object, process),
      ...youFacts(object),
    ];
  },

  usage: (host, count) => withLimit(count, host.limits['posix.mq']?.queues),
  groupFacts,
};

/** What stands in place of what is not known of it. */
export function untoldText(object: Queue, host: Host): string {
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
  if (maxMessages === undefined)
    return [messages === 1 ? t('1 message') : t('{0} messages', grouped(messages))];
  return [t('{0} of {1} messages', grouped(messages), grouped(maxMessages))];
}

function notifyPart({ notify }: Queue, find: Find): string[] {
  return notify ? [t('notifies {0}', notified(notify.pid, find))] : [];
}

function notified(pid: number, find: Find): string {
  return pid === 0 ? t('a process outside this pid namespace') : pidText(pid, find);
}

function notifyFact({ notify }: Queue, untold: string, find: Find): Fact {
  const what = t('Notifies');
  if (notify === undefined) return [what, untold, 'NOTIFY_PID'];
  if (notify === null) return [what, t('nobody'), 'NOTIFY_PID'];
  return [what, notifyText(notify, find), 'NOTIFY, SIGNO, NOTIFY_PID'];
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

function groupFacts(host: Host): Fact[] {
  const limits = host.limits['posix.mq'];
  if (!limits) return [];
  return [
    [t('Queues, at most'), grouped(limits.queues), 'queues_max'],
    [t('Messages of one queue, at most'), grouped(limits.messagesMost), 'msg_max'],
    [t('Longest message of any queue'), exactSize(limits.messageSizeMost), 'msgsize_max'],
    [t('Messages where a program does not say'), grouped(limits.messagesDefault), 'msg_default'],
    [
      t('Longest message where a program does not say'),
      exactSize(limits.messageSizeDefault),
      'msgsize_default',
    ],
  ];
}
