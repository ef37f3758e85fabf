/** The words of each question, by kind, ability and parameter. */
import type { SubjectKind } from '../../protocol/ref';
import { kindViews } from '../../presentation/kinds';
import { t } from '../../presentation/translate';

type Words = Readonly<Record<string, string>>;

/** What is asked alike whatever the ability. */
const common: Words = {
  key: t('How do other programs find it?'),
  mode: t('Who may use it?'),
  exclusive: t('And if the key exists already?'),
  wait: t('And if it cannot be done at once?'),
  uid: t('Owner: a name or a number; empty leaves it as it is'),
  gid: t('Group: a name or a number; empty leaves it as it is'),
};

const CAPACITY = t('How many bytes it may hold, as 65536 or 64 KiB; the kernel rounds up to whole pages');

const NAME = t('Its name, as /jobs');
const MEMORY_WRITE: Words = {
  offset: t('Where to begin: an offset in bytes, decimal or with 0x'),
  content: t('What to write'),
};

const own: Readonly<Partial<Record<SubjectKind, Readonly<Record<string, Words>>>>> = {
  'sysv.msg': {
    send: {
      type: t('Type: a whole number above 0, by which receivers choose'),
      content: t('Content; may be empty'),
      wait: t('And if the queue has no room?'),
    },
    take: { rule: t('Which message?'), wait: t('And if no such message is there?') },
    alter: { maxBytes: t('Byte limit, as 65536 or 64 KiB; more than msgmnb needs root') },
  },
  'sysv.sem': {
    create: {
      semaphores: t('How many semaphores?'),
      values: t('Their values, as 1, 0, 5 or 32000 x 1; empty: all are 0'),
    },
    operate: {
      operations: t(
        'Operations, all at once or none: 0 -1, 2 +1. A negative change waits until it can, 0 for zero',
      ),
    },
    hold: {
      operations: t('What to hold: 0 -1, 2 -1. Ending the hold gives it back, whatever happens (SEM_UNDO)'),
    },
    set: { number: t('Which semaphore?'), value: t('Its new value, 0 to 32,767') },
    setAll: { values: t('All values, as 1, 0, 5 or 32000 x 1') },
  },
  'sysv.shm': {
    create: { bytes: t('Size, as 65536 or 64 KiB') },
    write: MEMORY_WRITE,
  },
  'posix.mq': {
    create: {
      name: NAME,
      maxMessages: t('How many messages it may hold'),
      messageSize: t('How long a message may be, as 8192 or 8 KiB'),
    },
    send: {
      priority: t('Priority, 0 to 32,767: higher ones are received first'),
      content: t('Content; may be empty'),
      wait: t('And if the queue is full?'),
    },
    take: {
      wait: t(
        'And if it is empty? No copy is possible first: if the helper is killed in between, one message is lost',
      ),
    },
    drainAndRestore: { insist: t('And if somebody waits or is notified?') },
  },
  'posix.sem': {
    create: { name: NAME, value: t('Its value at the beginning, 0 or more') },
  },
  'posix.shm': {
    create: { name: NAME, bytes: t('Size, as 4096 or 4 KiB') },
    write: MEMORY_WRITE,
    resize: { bytes: t('Its new size, as 4096 or 4 KiB; processes that touch what is cut off get SIGBUS') },
  },
  mapping: { write: MEMORY_WRITE },
  pipe: { alterCapacity: { capacity: CAPACITY } },
  fifo: {
    create: { path: t('Path of the new file, whole or from the folder of the workspace on') },
    alterCapacity: { capacity: CAPACITY },
    write: { content: t('What to write'), wait: t('And if nobody reads it, or it has no room?') },
    read: {
      length: t('How many bytes to take at most, as 4096 or 4 KiB'),
      wait: t('And if there is nothing to read?'),
    },
  },
  unix: {
    talk: { target: t('What is it called?'), type: t('Which type of socket?') },
    listen: {
      name: t('How do others find it?'),
      type: t('Which type of socket?'),
      echo: t('How is it to answer?'),
    },
  },
  inet: {
    talk: {
      protocol: t('TCP or UDP?'),
      address: t('Which address of this machine?'),
      port: t('Port, 1 to 65,535'),
    },
    listen: {
      protocol: t('TCP or UDP?'),
      address: t('Which address of this machine? Nothing comes in from outside.'),
      port: t('Port, 1 to 65,535; 0 lets the kernel choose one'),
      echo: t('How is it to answer?'),
    },
  },
  process: {
    signal: {
      signal: t('Which signal? Type a name or a number.'),
      tid: t('To all of it, or to one thread?'),
      value: t('A whole number to go with it; empty: none'),
    },
    signalGroup: { signal: t('Which signal? Each process of the group gets it.') },
  },
};

/** What can be altered, as a choice. */
const alterable: Words = {
  uid: t('Owner...'),
  gid: t('Group...'),
  mode: t('Mode...'),
  maxBytes: t('Byte Limit...'),
};

/** The question for one parameter; the parameter's own name where it has no words, which a test does not allow. */
export function promptOf(kind: SubjectKind, ability: string, field: string): string {
  const view: Readonly<Record<string, Readonly<Record<string, () => string>> | undefined>> =
    (kind === 'process' ? undefined : kindViews[kind].prompts) ?? {};
  return own[kind]?.[ability]?.[field] ?? view[ability]?.[field]?.() ?? common[field] ?? field;
}

/** One thing that can be altered, as an item of a choice. */
export function choiceOf(field: string): string {
  return alterable[field] ?? field;
}
