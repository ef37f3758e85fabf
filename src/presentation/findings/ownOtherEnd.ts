/** What is said of who waits for itself. */
import { t } from '../translate';
import { shortName, who } from './names';
import type { FindingMessages } from './messages';
import { waitingText } from './waiting';

export const ownOtherEnd: FindingMessages<'ownOtherEnd'> = {
  title: () => t('Waits for itself'),
  about: ({ parts: { waiter, stream } }, around) => [who(waiter, around), shortName(stream, around)],
  says: ({ parts: { waiter } }, around) =>
    t(
      '{0}. Only {1} itself has the other end, and none of its threads can use it.',
      waitingText(waiter, around),
      who(waiter, around),
    ),
  matters: () =>
    t('A forgotten copy of the other end keeps it open: the end of file, or the error, never comes.'),
};
