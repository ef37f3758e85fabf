/** How System V message queues are shown. */
import { exactSize, grouped, momentText, exactPast, sizeOf, size } from '../values';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { queueWaitPart, waiterFacts } from '../waits';
import { byId, idPart, sysvFacts, sysvLabel, sysvTitle, used, withLimit } from './sysv';
import { t } from '../translate';

const words = () => ({
  one: t('queue'),
  many: t('queues'),
  group: t('System V queues'),
  verb: t('Destroy Queue'),
  create: t('Create System V Queue'),
});

export const sysvMsg: KindView<'sysv.msg'> = {
  kind: 'sysv.msg',
  get words() {
    return words();
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
  title: (object) => sysvTitle(object, words().one),
  order: byId,

  description(object, host) {
    const bytes = object.maxBytes === undefined ? size(object.bytes) : sizeOf(object.bytes, object.maxBytes);
    const messages = object.messages === 1 ? t('1 message') : t('{0} messages', grouped(object.messages));
    return {
      steady: youPart(object),
      counters: [messages, bytes, ...queueWaitPart(object), ...ownerPart(object, host)],
      last: idPart(object),
    };
  },

  facts(object, { process }) {
    const { lastSend, lastReceive, maxBytes } = object;
    const never = t('never');
    return [
      ...sysvFacts(object, 'msg'),
      [t('Messages'), grouped(object.messages), 'qnum'],
      [t('Bytes queued'), exactSize(object.bytes), 'cbytes'],
      ...(maxBytes === undefined ? [] : [[t('Byte limit'), exactSize(maxBytes), 'qbytes'] as const]),
      [t('Last send'), lastSend ? momentText(lastSend.at) : never, 'stime'],
      ...(lastSend ? [[t('Last sender'), exactPast(lastSend, process), 'lspid'] as const] : []),
      [t('Last receive'), lastReceive ? momentText(lastReceive.at) : never, 'rtime'],
      ...(lastReceive ? [[t('Last receiver'), exactPast(lastReceive, process), 'lrpid'] as const] : []),
      ...waiterFacts(object, process),
      ...youFacts(object),
    ];
  },

  usage: (host, count) => withLimit(count, host.limits['sysv.msg']?.queues),

  groupFacts(host) {
    const limits = host.limits['sysv.msg'];
    const usage = host.usage['sysv.msg'];
    return [
      ...(usage
        ? [
            [t('Queues'), used(usage.queues, limits?.queues), 'msgmni'] as const,
            [t('Messages in all'), grouped(usage.messages)] as const,
            [t('Bytes in all'), exactSize(usage.bytes)] as const,
          ]
        : []),
      ...(limits
        ? [
            [t('Longest message'), exactSize(limits.messageBytes), 'msgmax'] as const,
            [t('Byte limit of a new queue'), exactSize(limits.queueBytes), 'msgmnb'] as const,
          ]
        : []),
    ];
  },
};
