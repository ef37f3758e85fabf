/** How grave what was found is. */
import type { Severity } from '../../protocol/findings';
import { t } from '../translate';

/** The gravest first. */
const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** How grave the gravest of these is. */
export function gravest(all: readonly { severity: Severity }[]): Severity | undefined {
  return ORDER.find((severity) => all.some((one) => one.severity === severity));
}

/** Whether it is more than a note: these are counted as wrong. */
export function isGrave({ severity }: { severity: Severity }): boolean {
  return severity !== 'note';
}

/** How grave something is, in a word. */
export function severityText(severity: Severity): string {
  switch (severity) {
    case 'error':
      return t('Error');
    case 'warning':
      return t('Warning');
    case 'note':
      return t('Note');
  }
}
