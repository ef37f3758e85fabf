/** Processes: one that the kernel remembers by its pid, one that holds an object. What to call them, and what the tooltip says. */
import type { Endpoint, Past } from '../../protocol/facts';
import type { Process } from '../../protocol/snapshot';
import { visible } from '../../presentation/text';
import { TOOLTIP_MOST, shownName } from '../bytes/visible';
import { t } from '../strings';

/** What is shown of a process. Plain text: not for links or markup. */
export interface ProcessText {
  label: string;
  title: string;
}

/** `python3 (4312)`, `4312, ended`, or `4312` where nobody can tell. */
export function pastText(past: Past, processes: readonly Process[]): ProcessText {
  if (past.pid === 0) {
    return {
      label: t('a process outside this pid namespace'),
      title: t('The kernel names it 0: it has no number here.'),
    };
  }
  const pid = String(past.pid);
  const found = past.now === 'same' ? processes.find((process) => process.pid === past.pid) : undefined;
  if (found) return known(found);
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

/** `python3 (4312)`, or `4312` where its name was not told. */
export function holderText(
  holder: Pick<Endpoint, 'pid' | 'startTime'>,
  processes: readonly Process[],
): ProcessText {
  const found = processes.find(
    (process) => process.pid === holder.pid && process.startTime === holder.startTime,
  );
  return found ? known(found) : { label: String(holder.pid), title: t('Its name is not known.') };
}

/** A living process by its pid alone. */
export function processText(pid: number, processes: readonly Process[]): ProcessText {
  const found = processes.find((process) => process.pid === pid);
  return found ? known(found) : { label: String(pid), title: t('Its name is not known.') };
}

function known(process: Process): ProcessText {
  const name = shownName(process.name);
  return {
    label: t('{0} ({1})', name, process.pid),
    title: process.command ? visible(process.command, TOOLTIP_MOST) : name,
  };
}
