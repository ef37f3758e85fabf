/** `<ipc-segment>`: who maps a segment, what is in it, and the form that writes, which follows the byte that is picked. */
import { html } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { SegmentObject } from '../../../protocol/kinds/sysvShm';
import type { PanelState } from '../../../protocol/panels';
import type { PanelModel } from '../../panel/model';
import { Part, define } from '../../parts/base';
import { stateLines } from './figures';
import type { MemoryView } from './memory';
import type { Write } from './write';
import './holdersTable';
import './memory';
import './write';

export class SegmentBody extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: SegmentObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) refreshes = 0;
  @state() private place = 0;

  protected override render() {
    const { panel, object, state } = this;
    return html`${stateLines(object)}
      <ipc-holders .object=${object} .processes=${state.processes}></ipc-holders>
      <ipc-memory
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
