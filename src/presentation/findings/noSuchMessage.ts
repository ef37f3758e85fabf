/** What is said where no message fits. */
import { t } from '../translate';
import { grouped } from '../values';
import { shortName, waitText } from './names';
import type { FindingMessages } from './messages';
import { waitingText } from './waiting';

export const noSuchMessage: FindingMessages<'noSuchMessage'> = {
  title: () => t('No such message'),
  about: ({ parts: { queue, receivers } }, around) => [shortName(queue, around), waitText(receivers.length)],
  says({ parts: { messages, receivers } }, around) {
    const waiting = receivers.map((one) => waitingText(one, around)).join('; ');
    return messages === 1
      ? t('{0}. There is 1 message in it, of another type.', waiting)
      : t('{0}. There are {1} messages in it, all of other types.', waiting, grouped(messages));
  },
  matters: () => t('Sender and receiver do not agree on the type, or nobody takes what is queued.'),
};
