/** The acts on a file with locks. To remove the file is none of them: it frees nobody, and whoever opens the name anew locks another file. */
import { lockAskedText } from '../../../presentation/locks';
import { t } from '../../../presentation/translate';
import type { KindActs } from './kindActs';

export const lock: KindActs<'lock'> = {
  acts: {
    hold: {
      background: true,
      report: ({ ask }, { name, parameters: { how, range } }) =>
        ask.tellBriefly(t('You hold a lock on {0}: {1}.', name, lockAskedText({ ...how, ...range }))),
    },
  },
};
