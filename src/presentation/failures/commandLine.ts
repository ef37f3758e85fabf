/** Failures on the command line, which has no view, panel or log to point to, and only looks. */
import type { Failure } from '../../protocol/errors';
import { t } from '../translate';
import { type Attempt, why } from '.';

/** The whole sentence. `attempt`: what was tried, as `peek at sysv.msg:4026531839:3`. */
export function commandLineSentence(attempt: Attempt, failure: Failure): string {
  return t('Could not {0}: {1}', attempt, whyHere(failure) ?? why(failure));
}

/** Where something else helps than in the views; undefined where the same does. */
function whyHere({ code, subject, detail = {}, text = '' }: Failure): string | undefined {
  switch (code) {
    case 'gone':
      return detail.why === undefined
        ? t('there is no such object; `list` shows those that there are.')
        : undefined;
    case 'replaced':
      return t('another object stands in its place now. Nothing was done.');
    case 'unsupported':
      return detail.why === undefined ? t('this machine cannot do that.') : undefined;
    case 'disturbs':
      if (subject !== undefined && subject !== 'sysv.shm') return undefined;
      return detail.why === 'unattached'
        ? t(
            'no process has it attached, so the kernel leaves no way to read it without a trace. "Attach and Look" in its panel would show it; then you become its last pid.',
          )
        : t(
            'the kernel does not let you look through the processes that have it attached, which root may. "Attach and Look" in its panel would show it; then you become its last pid.',
          );
    case 'helperEnded':
      return t('a process of ours ended before it answered, so whether it was done is not known.');
    case 'internal':
      return t('something went wrong inside IPC Inspector. {0}', text);
    default:
      return undefined;
  }
}
