/** What is said of what is full and not read. */
import { t } from '../translate';
import { shortName, waitText } from './names';
import type { FindingMessages } from './messages';
import { waitingText } from './waiting';

export const notRead: FindingMessages<'notRead'> = {
  title: () => t('Full, not read'),
  about: ({ parts: { stream, writers } }, around) => [shortName(stream, around), waitText(writers.length)],
  says: ({ parts: { writers, readers } }, around) =>
    t(
      '{0}. Who could read does something else: {1}.',
      writers.map((one) => waitingText(one, around)).join('; '),
      readers.map((one) => waitingText(one, around)).join('; '),
    ),
  matters: () => t('The writer goes on only when somebody reads.'),
};
