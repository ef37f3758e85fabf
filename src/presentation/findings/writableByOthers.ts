/** What is said of what every user may write. */
import { t } from '../translate';
import { modeNumber } from '../text';
import { allWho, objectName } from './names';
import type { FindingMessages } from './messages';

export const writableByOthers: FindingMessages<'writableByOthers'> = {
  title: () => t('Writable by others'),
  says: ({ parts: { object, mode, others } }, around) =>
    t(
      'Every user may write to {0} (mode {1}), and processes of others than its owner have it: {2}.',
      objectName(object, around.find),
      modeNumber(mode),
      allWho(others, around),
    ),
  matters: () => t('Whoever trusts what is in it trusts every user of this machine.'),
};
