/** The switch between the looks of bytes. */
import type { TemplateResult } from 'lit';
import { BYTE_FORMATS, type ByteFormat } from '../bytes/look';
import { t } from '../strings';
import { choiceOf } from './choice';

/** Radio buttons `text`, `hex`, `JSON`. */
export function lookSwitch(
  look: ByteFormat,
  label: string,
  choose: (look: ByteFormat) => void,
): TemplateResult {
  const choices = BYTE_FORMATS.map((value) => ({ value, label: lookName(value) }));
  return choiceOf(choices, look, label, choose);
}

function lookName(look: ByteFormat): string {
  switch (look) {
    case 'text':
      return t('text');
    case 'hex':
      return t('hex');
    case 'json':
      return t('JSON');
  }
}
