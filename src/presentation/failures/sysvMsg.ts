/** Why calls on message queues fail: msgget(2), msgop(2), msgctl(2). */
import { WAIT_LABELS } from '../waitLabels';
import { sizeOf } from '../values';
import { countOf, has, sizeIn, type Sentences } from './detail';
import { t } from '../translate';

export const sysvMsg: Sentences = {
  'msgget EEXIST': () => t('a queue with this key exists already. Choose another key, or use that queue.'),
  'msgget ENOSPC': () =>
    t(
      'this machine has as many queues as it allows (kernel.msgmni). Destroy one that nobody needs, or raise that limit.',
    ),
  'msgget EACCES': () =>
    t('a queue with this key exists, and its mode does not let you use it. Choose another key.'),
  'msgget ENOENT': () => t('no queue has this key.'),

  'msgsnd EAGAIN': (detail) =>
    Number(detail.bytes) > Number(detail.limit)
      ? t(
          'the message has {0}, and the queue never holds more than {1}. Send a shorter one, or raise its limit.',
          sizeIn(detail, 'bytes'),
          sizeIn(detail, 'limit'),
        )
      : has(detail, 'queued', 'limit', 'messages')
        ? t(
            'it is full ({0} in {1} messages). Receive some messages first, raise its limit, or choose "{2}".',
            sizeOf(detail.queued as number, detail.limit as number),
            countOf(detail, 'messages'),
            t(WAIT_LABELS['sysv.msg send']),
          )
        : t(
            'it is full. Receive some messages first, raise its limit, or choose "{0}".',
            t(WAIT_LABELS['sysv.msg send']),
          ),
  'msgsnd EINVAL': (detail) =>
    has(detail, 'bytes', 'limit')
      ? t(
          'the message has {0}, and this machine allows {1} a message (kernel.msgmax). Send a shorter one.',
          sizeIn(detail, 'bytes'),
          sizeIn(detail, 'limit'),
        )
      : t('the message is longer than this machine allows (kernel.msgmax). Send a shorter one.'),
  'msgsnd EACCES': () => t('its mode does not let you write. Ask its owner, or run as a user who may.'),

  'msgrcv EACCES': () => t('its mode does not let you read it. Ask its owner, or run as a user who may.'),
  'msgrcv EINVAL': () =>
    t(
      'a message in it is longer than this machine allows at present (kernel.msgmax), so it cannot be copied before it is taken. Raise that limit and try again.',
    ),
  'msgrcv ENOSYS': () =>
    t(
      'this kernel does not copy messages (MSG_COPY needs CONFIG_CHECKPOINT_RESTORE), so nothing was looked at or taken.',
    ),
  'msgrcv E2BIG': () =>
    t(
      'a message in it is longer than this machine allows at present (kernel.msgmax). Raise that limit and try again.',
    ),

  'msgctl EPERM': (detail) =>
    has(detail, 'limit')
      ? t(
          'only root may raise its limit above {0} bytes (kernel.msgmnb). Choose at most that, or run as root.',
          countOf(detail, 'limit'),
        )
      : t('only its owner, its creator or root may do that. Run as one of them.'),
  'msgctl EACCES': () => t('its mode does not let you read it. Ask its owner, or run as a user who may.'),
  'msgctl EINVAL': () =>
    t('the kernel does not take such a value: an owner or group of this number, or a limit of this size.'),
};
