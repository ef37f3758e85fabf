/** What is so in a sentence, how sure that is, what can be done, and how it is known. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Remedy } from '../../presentation/findings/cures';
import { proofText } from '../../presentation/findings/doubts';
import type { Evidence } from '../../presentation/findings/evidence';
import { visible } from '../../presentation/text';
import type { Tone, Verdict } from '../../presentation/why';
import type { Cure } from '../../protocol/findings';
import { t } from '../strings';
import { icon } from './icon';
import '../toolkit/button';

/** Codicons. */
const TONES: Readonly<Record<Tone, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'info',
  fine: 'pass',
  plain: 'circle-outline',
};

/** The class of what is so grave. */
export function toneClass(tone: Tone): string {
  return `tone-${tone}`;
}

/** `under`: what stands below its sentences. */
export function verdictPart({ tone, says, matters, proof }: Verdict, label: string, under: unknown) {
  return html`<section class="verdict ${toneClass(tone)}" aria-label=${label}>
    ${icon(TONES[tone])}
    <div>
      <p class="says foreign">
        ${visible(says)}
        ${
          proof === undefined
            ? nothing
            : html`<span class="proof ${proof}"
                >${icon(proof === 'proven' ? 'verified' : 'eye')}${proofText(proof)}</span
              >`
        }
      </p>
      ${matters === '' ? nothing : html`<p class="matters foreign">${visible(matters)}</p>`} ${under}
    </div>
  </section>`;
}

/** The acts, each with its effect. `best`: the first of them may be the one that helps; `more`: acts that change nothing. */
export function remedyList(
  remedies: readonly Remedy[],
  run: (cure: Cure) => void,
  { best = false, more = [] }: { best?: boolean; more?: readonly TemplateResult[] } = {},
): TemplateResult | typeof nothing {
  if (remedies.length + more.length === 0) return nothing;
  return html`<ul class="remedies" aria-label=${t('What you can do')}>
    ${remedies.map(
      ({ cure, label, effect }, at) =>
        html`<li>
          <vscode-button appearance=${best && at === 0 ? 'primary' : 'secondary'} @click=${() => run(cure)}
            >${label}</vscode-button
          >
          <span class="effect foreign">${visible(effect)}</span>
        </li>`,
    )}
    ${more.length === 0 ? nothing : html`<li>${more}</li>`}
  </ul>`;
}

/** Folded. */
export function evidencePart(evidence: readonly Evidence[]): TemplateResult {
  return html`<details class="evidence">
    <summary>${t('How this is known')}</summary>
    <dl>
      ${evidence.map(
        ({ label, text }) =>
          html`<dt>${visible(label)}</dt>
            <dd>${visible(text)}</dd>`,
      )}
    </dl>
  </details>`;
}
