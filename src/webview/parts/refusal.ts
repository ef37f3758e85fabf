/** Why an act must fail, where it must: said before anything is typed. */
import { type TemplateResult, html, nothing } from 'lit';
import type { PanelModel } from '../panel/model';
import { icon } from './icon';

export function refusalNote(
  panel: PanelModel,
  ability: string,
  given?: Readonly<Record<string, unknown>>,
): TemplateResult | typeof nothing {
  const why = panel.acts ? panel.refusal(ability, given) : undefined;
  return why === undefined
    ? nothing
    : html`<p class="note refusal">${icon('circle-slash')}<span>${why}</span></p>`;
}
