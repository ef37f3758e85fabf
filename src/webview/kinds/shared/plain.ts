/** A page that is enough for many kinds: the state of an object, who has it and what each does there, and what can be done. All facts stand below, as in every panel. */
import { type TemplateResult, html, nothing } from 'lit';
import { absenceOfHolders } from '../../../presentation/absence';
import { titleOf } from '../../../presentation/abilities';
import { holdersOf, type Holder } from '../../../presentation/holders';
import type { KindPresentation } from '../../../presentation/kinds/kindView';
import { nobodyText } from '../../../presentation/nobody';
import { roleGroup, roleParts } from '../../../presentation/roles';
import { processesTitle } from '../../../presentation/shared';
import { visible } from '../../../presentation/text';
import { grouped } from '../../../presentation/values';
import { contracts, type IpcObject } from '../../../protocol/kinds';
import type { Kind } from '../../../protocol/ref';
import { type PanelState, WORKBENCH_ACTS } from '../../../protocol/pages/object';
import { contextOf } from '../../panel/context';
import { objectPage } from '../../panel/main';
import type { PanelModel } from '../../panel/model';
import { holderDoing, holderProcess } from '../../parts/past';
import { stateList } from '../../parts/stateList';
import { t } from '../../strings';

/** Processes of one role that are drawn; of more only the number. */
const MOST = 100;

/** Makes the page of a kind by what `presentation` says of it. */
export function plainPage<K extends Kind>(view: KindPresentation<K>): void {
  objectPage({
    view,
    otherBoot: () => t('This belonged to an earlier start of the machine; it is gone.'),
    sides: (object, state) => html`${stateList(view.states(object))}${holders(object, state)}`,
    body: (object, panel) =>
      acts(object, `${view.labels.one} ${view.label(object, panel.context.process)}`, panel),
  });
}

function holders(object: IpcObject, state: PanelState): TemplateResult {
  const roles = [...holdersOf(object)];
  return html`<section class="sides" aria-label=${processesTitle()}>
    ${
      roles.length === 0
        ? html`<p class="empty">${nobodyText(absenceOfHolders(object, state.hiddenProcesses))}</p>`
        : roles.map(
            ([role, some]) =>
              html`<div>
                <h2>${t('{0} ({1})', roleGroup(role), grouped(some.length))}</h2>
                <ul class="ends">
                  ${some.slice(0, MOST).map((one) => html`<li>${line(one, state)}</li>`)}
                  ${some.length > MOST ? html`<li>${t('and {0} more', grouped(some.length - MOST))}</li>` : nothing}
                </ul>
              </div>`,
          )
    }
  </section>`;
}

/** `node (12)  open, fd 5, blocked in read`, and what else it does by itself. */
function line(holder: Holder, state: PanelState): TemplateResult {
  const { process: find } = contextOf(state);
  return html`<span class="end">
    <span class="who">${holderProcess(holder, find)}${holder.own ? html` <b>${t('you')}</b>` : nothing}</span>
    ${roleParts(holder.ends).map((part) => html`<span>${visible(part, 400)}</span>`)}
    ${holderDoing(holder, state)}
  </span>`;
}

/** Each asks for its parameters in the workbench. */
function acts(object: IpcObject, name: string, panel: PanelModel): TemplateResult {
  const can = WORKBENCH_ACTS.filter((ability) => ability in contracts[object.kind].abilities);
  if (can.length === 0) return html``;
  return html`<div class="acts single">
    <form class="fields" @submit=${(event: Event) => event.preventDefault()}>
      ${can.map((command) => {
        const why = panel.refusal(command);
        return html`<span title=${why ?? nothing}
          ><vscode-button
            appearance="secondary"
            ?disabled=${!panel.may(command)}
            aria-description=${why ?? nothing}
            @click=${() => panel.attempt(() => panel.bus.request('command', { command }))}
            ><span class="label foreign">${titleOf(command, name)}</span></vscode-button
          ></span
        >`;
      })}
    </form>
  </div>`;
}
