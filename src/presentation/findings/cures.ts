/** The acts that cure what a rule found, in words. */
import type { Cure } from '../../protocol/findings';
import { t } from '../translate';
import { signed } from '../values';
import { type Around, subjectName } from './names';

/** What can be done, and what comes of it. */
export function cureText(cure: Cure, around: Around): string {
  const name = subjectName(cure.ref, around);
  switch (cure.is) {
    case 'enlarge':
      return t('Enlarge {0}: what is in it stays.', name);
    case 'continue':
      return t('Continue {0} (SIGCONT).', name);
    case 'debug':
      return t('Attach a debugger to {0}.', name);
    case 'add':
      return t('Add to the semaphore: [{0}] {1} of {2}.', cure.number, signed(cure.change), name);
    case 'openOther':
      return cure.direction === 'read'
        ? t('Open {0} to read: a program that writes may get SIGPIPE once it is closed again.', name)
        : t('Open {0} to write: a program that reads sees end of file once it is closed again.', name);
    case 'send':
      return t('Send a message of a type that is waited for to {0}.', name);
    case 'end':
      return t('End {0}.', name);
    case 'destroy':
      return t('Remove {0}.', name);
  }
}

/** What a button that does it is called. */
export function cureLabel(cure: Cure): string {
  switch (cure.is) {
    case 'enlarge':
      return t('Enlarge...');
    case 'continue':
      return t('Continue');
    case 'debug':
      return t('Attach Debugger...');
    case 'add':
      return t('Add {0} to [{1}]...', cure.change, cure.number);
    case 'openOther':
      return cure.direction === 'read' ? t('Open to Read...') : t('Open to Write...');
    case 'send':
      return t('Send...');
    case 'end':
      return t('End...');
    case 'destroy':
      return t('Remove...');
  }
}
