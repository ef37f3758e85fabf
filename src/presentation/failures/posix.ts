/** Why calls on POSIX queues, semaphores and shared memory fail: mq_overview(7), sem_overview(7), shm_overview(7), and on mappings: pread(2), pwrite(2). */
import { WAIT_LABELS } from '../waitLabels';
import { bytesOf, countOf, type Detail, has, type Sentences, sizeIn } from './detail';
import { t } from '../translate';

function tooLarge(detail: Detail): string {
  if (has(detail, 'maxMessages', 'limit'))
    return t(
      'this machine allows {0} messages in a queue (fs.mqueue.msg_max), and only root may go beyond. Choose at most that, or raise the limit.',
      countOf(detail, 'limit'),
    );
  return has(detail, 'messageSize', 'limit')
    ? t(
        'this machine allows {0} a message (fs.mqueue.msgsize_max), and only root may go beyond. Choose at most that, or raise the limit.',
        bytesOf(detail, 'limit'),
      )
    : t('no queue can have this name, or so many or so long messages. Choose others.');
}

function full(detail: Detail): string {
  const wait = t(WAIT_LABELS['posix.mq send']);
  return has(detail, 'messages', 'most')
    ? t(
        'it is full ({0} of {1} messages). Receive some first, or choose "{2}".',
        countOf(detail, 'messages'),
        countOf(detail, 'most'),
        wait,
      )
    : t('it is full. Receive some messages first, or choose "{0}".', wait);
}

const queues: Sentences = {
  'mq_open EEXIST': () => t('a queue of this name exists already. Choose another name, or use that queue.'),
  'mq_open ENOENT': () => t('its name is gone already; somebody removed it.'),
  'mq_open EINVAL': tooLarge,
  'mq_open ENAMETOOLONG': () => t('no queue has so long a name. Choose a shorter one.'),
  'mq_open ENOSPC': (detail) =>
    has(detail, 'limit')
      ? t(
          'this IPC namespace has as many queues as it allows ({0}, fs.mqueue.queues_max). Destroy one that nobody needs, or raise that limit.',
          countOf(detail, 'limit'),
        )
      : t(
          'this IPC namespace has as many queues as it allows (fs.mqueue.queues_max). Destroy one that nobody needs, or raise that limit.',
        ),
  'mq_open EMFILE': (detail) =>
    has(detail, 'bytes')
      ? t(
          'all your queues together may take no more than {0} (RLIMIT_MSGQUEUE, ulimit -q), which is less than this one would need besides the others. Choose fewer or shorter messages, or destroy a queue that nobody needs.',
          sizeIn(detail, 'bytes'),
        )
      : t(
          'all your queues together may take no more bytes than they have (RLIMIT_MSGQUEUE, ulimit -q). Choose fewer or shorter messages, or destroy a queue that nobody needs.',
        ),
  'mq_send EAGAIN': full,
  'mq_send EMSGSIZE': (detail) =>
    has(detail, 'bytes', 'limit')
      ? t(
          'the message has {0}, and this queue takes {1} a message. Send a shorter one.',
          sizeIn(detail, 'bytes'),
          sizeIn(detail, 'limit'),
        )
      : t('the message is longer than this queue takes. Send a shorter one.'),
  'mq_send EBADF': () => t('it is not open for sending.'),
  'mq_send EINVAL': () => t('a priority is a whole number from 0 to 32,767.'),
  'mq_receive EAGAIN': () => t('it is empty. Try later, or choose "{0}".', t(WAIT_LABELS['posix.mq take'])),
  'mq_receive EBADF': () => t('it is not open for receiving.'),
  'mq_receive EMSGSIZE': () => t('its messages are longer than they were a moment ago. Try again.'),
  'mq_unlink ENOENT': () => t('its name is gone already; somebody removed it.'),
  'mq_unlink EACCES': () =>
    t('only its owner or root may remove it from /dev/mqueue, whose folder is sticky. Run as one of them.'),
  'mq_unlink EPERM': () =>
    t('only its owner or root may remove it from /dev/mqueue, whose folder is sticky. Run as one of them.'),
};

