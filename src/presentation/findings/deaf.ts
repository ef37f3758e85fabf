/** What is said of signals that a process does not let in. */
import { signalText } from '../signals';
import { t } from '../translate';
import { listed, who } from './names';
import type { FindingMessages } from './messages';

export const deaf: FindingMessages<'deaf'> = {
  title: () => t('Signal blocked'),
  about: ({ parts: { signals, ...process } }, around) => [
    who(process, around),
    listed(signals.map((one) => signalText(one))),
  ],
  says: ({ parts: { signals, ...process } }, around) =>
    t(
      '{0} was sent {1}, which it blocks, and none of its threads waits for it.',
      who(process, around),
      listed(signals.map((one) => signalText(one))),
    ),
  matters: () => t('The signal does nothing until the program lets it in.'),
};
