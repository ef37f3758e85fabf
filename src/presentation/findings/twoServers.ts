/** What is said of two servers of one path. */
import { t } from '../translate';
import { allWho, objectName } from './names';
import type { FindingMessages } from './messages';

export const twoServers: FindingMessages<'twoServers'> = {
  title: () => t('Two servers on one path'),
  says: ({ parts: { listener, holders, others } }, around) =>
    t(
      '{0} and {1} both listen at {2}; the file is that of {1}.',
      allWho(holders, around),
      allWho(others, around),
      objectName(listener, around.find),
    ),
  matters: () => t('No client finds the first any more, though it goes on listening.'),
};