const semaphores: Sentences = {
  'sem_open EEXIST': () =>
    t('a semaphore of this name exists already. Choose another name, or use that semaphore.'),
  'sem_open EINVAL': () => t('no semaphore can have this name or value, or its file is none any more.'),
  'sem_open ENOENT': () => t('there is no /dev/shm, or no semaphore can have this name.'),
  'sem_open ENAMETOOLONG': () => t('no semaphore has so long a name. Choose a shorter one.'),
  'sem_open ENOSPC': () => t('/dev/shm is full. Free some of it first.'),
  'sem_post EOVERFLOW': () => t('it has the highest value that there is (2,147,483,647).'),
  'sem_post EINVAL': () => t('it is no semaphore any more.'),
  'sem_trywait EAGAIN': () =>
    t(
      'it is zero, so it cannot be lowered now. Post it first, or wait for it ("{0}").',
      t(WAIT_LABELS['posix.sem wait']),
    ),
  'sem_trywait EINVAL': () => t('it is no semaphore any more.'),
  'sem_wait EINVAL': () => t('it is no semaphore any more.'),
  'mmap EACCES': () => t('its mode does not let you change it. Ask its owner, or run as a user who may.'),
};

const memory: Sentences = {
  'open EEXIST': () =>
    t('an object of this name exists already. Choose another name, or use the one that is there.'),
  'open ETXTBSY': () => t('it is a program that runs now, so nobody may write to it.'),
  'ftruncate EFBIG': () => t('no object can be so large. Choose a smaller size.'),
  'ftruncate EINVAL': () => t('this is no size that it can have.'),
  'ftruncate EPERM': () => t('it is sealed against growing or shrinking (F_SEAL_GROW, F_SEAL_SHRINK).'),
  'ftruncate EACCES': () => t('its mode does not let you write it. Ask its owner, or run as a user who may.'),
  'ftruncate ENOSPC': () => t('the file system that it lies in is full.'),
  'write EPERM': () => t('it is sealed against writing (F_SEAL_WRITE).'),
  'write ENOSPC': () => t('the file system that it lies in is full, so this part of it cannot be touched.'),
  'write EFBIG': () => t('no file can be so large there.'),
  'write EIO': () => t('the disk that has it does not answer as it should.'),
  'read EIO': () => t('the disk that has it does not answer as it should.'),
};

const alterations: Sentences = {
  'chmod EPERM': () => t('only its owner or root may do that. Run as one of them.'),
  'chown EPERM': () =>
    t('only root may give it to another user, and its owner only to a group of his own. Run as root.'),
  'chown EINVAL': () => t('the kernel takes no owner or group of this number.'),
};

export const posix: Sentences = { ...queues, ...semaphores, ...memory, ...alterations };

/** Why nobody can look into memory that is a file without disturbing. */
export function memoryDisturbs(): string {
  return t(
    'Linux lets only the same user or root read what others have mapped, and it has no file that you may open. Run as that user, or as root.',
  );
}

/** Why a queue is not drained without disturbing. `why` as the helper gives it. */
export function queueDisturbs(why: unknown): string {
  switch (why) {
    case 'registered':
      return t('a process is registered to be told of the next message, and sending back would use that up.');
    case 'waiting':
      return t('a process waits at it, and would get a message out of order or send one in between.');
    default:
      return t('it is full, and processes that may not be looked at might wait to send to it.');
  }
}

/** Why this cannot be done here; undefined where `why` is none of these. */
export function posixUnsupported(why: unknown): string | undefined {
  switch (why) {
    case 'layout':
      return t(
        'another C library (glibc or musl) laid it out than the one IPC Inspector runs with, so its words mean something else. Use a program of that library.',
      );
    case 'notMemory':
      return t('what lies there under its name is no shared memory.');
  }
  return undefined;
}
