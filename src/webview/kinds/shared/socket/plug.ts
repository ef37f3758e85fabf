/** What the pages of Unix domain and loopback sockets show. */
import { type TemplateResult, html, nothing } from 'lit';
import { otherEnd } from '../../../../presentation/kinds/connections';
import type { KindPresentation } from '../../../../presentation/kinds/kindView';
import { holderText } from '../../../../presentation/kinds/socket';
import type { PanelModel } from '../../../panel/model';
import { stateList } from '../../../parts/stateList';
import { t } from '../../../strings';
import type { KindPanel } from '../../plug';
import { canPeek, type SocketKind, type SocketObject } from './object';
import './content';
import './sessions';
import './sides';

/** Who is at both ends, what is unread, and what is said with it. */
export function socketPlug<K extends SocketKind>(view: KindPresentation<K>): KindPanel<K> {
  return {
    view,
    sides: (object, state) =>
      html`${stateList(view.states(object))}<ipc-socket-sides
          .object=${object}
          .state=${state}
        ></ipc-socket-sides>`,
    body: (object, panel) =>
      html`${contents(object, panel)}
        <ipc-sessions .panel=${panel} .state=${panel.state} .object=${object}></ipc-sessions>`,
    otherBoot: () => t('This socket belonged to an earlier start of the machine; it is gone.'),
  };
}

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
