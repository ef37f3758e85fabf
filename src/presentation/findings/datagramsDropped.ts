/** What is said of datagrams that are thrown away. */
import { t } from '../translate';
import { grouped } from '../values';
import { allWho, objectName } from './names';
import type { FindingMessages } from './messages';

export const datagramsDropped: FindingMessages<'datagramsDropped'> = {
  title: () => t('Datagrams dropped'),
  says({ parts: { socket, drops, holders } }, around) {
    const said = t(
      '{0} throws datagrams away: {1} so far, and it goes on.',
      objectName(socket, around.find),
      grouped(drops),
    );
    return holders.length === 0 ? said : t('{0} It is for {1} to read them.', said, allWho(holders, around));
  },
  matters: () => t('What is dropped is lost, and no sender hears of it.'),
};
