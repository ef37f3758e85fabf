/** What is said of much memory without a name. */
import { t } from '../translate';
import { size } from '../values';
import { objectName, who } from './names';
import type { FindingMessages } from './messages';

export const unlinkedMemory: FindingMessages<'unlinkedMemory'> = {
  title: () => t('Memory without a name'),
  about: ({ parts: { bytes, holder } }, around) => [size(bytes), who(holder, around)],
  says: ({ parts: { memory, bytes, holder } }, around) =>
    t(
      'Only {0} has {1}, which has no name any more and takes {2}.',
      who(holder, around),
      objectName(memory, around.find),
      size(bytes),
    ),
  matters: () => t('No list of files shows it, and it goes only with that process.'),
};
