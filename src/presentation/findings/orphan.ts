/** What is said of memory that nobody has. */
import { t } from '../translate';
import { ago, size } from '../values';
import { objectName, shortName } from './names';
import type { FindingMessages } from './messages';

export const orphan: FindingMessages<'orphan'> = {
  title: () => t('Orphaned memory'),
  about: ({ parts: { memory, bytes } }, around) => [
    shortName(memory, around),
    ...(bytes === undefined ? [] : [size(bytes)]),
  ],
  says({ parts: { memory, bytes, last, idleSince } }, { find, now }) {
    const name = objectName(memory, find);
    const said = t('No process has {0}, and process {1}, which had it last, has ended.', name, last);
    const sized = bytes === undefined ? said : t('{0} Its size is {1}.', said, size(bytes));
    return idleSince === undefined ? sized : t('{0} It was used {1}.', sized, ago(idleSince, now));
  },
  matters: () => t('It takes room until somebody removes it, or the machine is started anew.'),
};
