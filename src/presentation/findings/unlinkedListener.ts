/** What is said of a listener that nobody finds. */
import { t } from '../translate';
import { allWho, objectName } from './names';
import type { FindingMessages } from './messages';

export const unlinkedListener: FindingMessages<'unlinkedListener'> = {
  title: () => t('Unlinked listener'),
  says({ parts: { listener, holders } }, around) {
    const name = objectName(listener, around.find);
    return holders.length === 0
      ? t('No client finds {0} any more: its file is gone.', name)
      : t(
          'No client finds {0} any more: its file is gone, though {1} listens.',
          name,
          allWho(holders, around),
        );
  },
  matters: () => t('Those that are connected stay so; new ones fail.'),
};
