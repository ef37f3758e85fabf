/** What there is to say of an object's state, a line each. */
import { type TemplateResult, html, nothing } from 'lit';
import { t } from '../strings';
import { icon } from './icon';

export interface StateLine {
  icon: string;
  text: string;
  /** Something that people trip over. */
  warns?: boolean;
}

export function stateList(lines: readonly StateLine[]): TemplateResult | typeof nothing {
  if (lines.length === 0) return nothing;
  return html`<ul class="states" aria-label=${t('State')}>
    ${lines.map(
      ({ icon: name, text, warns }) =>
        html`<li class=${warns ? 'warns' : ''}>${icon(name)}<span>${text}</span></li>`,
    )}
  </ul>`;
}
