/** What is said of a peer that is stopped. */
import type { PartsOf } from '../../protocol/findings';
import { t } from '../translate';
import { waitText, who } from './names';
import type { FindingMessages } from './messages';
import { waitingText } from './waiting';

export const stoppedPeer: FindingMessages<'stoppedPeer'> = {
  title: ({ parts: { how } }) => titleOf(how),
  about: ({ parts: { waiters, peer } }, around) => [who(peer, around), waitText(waiters.length)],
  says({ parts: { waiters, peer, how } }, around) {
    const waiting = waiters.map((one) => waitingText(one, around)).join('; ');
    return t('{0}. Only {1} could end that, and it is {2}.', waiting, who(peer, around), howText(how));
  },
  matters: ({ parts: { how } }) =>
    how === 'stopped'
      ? t('It does nothing before somebody continues it.')
      : t('Whoever holds it there lets it go on.'),
};

function titleOf(how: PartsOf<'stoppedPeer'>['how']): string {
  switch (how) {
    case 'stopped':
    case 'job':
      return t('Peer is stopped');
    case 'traced':
      return t('Peer is traced');
    case 'frozen':
      return t('Peer is frozen');
  }
}

function howText(how: PartsOf<'stoppedPeer'>['how']): string {
  switch (how) {
    case 'stopped':
      return t('stopped');
    case 'job':
      return t('a stopped job of a shell');
    case 'traced':
      return t('stopped by a debugger');
    case 'frozen':
      return t('held by a freezer');
  }
}
