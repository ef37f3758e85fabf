/** The panels of Unix domain and loopback sockets. */
import { type TemplateResult, html, nothing } from 'lit';
import { otherEnd } from '../../../presentation/kinds/connections';
import { statesOf } from '../../../presentation/kinds';
import { holderText } from '../../../presentation/kinds/socket';
import type { PanelModel } from '../../panel/model';
import { stateList } from '../../parts/stateList';
import { t } from '../../strings';
import type { KindPanel } from '../plug';
import { canPeek, type SocketKind, type SocketObject } from './object';
import './content';
import './sessions';
import './sides';

const shared = {
  sides: (object, state) =>
    html`${stateList(statesOf(object))}<ipc-socket-sides
        .object=${object}
        .state=${state}
      ></ipc-socket-sides>`,
  body: (object, panel) =>
    html`${contents(object, panel)}
      <ipc-sessions .panel=${panel} .state=${panel.state} .object=${object}></ipc-sessions>`,
} satisfies Partial<KindPanel<SocketKind>>;

const otherBoot = () => t('This socket belonged to an earlier start of the machine; it is gone.');

export const unixPanel: KindPanel<'unix'> = { ...shared, otherBoot };
export const inetPanel: KindPanel<'inet'> = { ...shared, otherBoot };

/** What waits for each side of a connection; a listener has nothing to be read. */
function contents(object: SocketObject, panel: PanelModel): TemplateResult | typeof nothing {
  const { process: find } = panel.context;
  if (!panel.state || (!canPeek(object) && object.peer === undefined)) return nothing;
  const other = otherEnd(object, find.object);
  if (!other) return canPeek(object) ? content(object, panel, t('Content'), false) : html``;
  return html`${content(object, panel, t('Unread on this side, by {0}', holderText(object, find)), false)}
  ${content(other, panel, t('Unread on the other side, by {0}', holderText(other, find)), true)}`;
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
