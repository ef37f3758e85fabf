/** Locks and other places in shared memory that threads sleep on (futex(2)), in words. */
import type { Lock } from '../../protocol/kinds/posix';
import type { FactRecord } from '../facts';
import { type Find, grouped, offsetText, pidText } from '../values';
import { t } from '../translate';

/** Places named one by one; of more only the number. */
const MOST_NAMED = 8;

/** A lock whose owner is gone, or has the memory no more: nobody will unlock it. */
export function isBroken({ owner }: Lock): boolean {
  return owner?.now === 'gone' || owner?.now === 'other';
}

/** What a row says where that is so. */
export function brokenPart(locks: readonly Lock[] = []): string[] {
  const broken = locks.filter(isBroken);
  if (broken.length === 0) return [];
  return [
    broken.length === 1
      ? t('a thread that is gone holds its lock')
      : t('threads that are gone hold {0} of its locks', grouped(broken.length)),
  ];
}

/** Each. */
export const lockFacts: FactRecord<{ locks?: readonly Lock[] | undefined }> = {
  key: 'locks',
  label: () => t('Waited on'),
  kernelName: 'futex',
  value({ locks = [] }, { process }) {
    const more = locks.length - MOST_NAMED;
    return [
      ...locks
        .slice(0, MOST_NAMED)
        .map((lock) => ({ label: lockWord(lock.what), text: lockText(lock, process) })),
      ...(more > 0 ? [t('{0} places more', grouped(more))] : []),
    ];
  },
};

/** What it is; a guess is called one. */
function lockWord(what: Lock['what']): string {
  switch (what) {
    case 'mutex':
      return t('Mutex, most likely');
    case 'semaphore':
      return t('Semaphore, most likely');
    case 'condition':
      return t('Condition variable, most likely');
    case 'barrier':
      return t('Barrier, most likely');
    case 'rwlock':
      return t('Read-write lock, most likely');
    case 'unknown':
      return t('Waited on');
  }
}

/** `at 0x40, 2 wait, held by python3 (4312)`. */
function lockText(lock: Lock, find: Find): string {
  const { offset, waiters } = lock;
  return [t('at {0}', offsetText(offset)), waitText(waiters), ...ownerText(lock, find)].join(', ');
}

/** `1 waits`, `3 wait` */
export function waitText(count: number): string {
  return count === 1 ? t('1 waits') : t('{0} wait', grouped(count));
}

/** The same in a line of its own: what it is, and the rest. */
export function lockLine(lock: Lock, find: Find): { place: string; said: string } {
  const { offset, what, waiters } = lock;
  return {
    place: offsetText(offset),
    said: t('{0}: {1}', lockWord(what), [waitText(waiters), ...ownerText(lock, find)].join(', ')),
  };
}

function ownerText({ what, owner, readers }: Lock, find: Find): string[] {
  if (readers !== undefined)
    return [readers === 1 ? t('held by 1 reader') : t('held by {0} readers', grouped(readers))];
  if (!owner) return [];
  const { tid, pid, now } = owner;
  if (now === 'gone') return [t('held by thread {0}, which is gone: nobody will unlock it', tid)];
  if (now === 'other')
    return [
      t(
        "held by a thread that is gone or has this memory no more (its number, {0}, is another's): nobody will unlock it",
        tid,
      ),
    ];
  if (pid === undefined) return [t('held by thread {0}', tid)];
  return [
    what === 'rwlock'
      ? t('held to write by {0}, thread {1}', pidText(pid, find), tid)
      : t('held by {0}, thread {1}', pidText(pid, find), tid),
  ];
}
