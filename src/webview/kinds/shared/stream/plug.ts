/** What the pages of pipes and FIFOs have alike. */
import { type TemplateResult, html } from 'lit';
import type { KindPresentation } from '../../../../presentation/kinds/kindView';
import type { PanelModel } from '../../../panel/model';
import { stateList } from '../../../parts/stateList';
import type { KindPanel } from '../../plug';
import type { StreamKind, StreamObject } from './object';
import './content';
import './sides';

/** Who has its ends, below what is to be said of its state. */
export function streamSides<K extends StreamKind>(
  view: KindPresentation<K>,
): NonNullable<KindPanel<K>['sides']> {
  return (object, state) =>
    html`${stateList(view.states(object))}<ipc-sides .object=${object} .state=${state}></ipc-sides>`;
}

/** What is in it and not read yet. */
export function streamContent(object: StreamObject, panel: PanelModel): TemplateResult {
  return html`<ipc-stream
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
  ></ipc-stream>`;
}
