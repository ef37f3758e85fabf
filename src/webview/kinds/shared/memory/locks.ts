/** The places in shared memory that threads sleep on, and who holds the locks among them. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Lock } from '../../../../protocol/kinds/posix';
import { isBroken, lockLine } from '../../../../presentation/kinds/futexes';
import { type Find, grouped } from '../../../../presentation/values';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';

/** Places that are listed; of more only the number. */
const MOST = 50;

/** The list; nothing where nobody sleeps on any. */
export function locksPart(locks: readonly Lock[] = [], find: Find): TemplateResult | typeof nothing {
  if (locks.length === 0) return nothing;
  const rest = locks.length - MOST;
  return html`<section class="waiters" aria-label=${t('Locks')}>
    <div>
      <h2>${t('Who waits in it')}</h2>
      <ul>
        ${locks.slice(0, MOST).map((lock) => html`<li>${line(lock, find)}</li>`)}
        ${rest > 0 ? html`<li>${t('and {0} more', grouped(rest))}</li>` : nothing}
      </ul>
    </div>
  </section>`;
}

function line(lock: Lock, find: Find): TemplateResult {
  const { place, said } = lockLine(lock, find);
  return html`<span class="mono">${place}</span> ${isBroken(lock) ? icon('warning') : nothing} ${said}`;
}
