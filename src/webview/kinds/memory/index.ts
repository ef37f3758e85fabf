/** The panels of memory that is a file: POSIX shared memory objects, and mappings. */
import { type TemplateResult, html } from 'lit';
import type { MappingObject } from '../../../protocol/kinds/mapping';
import type { ShmObject } from '../../../protocol/kinds/posixShm';
import type { PanelModel } from '../../panel/model';
import { t } from '../../strings';
import type { KindPanel } from '../plug';
import { locksPart } from './locks';
import { recentPart } from './recent';
import '../segment/body';

export const shmPanel: KindPanel<'posix.shm'> = {
  commands: ({ type }) =>
    type === 'file' ? [{ label: t('Resize...'), icon: 'arrow-both', command: 'resize' }] : [],
  otherBoot: () => t('This shared memory belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    ${locksPart(object.locks, panel.context.process)}
    ${
      object.type === 'file'
        ? content(object, panel)
        : html`<p class="notice">
            ${t('What lies there is no shared memory. It is not opened and not followed.')}
          </p>`
    }
  `,
};

export const mappingPanel: KindPanel<'mapping'> = {
  otherBoot: () =>
    t('This mapping was seen before the machine was started anew. Its file may still be there.'),
  body: (object, panel) => html`
    ${recentPart(object.recent, panel.context.process)} ${locksPart(object.locks, panel.context.process)}
    ${content(object, panel)}
  `,
};

function content(object: ShmObject | MappingObject, panel: PanelModel): TemplateResult {
  return html`<ipc-segment
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
  ></ipc-segment>`;
}
