/** What stands where nobody is seen. */
import type { Absence } from './absence';
import { t } from './translate';

/** "Nobody" only where that is proved. */
export function nobodyText(absence: Absence): string {
  switch (absence) {
    case 'proved':
      return t('nobody');
    case 'notSeen':
      return t('nobody seen');
    case 'notLooked':
      return t('not looked at');
  }
}

/** The same of what is counted: how many there are, or who is in a list. */
export function noneText(absence: Absence): string {
  switch (absence) {
    case 'proved':
      return t('none');
    case 'notSeen':
      return t('none seen');
    case 'notLooked':
      return t('unknown');
  }
}
