/** Facts as a table, with the kernel's own name of each in small. What tooltips say, it says to everybody. */
import { type TemplateResult, html, nothing } from 'lit';
import { t } from '../strings';

/** One fact. `field`: the kernel's name, as `msg_qnum`. */
export interface Fact {
  name: string;
  value: unknown;
  field?: string;
}

/** Closed until somebody wants to know it all. */
export function allFacts(facts: readonly (Fact | undefined)[]): TemplateResult {
  return html`<details class="all-facts">
    <summary>${t('All facts')}</summary>
    ${factTable(facts)}
  </details>`;
}

function factTable(facts: readonly (Fact | undefined)[]): TemplateResult {
  return html`<dl class="facts">
    ${facts.map((fact) =>
      fact
        ? html`<div>
            <dt>${fact.name}${fact.field ? html` <code class="dim">${fact.field}</code>` : nothing}</dt>
            <dd>${fact.value}</dd>
          </div>`
        : nothing,
    )}
  </dl>`;
}
