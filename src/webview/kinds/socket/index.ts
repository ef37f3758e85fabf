/** The panels of Unix domain and loopback sockets. */
import { type TemplateResult, html, nothing } from 'lit';
import type { PanelModel } from '../../panel/model';
import { allFacts } from '../../parts/factTable';
import { stateList } from '../../parts/stateList';
import { t } from '../../strings';
import type { KindPanel } from '../plug';
import { socketFacts } from './facts';
import { socketFigures } from './figures';
import { sideName, socketName } from './name';
import { type SocketKind, type SocketObject, canPeek, otherEnd } from './object';
import { stateLines } from './words';
import './content';
import './sessions';
import './sides';

const shared = {
  name: socketName,
  figures: socketFigures,
  facts: socketFacts,
  sides: (object, state) =>
    html`${stateList(stateLines(object))}<ipc-socket-sides
        .object=${object}
        .state=${state}
      ></ipc-socket-sides>`,
  body: (object, panel) =>
    html`${contents(object, panel)}
      <ipc-sessions .panel=${panel} .state=${panel.state} .object=${object}></ipc-sessions>
      ${allFacts(socketFacts(object, panel))}`,
} satisfies Partial<KindPanel<SocketKind>>;

export const unixPanel: KindPanel<'unix'> = {
  ...shared,
  icon: 'plug',
  kindName: () => t('Unix socket'),
  title: ({ type }) => (type ? t('Unix socket, {0}', type) : t('Unix socket, only a file')),
  destroy: (object) => (object?.file && object.name.is === 'path' ? t('Destroy Socket File') : undefined),
  otherBoot: () => t('This socket belonged to an earlier start of the machine; it is gone.'),
};

export const inetPanel: KindPanel<'inet'> = {
  ...shared,
  icon: 'globe',
  kindName: () => t('loopback socket'),
  title: () => t('loopback socket'),
  otherBoot: () => t('This socket belonged to an earlier start of the machine; it is gone.'),
};

/** What waits for each side of a connection; a listener has nothing to be read. */
function contents(object: SocketObject, panel: PanelModel): TemplateResult | typeof nothing {
  const { state } = panel;
  if (!state || (!canPeek(object) && object.peer === undefined)) return nothing;
  const other = otherEnd(object, state);
  if (!other) return canPeek(object) ? content(object, panel, t('Content'), false) : html``;
  return html`${content(object, panel, t('Unread on this side, by {0}', sideName(object, state)), false)}
  ${content(other, panel, t('Unread on the other side, by {0}', sideName(other, state)), true)}`;
}

function content(object: SocketObject, panel: PanelModel, heading: string, peer: boolean): TemplateResult {
  return html`<ipc-socket-content
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
    .heading=${heading}
    .peer=${peer}
  ></ipc-socket-content>`;
}
