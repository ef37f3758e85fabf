/** Who waits on an object, as the kernel shows it: process, and what for. Our own acts stand in a part of their own. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { PanelState } from '../../protocol/pages/object';
import type { Wait } from '../../protocol/waits';
import { absenceOfWaiters } from '../../presentation/absence';
import { nobodyText } from '../../presentation/nobody';
import { visible } from '../../presentation/text';
import { grouped } from '../../presentation/values';
import { notationText, waiterLists, waitWords } from '../../presentation/waits';
import { contextOf } from '../panel/context';
import { t } from '../strings';
import { type HiddenWords, hiddenSentence } from './hidden';
import { holderDoing, holderProcess } from './past';

/** Waiting threads that are named in one list; of more only the number. */
const MOST = 50;

/** The lists of an object; nothing for a kind on which nobody can wait. */
export function waiters(object: IpcObject, state: PanelState): TemplateResult | typeof nothing {
  const lists = waiterLists(object);
  if (lists.length === 0) return nothing;
  const hidden = hiddenSentence(state.hiddenProcesses, hiddenWords());
  const nobody = nobodyText(absenceOfWaiters(object, state.hiddenProcesses));
  return html`<section class="waiters steady" aria-label=${t('Who waits')}>
    ${lists.map(
      ({ title, waits }) =>
        html`<div tabindex="0" role="group" aria-label=${title}>
          <h2>${waits.length > 0 ? t('{0} ({1})', title, grouped(waits.length)) : title}</h2>
          ${waits.length > 0 ? list(waits, state) : html`<p class="dim">${nobody}</p>`}
        </div>`,
    )}
    ${object.kind === 'sysv.sem' ? html`<p class="note dim">${notationText()}</p>` : nothing}
    ${object.endpoints && hidden !== undefined ? html`<p class="note dim">${hidden}</p>` : nothing}
  </section>`;
}

function list(all: readonly { end: Endpoint; wait: Wait }[], state: PanelState): TemplateResult {
  const rest = all.length - MOST;
  return html`<ul>
    ${all.slice(0, MOST).map(
      ({ end, wait }) =>
        html`<li>
          ${holderProcess(end, contextOf(state).process)}
          <span class="mono" title=${t('thread {0}, blocked in {1}', wait.tid, wait.call)}
            >${visible(waitWords(wait).join(', '))}</span
          >
          ${holderDoing(end, state)}
        </li>`,
    )}
    ${rest > 0 ? html`<li>${t('and {0} more', grouped(rest))}</li>` : nothing}
  </ul>`;
}

function hiddenWords(): HiddenWords {
  return {
    one: t('1 process may not be looked at: it might wait here too.'),
    many: (count) => t('{0} processes may not be looked at: they might wait here too.', count),
    unknown: t('Processes that cannot be seen from here might wait here too.'),
  };
}
