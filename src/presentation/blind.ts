/** What could not be looked at of one object, in sentences: what, of whom, why, and what would show it. */
import type { Ref } from '../protocol/ref';
import type { Blind } from '../protocol/snapshot';
import { whyText } from './causes';
import { ofMany } from './values';
import { t } from './translate';

/** One sentence for each part of an object that is hidden; empty where nothing is. */
export function blindSentences(blind: readonly Blind[], ref: Ref): string[] {
  return blind.filter((one) => one.ref === ref && one.count !== 0).map(blindSentence);
}

function blindSentence({ field, code, count }: Blind): string {
  return `${whatText(field, count)} ${whyText(code)}`;
}

function whatText(field: string | undefined, count: number | undefined): string {
  switch (field) {
    case 'waits':
      return ofMany(
        count,
        t('Who waits here is not known of every process that has it.'),
        t('What 1 process that has it waits for is hidden.'),
        (many) => t('What {0} processes that have it wait for is hidden.', many),
      );
    case 'endpoints':
      return ofMany(
        count,
        t('Who has it is not known for certain.'),
        t('1 process that may have it is hidden.'),
        (many) => t('{0} processes that may have it are hidden.', many),
      );
    default:
      return field === undefined
        ? t('A part of it could not be looked at.')
        : t('A part of it could not be looked at ({0}).', field);
  }
}
