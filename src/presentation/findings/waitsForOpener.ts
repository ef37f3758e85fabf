/** What is said of who is alone at a FIFO. */
import { t } from '../translate';
import type { Sentences } from './sentences';
import { waitingText } from './waiting';

export const waitsForOpener: Sentences<'waitsForOpener'> = {
  title: () => t('Alone at a FIFO'),
  says: ({ parts: { openers } }, around) =>
    t('{0}.', openers.map((one) => waitingText(one, around)).join('; ')),
  matters: ({ parts: { direction } }) =>
    direction === 'write' ? t('No process has it open to read.') : t('No process has it open to write.'),
};
