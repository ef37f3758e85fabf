/** Processes that had a mapping a moment ago: some map for the time of one access only. */
import { type TemplateResult, html, nothing } from 'lit';
import type { MappingObject } from '../../../protocol/kinds/mapping';
import { visible } from '../../../presentation/text';
import { type Find, grouped } from '../../../presentation/values';
import { age, holderProcess } from '../../parts/past';
import { fill, t } from '../../strings';

/** Processes that are listed; of more only the number. */
const MOST = 50;

/** The list; nothing where there is none. */
export function recentPart(
  recent: MappingObject['recent'] = [],
  find: Find,
): TemplateResult | typeof nothing {
  if (recent.length === 0) return nothing;
  const rest = recent.length - MOST;
  return html`<section class="waiters" aria-label=${t('Mapped a moment ago')}>
    <div>
      <h2>${t('Mapped a moment ago')}</h2>
      <p class="hint dim">
        ${t('They have it not any more: some programs map for the time of one access only.')}
      </p>
      <ul>
        ${recent.slice(0, MOST).map(
          (one) =>
            html`<li>
              ${holderProcess(one, find)} <span class="mono">${visible(one.rights)}</span>
              <span class="dim">${fill('seen {0}', age(one.seenAt))}</span>
            </li>`,
        )}
        ${rest > 0 ? html`<li>${t('and {0} more', grouped(rest))}</li>` : nothing}
      </ul>
    </div>
  </section>`;
}
