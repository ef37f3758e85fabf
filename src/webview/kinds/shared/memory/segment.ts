/** Who has memory, what is in it, and what is written there. */
import { type TemplateResult, html } from 'lit';
import type { PanelModel } from '../../../panel/model';
import type { MemoryObject } from './memoryObject';
import './body';

/** The memory of an object. */
export function segmentPart(object: MemoryObject, panel: PanelModel): TemplateResult {
  return html`<ipc-segment
    .panel=${panel}
    .object=${object}
    .state=${panel.state}
    .refreshes=${panel.refreshes}
  ></ipc-segment>`;
}
