/** What is said of a ring. */
import { t } from '../translate';
import { grouped } from '../values';
import { programs } from './names';
import type { FindingMessages } from './messages';
import { waitingText } from './waiting';

export const deadlock: FindingMessages<'deadlock'> = {
  title: ({ parts: { members } }) => t('Deadlock of {0}', grouped(members.length)),
  about: ({ parts: { members } }, around) => [programs(members, around)],
  says({ parts: { members, behind }, proof }, around) {
    const steps = members.map((member) => waitingText(member, around)).join('; ');
    const count = grouped(members.length);
    const ring =
      proof === 'proven'
        ? t('{0}. Each waits for the next, and the last for the first: a deadlock of {1}.', steps, count)
        : t(
            '{0}. As far as can be seen, each waits for the next, and the last for the first: {1} in a ring.',
            steps,
            count,
          );
    if (behind === 0) return ring;
    return behind === 1
      ? t('{0} Another waits behind them.', ring)
      : t('{0} {1} others wait behind them.', ring, grouped(behind));
  },
  matters: ({ proof }) =>
    proof === 'proven'
      ? t('Only a signal or a debugger can end it.')
      : t('None of those who are known can go on before another does.'),
};
