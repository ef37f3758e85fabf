/** What a person is told of a request that failed. */
import { RequestFailure } from './bus';
import { t } from './strings';

/** Empty where it was taken back. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof RequestFailure)) {
    console.error(error);
    return t('Something went wrong in this panel. The developer tools have more.');
  }
  if (error.failure.code === 'cancelled') return '';
  return error.sentence || t('The answer could not be understood. The log has more.');
}
