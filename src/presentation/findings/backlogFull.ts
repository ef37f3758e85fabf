/** What is said of a listener without room. */
import { t } from '../translate';
import { grouped } from '../values';
import { allWho, objectName, shortName, waitText } from './names';
import type { FindingMessages } from './messages';

export const backlogFull: FindingMessages<'backlogFull'> = {
  title: () => t('Backlog full'),
  about: ({ parts: { listener, clients } }, around) => [
    shortName(listener, around),
    ...(clients.length === 0 ? [] : [waitText(clients.length)]),
  ],
  says({ parts: { listener, pending, limit, clients, holders } }, around) {
    const name = objectName(listener, around.find);
    const who = allWho(clients, around);
    const waiting =
      pending === 1
        ? t(
            'Nobody accepts at {0}: 1 connection waits for that, and there is no room for more (backlog {1}). Waiting: {2}.',
            name,
            grouped(limit),
            who,
          )
        : t(
            'Nobody accepts at {0}: {1} connections wait for that, and there is no room for more (backlog {2}). Waiting: {3}.',
            name,
            grouped(pending),
            grouped(limit),
            who,
          );
    return holders.length === 0
      ? waiting
      : t('{0} It is for {1} to accept them.', waiting, allWho(holders, around));
  },
  matters: () => t('Clients go on only when the server accepts.'),
};
