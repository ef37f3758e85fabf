/** Why calls on shared memory segments fail: shmget(2), shmop(2), shmctl(2); and ranges that no segment has. */
import { bytesOf, type Detail, has, type Sentences } from './detail';
import { t } from '../translate';

const compare = (detail: Detail): boolean => {
  const [bytes, limit] = [String(detail.bytes), String(detail.limit)];
  return /^\d+$/.test(bytes) && /^\d+$/.test(limit) && BigInt(bytes) > BigInt(limit);
};

function wrongSize(detail: Detail): string {
  if (has(detail, 'bytes') && String(detail.bytes) === '0')
    return t('a segment has at least one byte. Choose a size.');
  return compare(detail)
    ? t(
        'this machine allows {0} in a segment (kernel.shmmax). Make a smaller one, or raise that limit.',
        bytesOf(detail, 'limit'),
      )
    : t(
        'the segment that has this key already is smaller, or this machine allows less in a segment (kernel.shmmax). Choose another key, or a smaller size.',
      );
}

function lockPermission(): string {
  return t(
    'only its owner, its creator or root may do that, and the owner only with a right to lock memory (ulimit -l above 0). Run as one who may.',
  );
}

export const sysvShm: Sentences = {
  'shmget EEXIST': () =>
    t('a segment with this key exists already. Choose another key, or use that segment.'),
  'shmget ENOENT': () => t('no segment has this key.'),
  'shmget EACCES': () =>
    t('a segment with this key exists, and its mode does not let you use it. Choose another key.'),
  'shmget EINVAL': wrongSize,
  'shmget ENOSPC': () =>
    t(
      'this machine has as many segments (kernel.shmmni), or as much shared memory in all (kernel.shmall), as it allows. Destroy segments that nobody needs, or raise the limit.',
    ),
  'shmget ENOMEM': () =>
    t('the machine has no memory left for a segment of this size. Free some, or make a smaller one.'),
  'shmget ENFILE': () => t('the machine has as many open files as it allows. Close some programs first.'),
  'shmget EPERM': () => t('only root may have a segment of huge pages. Run as root.'),

  'shmat EACCES': () =>
    t('its mode does not let you attach it that way. Ask its owner, or run as a user who may.'),
  'shmat EINVAL': () => t('it cannot be attached: the kernel found no place for it.'),
  'shmat ENOMEM': () =>
    t('there is no room to attach it: memory is short, or a limit on address space is too low (ulimit -v).'),
  'shmdt EINVAL': () => t('it was detached already.'),

  'shmctl EACCES': () => t('its mode does not let you read it. Ask its owner, or run as a user who may.'),
  'shmctl EPERM': (detail) =>
    has(detail, 'command')
      ? lockPermission()
      : t('only its owner, its creator or root may do that. Run as one of them.'),
  'shmctl ENOMEM': (detail) =>
    has(detail, 'command')
      ? t(
          'it is larger than what you may lock in memory (RLIMIT_MEMLOCK, ulimit -l). Raise that limit, or run as root.',
        )
      : t('the kernel has no memory left for it. Free some, then try again.'),
  'shmctl EINVAL': (detail) =>
    has(detail, 'command')
      ? t('it cannot be locked.')
      : t('the kernel takes no such value: no user or group has this number.'),
  'shmctl EOVERFLOW': () => t('one of its numbers is too large to be told.'),
};

/** Why nobody can look into a segment without a trace. `why` as the helper gives it. */
export function segmentDisturbs(why: unknown): string {
  return why === 'unattached'
    ? t(
        'nobody has it attached, so there is no way to look without attaching to it. "Attach and Look" does that.',
      )
    : t(
        'only root may read a segment without attaching to it. "Attach and Look" attaches for a moment, and you become its last user.',
      );
}
