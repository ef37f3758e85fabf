/** The panels of pipes and FIFOs. */
import { type TemplateResult, html } from 'lit';
import { isRemovable } from '../../../protocol/removable';
import type { PanelModel } from '../../panel/model';
import { allFacts } from '../../parts/factTable';
import { stateList } from '../../parts/stateList';
import { t } from '../../strings';
import type { KindPanel } from '../plug';
import { streamFacts } from './facts';
import { streamFigures } from './figures';
import { streamName } from './name';
import type { StreamKind, StreamObject } from './object';
import { stateLines } from './states';
import './capacity';
import './content';
import './fifo';
import './sides';

const shared = {
  icon: 'arrow-right',
  name: streamName,
  figures: streamFigures,
  facts: streamFacts,
  sides: (object, state) =>
    html`${stateList(stateLines(object))}<ipc-sides .object=${object} .state=${state}></ipc-sides>`,
} satisfies Partial<KindPanel<StreamKind>>;

export const pipePanel: KindPanel<'pipe'> = {
  ...shared,
  kindName: () => t('pipe'),
  title: (object) => t('pipe {0}', object.inode),
  otherBoot: () => t('This pipe belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) =>
    html`${content(object, panel)}
      <div class="acts single">${capacity(object, panel)}</div>
      ${allFacts(streamFacts(object, panel))}`,
};

export const fifoPanel: KindPanel<'fifo'> = {
  ...shared,
  kindName: () => t('FIFO'),
  title: () => t('FIFO'),
  destroy: (object) => (object && !isRemovable(object) ? undefined : t('Destroy FIFO')),
  otherBoot: () => t('This FIFO was seen before the machine was started anew. Its file may still be there.'),
  body: (object, panel) =>
    object.flags.includes('deletedOrReplaced')
      ? allFacts(streamFacts(object, panel))
      : html`${content(object, panel)}
          <ipc-fifo
            .panel=${panel}
            .object=${object}
            .state=${panel.state}
            .history=${panel.history}
          ></ipc-fifo>
          ${allFacts(streamFacts(object, panel))}`,
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
