/** What there is to say of an object's state, a line each. */
import { type TemplateResult, html, nothing } from 'lit';
import type { State } from '../../presentation/kinds/kindView';
import { icon } from './icon';
import { stateLabel } from '../../presentation/shared';

/** In a room of its own, also where there is nothing to say: what stands below keeps its place. */
export function stateList(lines: readonly State[]): TemplateResult {
  return html`<div class="steady-states" tabindex=${lines.length > 2 ? 0 : nothing}>
    ${lines.length > 0 ? list(lines) : nothing}
  </div>`;
}

function list(lines: readonly State[]): TemplateResult {
  return html`<ul class="states" aria-label=${stateLabel()}>
    ${lines.map(
      ({ icon: name, text, warns }) =>
        html`<li class=${warns ? 'warns' : ''}>${icon(name)}<span>${text}</span></li>`,
    )}
  </ul>`;
}
