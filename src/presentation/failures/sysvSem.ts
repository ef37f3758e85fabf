/** Why calls on semaphore sets fail: semget(2), semop(2), semctl(2). */
import { WAIT_LABELS } from '../waitLabels';
import { countOf, type Detail, has, type Sentences } from './detail';
import { t } from '../translate';

/** A detail as it is written; `?` where it is no number. */
const plainOf = (detail: Detail, name: string) => {
  const value = Number(detail[name]);
  return Number.isSafeInteger(value) ? String(value) : '?';
};
/** The same with its sign. */
const signedOf = (detail: Detail, name: string) =>
  Number(detail[name]) > 0 ? `+${plainOf(detail, name)}` : plainOf(detail, name);

function cannotNow(detail: Detail): string {
  const wait = t(WAIT_LABELS['sysv.sem operate']);
  if (!has(detail, 'number', 'change', 'value'))
    return t('it cannot be done now, and nothing was changed. Try later, or choose "{0}".', wait);
  const [number, value] = [plainOf(detail, 'number'), plainOf(detail, 'value')];
  return detail.change === 0
    ? t(
        'semaphore [{0}] is {1} and not 0, so nothing was changed. Try later, or choose "{2}".',
        number,
        value,
        wait,
      )
    : t(
        'semaphore [{0}] is {1} and cannot be changed by {2}, so nothing was changed. Try later, or choose "{3}".',
        number,
        value,
        signedOf(detail, 'change'),
        wait,
      );
}

/** Its number is none of the set's. */
export function noSuchSemaphore(detail: Detail): string {
  return has(detail, 'number', 'semaphores')
    ? t(
        'there is no semaphore [{0}]: the set has {1}, counted from 0. Nothing was changed.',
        countOf(detail, 'number'),
        countOf(detail, 'semaphores'),
      )
    : t('the set has fewer semaphores than that. They are counted from 0. Nothing was changed.');
}

function tooMany(detail: Detail): string {
  return has(detail, 'semaphores', 'limit') && Number(detail.semaphores) > Number(detail.limit)
    ? t(
        'this machine allows {0} semaphores in a set (semmsl, first number of kernel.sem), and {1} were asked for. Make a smaller set, or raise that limit.',
        countOf(detail, 'limit'),
        countOf(detail, 'semaphores'),
      )
    : t(
        'the set that has this key already has fewer semaphores, or this machine allows fewer in a set (semmsl). Choose another key, or fewer semaphores.',
      );
}

export const sysvSem: Sentences = {
  'semget EEXIST': () =>
    t('a semaphore set with this key exists already. Choose another key, or use that set.'),
  'semget ENOENT': () => t('no semaphore set has this key.'),
  'semget EACCES': () =>
    t('a semaphore set with this key exists, and its mode does not let you use it. Choose another key.'),
  'semget EINVAL': tooMany,
  'semget ENOSPC': (detail) =>
    has(detail, 'all', 'sets')
      ? t(
          'this machine has as many as it allows: {0} sets (semmni), or {1} semaphores in all (semmns; both in kernel.sem). Destroy sets that nobody needs, or raise the limit.',
          countOf(detail, 'sets'),
          countOf(detail, 'all'),
        )
      : t(
          'this machine has as many semaphore sets, or semaphores in all, as it allows (kernel.sem). Destroy sets that nobody needs, or raise the limit.',
        ),

  'semop EAGAIN': cannotNow,
  'semop EFBIG': noSuchSemaphore,
  'semop E2BIG': (detail) =>
    has(detail, 'limit')
      ? t(
          'this machine allows {0} operations in one call (semopm, third number of kernel.sem). Do fewer at once, or raise that limit.',
          countOf(detail, 'limit'),
        )
      : t('these are more operations than this machine allows in one call (semopm). Do fewer at once.'),
  'semop ERANGE': (detail) =>
    has(detail, 'number', 'value', 'change')
      ? t(
          'semaphore [{0}] is {1}, and {2} would pass 32,767, the highest value. Nothing was changed.',
          plainOf(detail, 'number'),
          plainOf(detail, 'value'),
          signedOf(detail, 'change'),
        )
      : t(
          'a value would pass 32,767, the highest, or what is to be given back (SEM_UNDO) would. Nothing was changed.',
        ),
  'semop EACCES': () =>
    t(
      'its mode does not let you change it; waiting for zero needs only the right to read. Ask its owner, or run as a user who may.',
    ),
  'semop ENOSPC': () =>
    t(
      'the kernel has no room left to note what a hold gives back (SEM_UNDO). End other holds first, or operate without holding.',
    ),
  'semop EINVAL': () => t('the kernel takes no such operations. Nothing was changed.'),

  'semctl EACCES': () =>
    t(
      'its mode does not let you do that: looking needs the right to read, setting the right to change. Ask its owner, or run as a user who may.',
    ),
  'semctl EPERM': () => t('only its owner, its creator or root may do that. Run as one of them.'),
  'semctl ERANGE': () => t('a value is a whole number from 0 to 32,767. Nothing was changed.'),
  'semctl EINVAL': () =>
    t('the kernel takes no such value: the set has no such semaphore, or no user has this number.'),
};

/** So many values were given, and the set has another number of semaphores. */
export function otherCount(detail: Detail): string {
  return t(
    'the set has {1} semaphores, and {0} values were given. Give one for each.',
    countOf(detail, 'count'),
    countOf(detail, 'semaphores'),
  );
}
