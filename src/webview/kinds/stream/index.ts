/** The panels of pipes and FIFOs. */
import { type TemplateResult, html } from 'lit';
import { statesOf } from '../../../presentation/kinds';
import type { PanelModel } from '../../panel/model';
import { stateList } from '../../parts/stateList';
import { t } from '../../strings';
import type { KindPanel } from '../plug';
import type { StreamKind, StreamObject } from './object';
import './capacity';
import './content';
import './fifo';
import './sides';

const shared = {
  sides: (object, state) =>
    html`${stateList(statesOf(object))}<ipc-sides .object=${object} .state=${state}></ipc-sides>`,
} satisfies Partial<KindPanel<StreamKind>>;

export const pipePanel: KindPanel<'pipe'> = {
  ...shared,
  otherBoot: () => t('This pipe belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) =>
    html`${content(object, panel)}
      <div class="acts single">${capacity(object, panel)}</div>`,
};

export const fifoPanel: KindPanel<'fifo'> = {
  ...shared,
  otherBoot: () => t('This FIFO was seen before the machine was started anew. Its file may still be there.'),
  body: (object, panel) =>
    // What nobody finds has no content and no acts.
    object.flags.includes('deletedOrReplaced')
      ? html``
      : html`${content(object, panel)}
          <ipc-fifo
            .panel=${panel}
            .object=${object}
            .state=${panel.state}
            .history=${panel.history}
          ></ipc-fifo>`,
};

function content(object: StreamObject, panel: PanelModel): TemplateResult {
  return html`<ipc-stream
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
  ></ipc-stream>`;
}

function capacity(object: StreamObject, panel: PanelModel): TemplateResult {
  return html`<ipc-capacity .panel=${panel} .state=${panel.state} .object=${object}></ipc-capacity>`;
}
