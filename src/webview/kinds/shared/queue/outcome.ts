/** What a line of the history says. */
import type { HistoryEntry } from '../../../../protocol/pages/object';
import { grouped } from '../../../../presentation/values';
import { t } from '../../../strings';

/** `received type 3` */
export function outcome({ what, type = '?', priority }: HistoryEntry): string {
  if (priority !== undefined) return priorityOutcome(what, priority);
  switch (what) {
    case 'sent':
      return t('sent type {0}', type);
    case 'received':
      return t('received type {0}', type);
    case 'uncertain':
      return t('perhaps received type {0}', type);
  }
}

function priorityOutcome(what: HistoryEntry['what'], priority: number): string {
  switch (what) {
    case 'sent':
      return t('sent priority {0}', priority);
    case 'received':
      return t('received priority {0}', priority);
    case 'uncertain':
      return t('perhaps received priority {0}', priority);
  }
}

/**
 * What was cut off by a receive that takes at most so many bytes (MSG_NOERROR); undefined where nothing was. `length`: of the
 * content as it is in the history.
 */
export function cutText({ cutAt }: HistoryEntry, length: number): string | undefined {
  if (cutAt === undefined) return undefined;
  if (length > cutAt) return t('cut: a receiver got {0} of {1} bytes', grouped(cutAt), grouped(length));
  return t(
    'perhaps cut: it was taken with at most {0} bytes, and the kernel does not tell whether there were more',
    grouped(cutAt),
  );
}

/** What has to be known about a line besides; undefined where nothing has. */
export function warning({ what, differed }: HistoryEntry): string | undefined {
  if (what === 'uncertain')
    return t(
      'This is a copy made beforehand. Whether the message was then taken could not be learned: see whether the queue still has it before you send it back.',
    );
  if (differed) return t('Not the message that was looked at before: somebody else received in between.');
  return undefined;
}
