/** A process that the kernel remembers by its pid: what to call it, and what the tooltip says. */
import type { Past } from '../../protocol/facts';
import type { Process } from '../../protocol/snapshot';
import { TOOLTIP_MOST, visible } from '../bytes/visible';
import { t } from '../strings';

/** `python3 (4312)`, `4312, ended`, or `4312` where nobody can tell. Not for links or markup: plain text. */
export function pastText(past: Past, processes: readonly Process[]): { label: string; title: string } {
  if (past.pid === 0) {
    return {
      label: t('a process outside this pid namespace'),
      title: t('The kernel names it 0: it has no number here.'),
    };
  }
  const pid = String(past.pid);
  const found = past.now === 'same' ? processes.find((process) => process.pid === past.pid) : undefined;
  if (found) {
    const title = found.command ? visible(found.command, TOOLTIP_MOST) : visible(found.name);
    return { label: t('{0} ({1})', visible(found.name), pid), title };
  }
  switch (past.now) {
    case 'gone':
      return { label: t('{0}, ended', pid), title: t('No process has this number any more.') };
    case 'other':
      return {
        label: t('{0}, ended', pid),
        title: t('A process that started later has this number now.'),
      };
    case 'same':
      return { label: pid, title: t('This process lives, but its name is not known.') };
    case 'unknown':
      return {
        label: pid,
        title: t(
          'Whether the process that has this number now is the same cannot be told from what the kernel keeps.',
        ),
      };
  }
}
