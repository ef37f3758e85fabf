/** What is said of a semaphore that an ended process may have held. */
import { t } from '../translate';
import { allWho, objectName, shortName, waitText } from './names';
import type { FindingMessages } from './messages';

export const semaphoreNotReturned: FindingMessages<'semaphoreNotReturned'> = {
  title: () => t('Last user ended'),
  about: ({ parts: { set, waiters } }, around) => [shortName(set, around), waitText(waiters.length)],
  says: ({ parts: { set, number, value, last, waiters } }, around) =>
    t(
      'Waiting to lower [{0}] of {1}, which is {2}: {3}. Process {4} changed it last and has ended.',
      number,
      objectName(set, around.find),
      value,
      allWho(waiters, around),
      last,
    ),
  matters: () => t('If that one held it, nobody gives it back.'),
};
