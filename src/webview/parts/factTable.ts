/** Facts as a table, with the kernel's own name of each in small. What tooltips say, it says to everybody. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Fact } from '../../presentation/facts';
import { visible } from '../../presentation/text';
import { t } from '../strings';

/** Closed until somebody wants to know it all. */
export function allFacts(facts: readonly Fact[]): TemplateResult {
  return html`<details class="all-facts">
    <summary>${t('All facts')}</summary>
    <dl class="facts">${facts.map(factRow)}</dl>
  </details>`;
}

function factRow({ label, kernelName, text, detail }: Fact): TemplateResult {
  return html`<div>
    <dt>${label}${kernelName ? html` <code class="dim">${kernelName}</code>` : nothing}</dt>
    <dd title=${detail ?? nothing}>${visible(text)}</dd>
  </div>`;
}
