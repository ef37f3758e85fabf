/** The switch between the looks of bytes. */
import type { TemplateResult } from 'lit';
import { LOOKS, type Look } from '../bytes/look';
import { t } from '../strings';
import { choiceOf } from './choice';

/** Radio buttons `text`, `hex`, `JSON`. */
export function lookSwitch(look: Look, label: string, choose: (look: Look) => void): TemplateResult {
  const choices = LOOKS.map((value) => ({ value, label: lookName(value) }));
  return choiceOf(choices, look, label, choose);
}

function lookName(look: Look): string {
  switch (look) {
    case 'text':
      return t('text');
    case 'hex':
      return t('hex');
    case 'json':
      return t('JSON');
  }
}
