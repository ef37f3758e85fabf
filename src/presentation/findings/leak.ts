/** What is said of what only grows. */
import { t } from '../translate';
import { grouped, durationText, size } from '../values';
import { who } from './names';
import type { FindingMessages } from './messages';

export const leak: FindingMessages<'leak'> = {
  title: () => t('Only grows'),
  says({ parts: { what, before, now, from, ...process } }, around) {
    const name = who(process, around);
    const span = durationText(from, around.now);
    return what === 'objects'
      ? t(
          '{0} has {1} objects, {2} more, and never fewer ({3}).',
          name,
          grouped(Number(now)),
          grouped(Number(now) - Number(before)),
          span,
        )
      : t(
          '{0} has {1} of shared memory, {2} more, and never less ({3}).',
          name,
          size(now),
          size(Number(now) - Number(before)),
          span,
        );
  },
  matters: () => t('If it goes on so, a limit or the memory of the machine ends it.'),
};
