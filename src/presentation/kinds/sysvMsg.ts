/** How System V message queues are shown. */
import { amount } from '../facts';
import type { ObjectOf } from '../../protocol/kinds';
import { pastValue } from '../processes';
import { pastPieces } from '../pieces';
import { bytesText, exactSize, type Find, grouped, size, sizeOf } from '../values';
import type { Figure, KindPresentation, State } from './kindView';
import { stateFact } from './states';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { queueWaitPart, waiterFacts } from '../waits';
import { byId, idPart, sysvCopies, sysvFacts, sysvLabel, sysvTitle, used, whenText, withLimit } from './sysv';
import { around, t } from '../translate';

type Queue = ObjectOf<'sysv.msg'>;

const labels = () => ({
  one: t('queue'),
  many: t('queues'),
  group: t('System V queues'),
  whole: t('System V queue'),
  verb: t('Destroy Queue'),
  create: t('Create System V Queue'),
});

export const sysvMsg: KindPresentation<'sysv.msg'> = {
  kind: 'sysv.msg',
  get labels() {
    return labels();
  },
  icon: 'inbox',
  word: 'queue',
  get about() {
    return t(
      'A message queue keeps whole messages in the kernel, each with a type, until somebody receives them.',
    );
  },

  closed: false,

  label: sysvLabel,
  title: (object) => sysvTitle(object, labels().one),
  sort: ({ id }) => t('System V queue #{0}', id),
  order: byId,

  row: (object, host) => ({
    steady: youPart(object),
    counters: [...messagesParts(object), bytesOf(object), ...queueWaitPart(object)],
    owner: ownerPart(object, host),
    last: idPart(object),
  }),

  states,

  facts: [
    ...sysvFacts('msg'),
    {
      key: 'messages',
      label: () => t('Messages'),
      kernelName: 'qnum',
      value: ({ messages }) => grouped(messages),
      ...amount('count', ({ messages }) => messages),
    },
    {
      key: 'bytes',
      label: () => t('Bytes queued'),
      kernelName: 'cbytes',
      value: ({ bytes }) => exactSize(bytes),
      ...amount('bytes', ({ bytes }) => bytes),
    },
    {
      key: 'maxBytes',
      label: () => t('Byte limit'),
      kernelName: 'qbytes',
      value: ({ maxBytes }) => (maxBytes === undefined ? t('not known') : exactSize(maxBytes)),
      ...amount('bytes', ({ maxBytes }) => maxBytes),
    },
    stateFact<Queue>(states),
    {
      key: 'lastSendAt',
      label: () => t('Last send'),
      kernelName: 'stime',
      value: ({ lastSend }) => whenText(lastSend?.at),
      ...amount('moment', ({ lastSend }) => (lastSend ? lastSend.at : lastSend)),
    },
    {
      key: 'lastSend',
      label: () => t('Last sender'),
      kernelName: 'lspid',
      value: ({ lastSend }, { process }) => pastValue(lastSend, process),
    },
    {
      key: 'lastReceiveAt',
      label: () => t('Last receive'),
      kernelName: 'rtime',
      value: ({ lastReceive }) => whenText(lastReceive?.at),
      ...amount('moment', ({ lastReceive }) => (lastReceive ? lastReceive.at : lastReceive)),
    },
    {
      key: 'lastReceive',
      label: () => t('Last receiver'),
      kernelName: 'lrpid',
      value: ({ lastReceive }, { process }) => pastValue(lastReceive, process),
    },
    waiterFacts,
    youFacts,
  ],

  figures,

  inline: ['send', 'peek'],
  copies: sysvCopies('-q'),

  usage: (host, count) => withLimit(count, host.limits['sysv.msg']?.queues),

  groupFacts(host) {
    const limits = host.limits['sysv.msg'];
    const usage = host.usage['sysv.msg'];
    return [
      ...(usage
        ? [
            { label: t('Queues'), text: used(usage.queues, limits?.queues), kernelName: 'msgmni' },
            { label: t('Messages in all'), text: grouped(usage.messages) },
            { label: t('Bytes in all'), text: exactSize(usage.bytes) },
          ]
        : []),
      ...(limits
        ? [
            { label: t('Longest message'), text: exactSize(limits.messageBytes), kernelName: 'msgmax' },
            {
              label: t('Byte limit of a new queue'),
              text: exactSize(limits.queueBytes),
              kernelName: 'msgmnb',
            },
          ]
        : []),
    ];
  },
};

/** Whether no message at all has room: the byte limit bounds the number of messages too, for those without text (msgop(2); ipc/msg.c, msg_fits_inqueue). */
function fullBy({ messages, bytes, maxBytes }: Queue): 'number' | 'bytes' | undefined {
  if (maxBytes === undefined) return undefined;
  if (bytes >= maxBytes && bytes > 0) return 'bytes';
  return messages >= maxBytes ? 'number' : undefined;
}

/** `12 messages`; `full: 50 of 50 messages` */
function messagesParts(object: Queue): string[] {
  const count = messagesText(object.messages);
  switch (fullBy(object)) {
    case 'number':
      return [t('full: {0} of {1} messages', grouped(object.messages), grouped(object.maxBytes ?? 0))];
    case 'bytes':
      return [t('full'), count];
    case undefined:
      return [count];
  }
}

function states(object: Queue): State[] {
  const by = fullBy(object);
  if (by === undefined) return [];
  return [
    {
      ...{ key: 'full', icon: 'warning', warns: true },
      text:
        by === 'bytes'
          ? t('full: as many bytes are queued as its limit allows, or more')
          : t('full: it has as many messages as its limit has bytes, and no more are let in, however short'),
    },
  ];
}

/** `1 message`, `12 messages` */
export function messagesText(count: number): string {
  return count === 1 ? t('1 message') : t('{0} messages', grouped(count));
}

function bytesOf({ bytes, maxBytes }: Queue): string {
  return maxBytes === undefined ? size(bytes) : sizeOf(bytes, maxBytes);
}

/** Messages, bytes, and who sent and received last. */
function figures(object: Queue, { process }: { process: Find }): Figure<Queue>[] {
  const { maxBytes } = object;
  const limit = maxBytes === undefined ? t('its limit is not known') : t('limit {0}', bytesText(maxBytes));
  return [
    {
      key: 'messages',
      look: 'value',
      says: [messagesText(object.messages)],
      chart: { label: t('Messages, since this panel was opened'), of: ({ messages }) => messages },
    },
    {
      key: 'bytes',
      look: 'value',
      says: [bytesOf(object)],
      detail: `${bytesText(object.bytes)}, ${limit}`,
      chart: { label: t('Bytes, since this panel was opened'), top: maxBytes, of: ({ bytes }) => bytes },
    },
    { key: 'lastSend', says: around('last sent {0}', pastPieces(object.lastSend, process)).flat() },
    {
      key: 'lastReceive',
      says: around('last received {0}', pastPieces(object.lastReceive, process)).flat(),
    },
  ];
}
