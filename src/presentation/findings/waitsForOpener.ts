/** What is said of who is alone at a FIFO. */
import { parseProcessRef } from '../../protocol/ref';
import { t } from '../translate';
import { allWho, shortName } from './names';
import type { FindingMessages } from './messages';
import { waitingText } from './waiting';

export const waitsForOpener: FindingMessages<'waitsForOpener'> = {
  title: () => t('Alone at a FIFO'),
  about: ({ subjects: [fifo], parts: { openers } }, around) => [
    ...(fifo === undefined ? [] : [shortName(fifo, around)]),
    ...(openers.some(({ pid }) => fifo !== undefined && parseProcessRef(fifo)?.pid === pid)
      ? []
      : [allWho(openers, around)]),
  ],
  says: ({ parts: { openers } }, around) =>
    t('{0}.', openers.map((one) => waitingText(one, around)).join('; ')),
  matters: ({ parts: { direction } }) =>
    direction === undefined
      ? t('Which FIFO it is the kernel does not tell without the right to trace.')
      : direction === 'write'
        ? t('No process has it open to read.')
        : t('No process has it open to write.'),
};
