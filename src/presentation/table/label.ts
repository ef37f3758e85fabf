/** The first column of every table, which has what a person calls the object. */
import { t } from '../translate';

export const LABEL = 'label';
export const labelTitle = (): string => t('Name');
