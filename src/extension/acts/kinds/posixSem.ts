/** The acts on a POSIX named semaphore. */
import { t } from '../../../presentation/translate';
import { grouped } from '../../../presentation/values';
import { waitersSentence } from '../../../presentation/waits';
import { keepersText } from '../consequences';
import { creating, whichPosix } from './common';
import { type KindActs, says } from './kindActs';

export const posixSem: KindActs<'posix.sem'> = {
  acts: {
    create: creating('posix.sem'),
    post: { page: true, report: says((name) => t('Posted {0}.', name)) },
    tryWait: { page: true, report: says((name) => t('Lowered {0}.', name)) },
    wait: {
      background: true,
      report: ({ ask }, { name, after }) => ask.tellBriefly(t('Lowered {0} after {1}.', name, after ?? '')),
    },
    destroy: {
      which: whichPosix,
      consequences: (semaphore, { find }) => [
        semaphore.waiters === undefined
          ? t('How many wait on it is hidden.')
          : semaphore.waiters === 0
            ? t('Nobody waits on it.')
            : t('{0} wait on it, and go on waiting.', grouped(semaphore.waiters)),
        ...keepersText(semaphore, find),
        ...waitersSentence(semaphore, find),
      ],
    },
  },
};
