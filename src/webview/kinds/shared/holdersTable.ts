/** `<ipc-holders>`: the table of the processes that have memory mapped, or open. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Endpoint } from '../../../protocol/facts';
import {
  accessText,
  countedOf,
  differenceText,
  type HeldObject,
  type Holder,
  holdersOf,
  placeText,
  rightsText,
} from '../../../presentation/holdings';
import { visible } from '../../../presentation/text';
import { grouped } from '../../../presentation/values';
import type { PanelState } from '../../../protocol/pages/object';
import { contextOf } from '../../panel/context';
import { Part, define } from '../../parts/base';
import { holderDoing, holderProcess } from '../../parts/past';
import { t } from '../../strings';
import { processesTitle } from '../../../presentation/shared';
import '../../toolkit/button';

/** Processes that are drawn at first, and more at a time. */
const PORTION = 50;

export class Holders extends Part {
  @property({ attribute: false }) object!: HeldObject;
  @property({ attribute: false }) state!: PanelState;
  @state() private most = PORTION;

  protected override render() {
    return html`<section aria-label=${processesTitle()}>
      <h2>${processesTitle()}</h2>
      ${this.content(holdersOf(this.object))}
    </section>`;
  }

  private content(holders: Holder[] | undefined) {
    const counted = countedOf(this.object);
    if (!holders) return html`<p class="note dim">${t('Which processes map it was not looked at.')}</p>`;
    const difference = differenceText(holders, counted);
    if (holders.length === 0)
      return html`<p class="empty">
        ${difference ?? (counted === undefined ? t('No process was seen to have it.') : t('No process maps this segment.'))}
      </p>`;
    const rest = holders.length - this.most;
    return html`${difference ? html`<p class="note">${difference}</p>` : nothing} ${this.table(holders)}
    ${
      rest > 0
        ? html`<vscode-button appearance="secondary" class="more" @click=${() => (this.most += PORTION)}
            >${t('Show {0} more of {1}', grouped(Math.min(PORTION, rest)), grouped(holders.length))}</vscode-button
          >`
        : nothing
    }`;
  }

  private table(holders: readonly Holder[]) {
    return html`<table class="holders">
      <thead>
        <tr>
          <th scope="col">${t('process')}</th>
          <th scope="col">${countedOf(this.object) === undefined ? t('where') : t('address')}</th>
          <th scope="col">${t('rights')}</th>
        </tr>
      </thead>
      ${repeat(
        holders.slice(0, this.most),
        (holder) => `${holder.pid} ${holder.startTime}`,
        (holder) => this.rows(holder),
      )}
    </table>`;
  }

  private rights({ rights, role }: Endpoint) {
    // A descriptor is no mapping, but the end of a queue, or open without saying for what.
    if (rights === undefined && role !== 'mapped' && role !== 'attached') return accessText(role);
    return html`${rights === undefined ? nothing : html`<span class="mono">${visible(rights)}</span> `}${rightsText(rights)}`;
  }

  private rows(holder: Holder) {
    const { mappings } = holder;
    return html`<tbody>
      ${mappings.map(
        (end, at) =>
          html`<tr>
            ${
              at === 0
                ? html`<th scope="rowgroup" rowspan=${mappings.length}>
                    ${holderProcess(holder, contextOf(this.state).process)} ${holderDoing(holder, this.state)}
                  </th>`
                : nothing
            }
            <td class="mono">${placeText(end)}</td>
            <td>${this.rights(end)}</td>
          </tr>`,
      )}
    </tbody>`;
  }
}

define('ipc-holders', Holders);
