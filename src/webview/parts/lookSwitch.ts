/** The switch between the looks of bytes. */
import { type TemplateResult, html } from 'lit';
import { LOOKS, type Look } from '../bytes/look';
import { t } from '../strings';
import { valueOf } from '../toolkit';

/** Radio buttons `text`, `hex`, `JSON`. */
export function lookSwitch(look: Look, label: string, choose: (look: Look) => void): TemplateResult {
  return html`<vscode-radio-group
    class="look"
    aria-label=${label}
    .value=${look}
    @change=${(event: Event) => {
      const chosen = LOOKS.find((known) => known === valueOf(event));
      if (chosen && chosen !== look) choose(chosen);
    }}
  >
    ${LOOKS.map((value) => html`<vscode-radio value=${value}>${lookName(value)}</vscode-radio>`)}
  </vscode-radio-group>`;
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
