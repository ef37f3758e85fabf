/** What is said of an object that was not found any more. */
import { isFoundThroughProcesses } from '../../presentation/absence';
import { clockText } from '../../presentation/values';
import type { PanelState } from '../../protocol/pages/object';
import type { Kind } from '../../protocol/ref';
import { now } from '../clock';
import { t } from '../strings';

/** "Gone" only where that is proved. `goneAt`: when the host noticed it, in milliseconds since the epoch. */
export function goneText(
  { object, readAt, hiddenProcesses, absence }: PanelState,
  kind: Kind,
  goneAt: number | undefined,
): string {
  const proved = absence === 'proved';
  // Who is hidden may still have it.
  const gone = proved
    ? t('Gone.')
    : isFoundThroughProcesses(kind) && hiddenProcesses !== 0
      ? t('Not seen any more: gone, or had by hidden processes alone.')
      : t('Not seen any more: gone, or where it cannot be looked for.');
  const noticed =
    goneAt === undefined
      ? gone
      : proved
        ? t('Gone, noticed at {0}.', clockText(goneAt, now()))
        : t('{0} Noticed at {1}.', gone, clockText(goneAt, now()));
  if (!object) return noticed;
  const facts = t('What is shown is how it was last seen.');
  const seen = t('What is shown is how it was last seen, at {0}.', clockText(readAt ?? 0, now()));
  return `${noticed} ${readAt === undefined ? facts : seen}`;
}
