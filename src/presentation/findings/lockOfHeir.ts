/** What is said of a lock that heirs hold. */
import { t } from '../translate';
import { allWho, listed, objectName, partyText, shortName, waitText, who } from './names';
import type { FindingMessages } from './messages';

export const lockOfHeir: FindingMessages<'lockOfHeir'> = {
  title: () => t('Lock held by an heir'),
  about: ({ parts: { waiters, file } }, around) => [shortName(file, around), waitText(waiters.length)],
  says({ parts: { waiters, file, taker, how, holders } }, around) {
    const name = objectName(file, around.find);
    const heirs = listed(holders.map((one) => partyText(one, around)));
    const behind = allWho(waiters, around);
    return how === 'ended'
      ? t(
          'Process {0} took a lock on {1} and has ended. {2} inherited the open file and holds it still. Waiting for it: {3}.',
          taker,
          name,
          heirs,
          behind,
        )
      : t(
          '{0} took a lock on {1} and has closed the file. {2} inherited it and holds the lock still. Waiting for it: {3}.',
          who({ pid: taker }, around),
          name,
          heirs,
          behind,
        );
  },
  matters: () =>
    t('Such a lock goes only when the last copy of the open file is closed, or one who has it unlocks it.'),
};
