/** The acts that cure what a rule found, in words. */
import type { Cure, Finding } from '../../protocol/findings';
import { t } from '../translate';
import { signed, size } from '../values';
import { type Around, subjectName } from './names';

/** From what loses nothing to what nobody can take back. */
const ORDER: readonly Cure['is'][] = [
  ...(['enlarge', 'continue', 'debug', 'add', 'send', 'openOther', 'end', 'destroy'] as const),
];

/** The cures of a finding, the harmless first. */
export function curesOf({ cures }: Pick<Finding, 'cures'>): Cure[] {
  return [...cures].sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is));
}

/** What can be done, and what comes of it. */
export interface CureParts {
  act: string;
  effect: string;
}

/** A cure in words; names of other programs stand in them as they are. */
export function cureParts(cure: Cure, around: Around): CureParts {
  const name = subjectName(cure.ref, around);
  switch (cure.is) {
    case 'enlarge':
      return { act: t('Enlarge {0}', name), effect: t('what is in it stays') };
    case 'continue':
      return { act: t('Continue {0}', name), effect: t('it goes on where it stopped (SIGCONT)') };
    case 'debug':
      return { act: t('Attach a debugger to {0}', name), effect: t('it stops while you look') };
    case 'add':
      return {
        act: t('Add {0} to [{1}] of {2}', signed(cure.change), cure.number, name),
        effect: t('who waits for it goes on'),
      };
    case 'openOther':
      return cure.direction === 'read'
        ? {
            act: t('Open {0} to read', name),
            effect: t('a program that writes may get SIGPIPE once it is closed again'),
          }
        : {
            act: t('Open {0} to write', name),
            effect: t('a program that reads sees end of file once it is closed again'),
          };
    case 'send':
      return { act: t('Send a message to {0}', name), effect: t('of a type that is waited for') };
    case 'end':
      return { act: t('End {0}', name), effect: t('it may lose what it has not stored (SIGTERM)') };
    case 'destroy':
      return { act: t('Remove {0}', name), effect: t('nobody can take that back') };
  }
}

/** The same in a line. */
export function cureText(cure: Cure, around: Around): string {
  const { act, effect } = cureParts(cure, around);
  return t('{0}: {1}.', act, effect);
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
      return t('Add {0} to [{1}]', cure.change, cure.number);
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

/** What was done, and what its undoing would come to; undefined of what nothing takes back. `name`: whom or what it was done to; `capacity`: in bytes, as it was before. */
export function curedText(cure: Cure, name: string, capacity?: number): string | undefined {
  switch (cure.is) {
    case 'enlarge':
      return capacity === undefined
        ? undefined
        : t('Enlarged {0}. It can have its {1} again, as long as no more is in it.', name, size(capacity));
    case 'add':
      return t(
        'Added {0} to [{1}] of {2}. That can be taken back, as long as nobody else has taken it.',
        cure.change,
        cure.number,
        name,
      );
    case 'continue':
      return t('Continued {0}. It can be stopped again.', name);
    default:
      return undefined;
  }
}

/** One act that cures it, as a page shows it. */
export interface Remedy {
  cure: Cure;
  /** A verb. */
  label: string;
  effect: string;
}

/** Each of these acts once, in the order in which they stand. */
export function remediesOf(cures: readonly Cure[], around: Around): Remedy[] {
  const each = new Map(cures.map((cure) => [JSON.stringify(cure), cure]));
  return [...each.values()].map((cure) => ({ cure, label: cureLabel(cure), effect: cureText(cure, around) }));
}
