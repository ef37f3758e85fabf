/** What is said of an end of file that heirs keep from coming. */
import type { Heir } from '../../protocol/findings';
import { t } from '../translate';
import { type Around, listed, objectName, partyText, shortName, who } from './names';
import type { FindingMessages } from './messages';

export const endNotCome: FindingMessages<'endNotCome'> = {
  title: () => t('No end of file'),
  about: ({ parts: { reader, stream } }, around) => [who(reader, around), shortName(stream, around)],
  says({ parts: { reader, stream, watches, heirs } }, around) {
    const [name, object] = [who(reader, around), objectName(stream, around.find)];
    const have = listed(heirs.map((one) => partyText(one, around)));
    const begin = watches
      ? t('The end of file of {0}, which {1} watches, has not come', object, name)
      : t('The end of file of {0}, for which {1} waits, has not come', object, name);
    const [heir] = heirs;
    return heirs.length === 1
      ? t('{0}: {1} still has the write end. {2}', begin, have, starterText(heir, around))
      : t('{0}: {1} still have the write end. They were started by processes that have ended.', begin, have);
  },
  matters: () => t('A pipe ends only when the last write end is closed, even if nobody writes.'),
};

/** From whom the only heir has it. */
function starterText(heir: Heir | undefined, around: Around): string {
  const from = heir?.from;
  switch (from?.is) {
    case 'seen':
      return t('It was started by {0} ({1}), which has ended.', from.name ?? '', from.pid);
    case 'leader':
      return t('It was started by a process that has ended, most likely {0}.', from.pid);
    case 'above':
      return t('It was started by a process below {0} that has ended.', who(from, around));
    case undefined:
      return t('It was started by a process that has ended; which one is not known.');
  }
}
