/** `<ipc-set>`: the table of a set and the forms below it, which take the semaphore that is picked in the table. */
import { html } from 'lit';
import { property } from 'lit/decorators.js';
import type { SetObject } from '../../../protocol/kinds/sysvSem';
import type { PanelState } from '../../../protocol/pages/object';
import type { PanelModel } from '../../panel/model';
import { Part, define } from '../../parts/base';
import { t } from '../../strings';
import type { Operate } from './operate';
import type { SetValues } from './setValues';
import './operate';
import './setValues';
import './table';

export class SetBody extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: SetObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) samples: PanelModel['samples'] = [];

  protected override render() {
    const { panel, object, state } = this;
    return html`<ipc-semaphores
        .panel=${panel}
        .object=${object}
        .samples=${this.samples}
        @pick=${this.pick}
      ></ipc-semaphores>
      <div class="acts">
        <ipc-operate .panel=${panel} .state=${state} .semaphores=${object.semaphores}></ipc-operate>
        <ipc-set-values .panel=${panel} .state=${state} .object=${object}></ipc-set-values>
      </div>`;
  }

  private readonly pick = ({ detail }: CustomEvent<number>) => {
    this.querySelector<Operate>('ipc-operate')?.put(detail);
    this.querySelector<SetValues>('ipc-set-values')?.put(detail);
    this.panel.announce(t('Semaphore {0} chosen', detail));
  };
}

define('ipc-set', SetBody);
