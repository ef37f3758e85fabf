/** `<ipc-history>`: what was sent and received in this panel, the newest first. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { HistoryEntry } from '../../../../protocol/pages/object';
import { grouped } from '../../../../presentation/values';
import type { PanelModel } from '../../../panel/model';
import { Part, define } from '../../../parts/base';
import { t } from '../../../strings';
import './historyLine';
import '../../../toolkit/button';

/** Lines that are drawn at first, and more at a time. */
const PORTION = 50;

export class History extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) entries: readonly HistoryEntry[] = [];
  @property({ attribute: false }) acts = false;
  @state() private most = PORTION;

  protected override render() {
    const { entries, most } = this;
    const rest = entries.length - most;
    return html`<section aria-label=${t('History')}>
      <h2>${t('History')}</h2>
      ${
        entries.length === 0
          ? html`<p class="empty">${t('What you send and receive here is listed here.')}</p>`
          : html`<ul class="history">
              ${repeat(
                entries.slice(0, most),
                (entry) => entry.id,
                (entry) =>
                  html`<li>
                    <ipc-history-line
                      .panel=${this.panel}
                      .entry=${entry}
                      .acts=${this.acts}
                    ></ipc-history-line>
                  </li>`,
              )}
            </ul>`
      }
      ${
        rest > 0
          ? html`<vscode-button appearance="secondary" @click=${() => (this.most += PORTION)}
              >${t('Show {0} more of {1}', grouped(Math.min(PORTION, rest)), grouped(entries.length))}</vscode-button
            >`
          : nothing
      }
    </section>`;
  }
}

define('ipc-history', History);
