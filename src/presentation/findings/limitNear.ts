/** What is said of limits that are nearly used up. */
import type { PartsOf } from '../../protocol/findings';
import { t } from '../translate';
import { grouped, size } from '../values';
import { listed } from './names';
import type { FindingMessages } from './messages';

type Limit = PartsOf<'limitNear'>['limits'][number];

export const limitNear: FindingMessages<'limitNear'> = {
  title: () => t('Limit near'),
  says: ({ parts: { limits } }) => t('Nearly used up: {0}.', listed(limits.map(limitText))),
  matters: () => t('The next that does not fit fails, in whichever program asks for it.'),
};

function limitText({ what, used, most }: Limit): string {
  const share = t('{0} of {1}', amount(what, used), amount(what, most));
  switch (what) {
    case 'queues':
      return t('{0} System V queues (msgmni)', share);
    case 'sets':
      return t('{0} semaphore sets (semmni)', share);
    case 'semaphores':
      return t('{0} System V semaphores (semmns)', share);
    case 'segments':
      return t('{0} segments (shmmni)', share);
    case 'segmentBytes':
      return t('{0} in segments (shmall)', share);
    case 'posixQueues':
      return t('{0} POSIX queues (queues_max)', share);
    case 'memory':
      return t('{0} in /dev/shm', share);
  }
}

function amount(what: Limit['what'], value: number | string): string {
  return what === 'segmentBytes' || what === 'memory' ? size(value) : grouped(Number(value));
}
