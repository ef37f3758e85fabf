/** `<ipc-segment>`: who maps a segment or other memory, what is in it, and the form that writes, which follows the byte that is picked. */
import { html } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { PanelState } from '../../../../protocol/pages/object';
import type { PanelModel } from '../../../panel/model';
import { Part, define } from '../../../parts/base';
import { t } from '../../../strings';
import type { MemoryView } from './memoryContent';
import type { MemoryObject } from './memoryObject';
import type { Write } from './write';
import '../holdersTable';
import './memoryContent';
import './write';

export class SegmentBody extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: MemoryObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) refreshes = 0;
  @state() private place = 0;

  protected override render() {
    const { object, state } = this;
    const { bytes } = object;
    return html`<ipc-holders .object=${object} .state=${state}></ipc-holders>
      ${bytes === undefined || bytes === 0 ? this.without(bytes) : this.content()}`;
  }

  /** There is nothing to look at and to write to. */
  private without(bytes: 0 | undefined) {
    return html`<section aria-label=${t('Content')}>
      <h2>${t('Content')}</h2>
      <p class="empty">
        ${bytes === 0 ? t('It has no bytes yet.') : t('Its size is hidden, so nothing of it can be looked at.')}
      </p>
    </section>`;
  }

  private content() {
    const { panel, object, state } = this;
    return html`<ipc-memory
        .panel=${panel}
        .object=${object}
        .state=${state}
        .refreshes=${this.refreshes}
        @place=${(event: CustomEvent<number>) => (this.place = event.detail)}
        @pick=${() => this.querySelector<Write>('ipc-write')?.follow()}
      ></ipc-memory>
      <div class="acts single">
        <ipc-write
          .panel=${panel}
          .state=${state}
          .object=${object}
          .place=${this.place}
          @written=${(event: CustomEvent<number>) => this.querySelector<MemoryView>('ipc-memory')?.written(event.detail)}
        ></ipc-write>
      </div>`;
  }
}

define('ipc-segment', SegmentBody);
