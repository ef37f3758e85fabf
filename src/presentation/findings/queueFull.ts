/** What is said of a queue without room. */
import { t } from '../translate';
import { grouped } from '../values';
import { allWho, objectName, shortName, waitText } from './names';
import type { FindingMessages } from './messages';

export const queueFull: FindingMessages<'queueFull'> = {
  title: () => t('Queue full'),
  about: ({ parts: { queue, senders } }, around) => [shortName(queue, around), waitText(senders.length)],
  says: ({ parts: { queue, messages, senders } }, around) =>
    t(
      'No room in {0} ({1} queued), and nobody receives. Waiting to send: {2}.',
      objectName(queue, around.find),
      grouped(messages),
      allWho(senders, around),
    ),
  matters: () => t('Senders go on only when somebody receives.'),
};
