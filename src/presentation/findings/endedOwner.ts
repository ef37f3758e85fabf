/** What is said of a lock whose owner has ended. */
import { t } from '../translate';
import { offsetText } from '../values';
import { allWho, objectName, shortName, waitText } from './names';
import type { FindingMessages } from './messages';

export const endedOwner: FindingMessages<'endedOwner'> = {
  title: () => t('Lock owner ended'),
  about: ({ parts: { waiters, memory } }, around) => [shortName(memory, around), waitText(waiters.length)],
  says: ({ parts: { waiters, memory, offset, owner } }, around) =>
    t(
      'The lock at {0} of {1} is held by thread {2}, which has ended or no longer has this memory. Waiting for it: {3}.',
      offsetText(offset),
      objectName(memory, around.find),
      owner,
      allWho(waiters, around),
    ),
  matters: () => t('Nobody will unlock it: it is not robust, so the kernel does not hand it on.'),
};
