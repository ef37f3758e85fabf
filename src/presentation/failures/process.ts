/** Why a process was sent no signal (pidfd_open, pidfd_send_signal). */
import type { Sentences } from './detail';
import { t } from '../translate';

export const process: Sentences = {
  'pidfd_send_signal EPERM': () =>
    t(
      'it belongs to somebody else: only its user and root may signal it, and within its session it may be continued. Nothing was sent.',
    ),
  'pidfd_send_signal EAGAIN': () =>
    t(
      'as many signals are queued as its user may have (RLIMIT_SIGPENDING). Nothing was sent. Try again once it has taken some.',
    ),
  'pidfd_send_signal EINVAL': () => t('this kernel has no such signal. Nothing was sent.'),
  'pidfd_open ENOSYS': () =>
    t(
      'this kernel is older than Linux 5.3 and cannot make sure that it is still the same process. Nothing was sent.',
    ),
};

/** Why a process is not there to be looked at or signalled. */
export function goneProcess(why: string | number | undefined): string {
  if (why === 'unseen') return t('it lives, but nothing of it may be looked at from here (hidepid of proc).');
  return why === 'unpinned'
    ? t(
        'what was opened for it is not there any more, since the helper began anew. Nothing was sent. Try again.',
      )
    : t('it has ended meanwhile. Nobody else got anything.');
}
