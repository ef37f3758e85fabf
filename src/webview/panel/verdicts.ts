/** What is wrong with the object, as its page begins: only where something is. */
import { type TemplateResult, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { severityText } from '../../presentation/findings/severity';
import { actTitles, moreFindings } from '../../presentation/shared';
import type { PanelState } from '../../protocol/pages/object';
import type { PageVerdict } from '../../protocol/pages/verdict';
import { evidencePart, remedyList, verdictPart } from '../parts/verdict';
import { t } from '../strings';
import type { PanelModel } from './model';

/** Nothing of what is not there any more. */
export function verdicts(panel: PanelModel, state: PanelState): TemplateResult | typeof nothing {
  const { status, verdicts: said, moreVerdicts: more } = state;
  if (status !== 'present' || said.length === 0) return nothing;
  return html`${repeat(
    said,
    ({ rule, subject = '' }) => `${rule} ${subject}`,
    (one) => verdict(one, panel, state.trusted),
  )}${more > 0 ? html`<p class="dim">${moreFindings(more)}</p>` : nothing}`;
}

function verdict(one: PageVerdict, panel: PanelModel, trusted: boolean): TemplateResult {
  const { rule, subject, severity, proof, says, matters, evidence, remedies, waits } = one;
  const button = (label: string, act: () => Promise<unknown>) =>
    html`<vscode-button appearance="secondary" @click=${() => void panel.attempt(act)}
      >${label}</vscode-button
    >`;
  const more = [
    ...(waits ? [button(actTitles.why(), () => panel.bus.request('command', { command: 'why' }))] : []),
    button(t('Silence...'), () => panel.bus.request('silence', { rule, ...(subject && { subject }) })),
  ];
  const acts = remedyList(
    trusted ? remedies : [],
    (cure) => void panel.attempt(() => panel.bus.request('cure', { cure })),
    { more },
  );
  return verdictPart(
    { tone: severity, says, matters, ...(proof && { proof }) },
    severityText(severity),
    html`${acts}${evidencePart(evidence)}`,
  );
}
