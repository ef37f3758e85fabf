/** Facts as a table, with the kernel's own name of each in small. What tooltips say, it says to everybody. */
import { type TemplateResult, html, nothing } from 'lit';

/** One fact. `field`: the kernel's name, as `msg_qnum`. */
export interface Fact {
  name: string;
  value: unknown;
  field?: string;
}

export function factTable(facts: readonly (Fact | undefined)[]): TemplateResult {
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
