/** What is said of files whose sockets are gone. */
import { t } from '../translate';
import { grouped } from '../values';
import { listed, objectName, shortName } from './names';
import type { FindingMessages } from './messages';

export const staleSockets: FindingMessages<'staleSockets'> = {
  title: ({ parts: { number } }) => (number === 1 ? t('Stale socket file') : t('Stale socket files')),
  about: ({ parts: { files, number } }, around) => [
    ...files.slice(0, 1).map((ref) => shortName(ref, around)),
    ...(number > 1 ? [t('{0} more', grouped(number - 1))] : []),
  ],
  says({ parts: { files, number } }, { find }) {
    const names = listed(files.map((ref) => objectName(ref, find)));
    return number === 1
      ? t('No process is bound to {0} any more.', names)
      : t('{0} socket files have no socket any more: {1}.', grouped(number), names);
  },
  matters: () =>
    t(
      'Who connects is refused, and a server that binds there fails (EADDRINUSE) unless it removes the file first.',
    ),
};
