/** What is said of ended children that nobody collects. */
import { t } from '../translate';
import { grouped } from '../values';
import { allWho, who } from './names';
import type { FindingMessages } from './messages';

export const zombies: FindingMessages<'zombies'> = {
  title: () => t('Zombies'),
  says({ parts: { number, children, ...parent } }, around) {
    const name = who(parent, around);
    return number === 1
      ? t('{0} has ended, and its parent {1} does not collect it.', allWho(children, around), name)
      : t('{0} children of {1} have ended, and it does not collect them.', grouped(number), name);
  },
  matters: () =>
    t('Each keeps its number and its place in the table of processes until its parent waits for it or ends.'),
};
