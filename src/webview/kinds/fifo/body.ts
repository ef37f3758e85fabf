/** `<ipc-fifo>`: the acts on a FIFO, and what was read from it, which is kept until it is dismissed. */
import { type PropertyValues, type TemplateResult, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FifoObject } from '../../../protocol/kinds/fifo';
import type { HistoryEntry, PanelState } from '../../../protocol/pages/object';
import { ActingPart } from '../../panel/actingPart';
import { define } from '../../parts/base';
import { t } from '../../strings';
import '../shared/stream/capacity';
import './read';
import './takenLine';
import './write';

export class FifoBody extends ActingPart {
  @property({ attribute: false }) object!: FifoObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) history: readonly HistoryEntry[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('object') && changed.get('object')?.ref !== this.object.ref) this.failure = '';
  }

  protected override render() {
    const { panel, object, state } = this;
    return html`<div class="acts">
        <ipc-fifo-write .panel=${panel} .state=${state} .object=${object}></ipc-fifo-write>
        <div class="act-column">
          <ipc-fifo-read .panel=${panel} .state=${state} .object=${object}></ipc-fifo-read>
          <ipc-capacity .panel=${panel} .state=${state} .object=${object}></ipc-capacity>
        </div>
      </div>
      ${this.list(this.history.filter(({ what }) => what !== 'sent'))}`;
  }

  private list(lines: readonly HistoryEntry[]): TemplateResult | typeof nothing {
    if (lines.length === 0 && this.failure === '') return nothing;
    return html`<section class="taken" tabindex="-1" aria-label=${t('Read Here')}>
      <h2>${t('Read Here')}</h2>
      <ul class="history" ?hidden=${lines.length === 0}>
        ${repeat(
          lines,
          (line) => line.id,
          (line, at) =>
            html`<li>
              <ipc-taken
                .line=${line}
                .newest=${at === 0}
                .acts=${this.panel.may('write')}
                @dismiss=${() => this.dismiss(line)}
                @write-back=${() => this.writeBack(line)}
              ></ipc-taken>
            </li>`,
        )}
      </ul>
      ${this.failed()}
    </section>`;
  }

  private writeBack({ id }: HistoryEntry): Promise<void> {
    return this.attempt(async () => {
      await this.panel.bus.request('sendAgain', { id });
      this.panel.announce(t('Written back'));
    });
  }

  private async dismiss({ id }: HistoryEntry): Promise<void> {
    await this.attempt(async () => {
      await this.panel.bus.request('dismiss', { id });
      this.panel.announce(t('Dismissed'));
    });
    await this.updateComplete;
    // The button that had the focus is gone.
    if (document.activeElement === document.body)
      (this.querySelector<HTMLElement>('.taken') ?? this.querySelector<HTMLElement>('#read-length'))?.focus();
  }
}

define('ipc-fifo', FifoBody);
