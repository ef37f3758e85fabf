/** The head of every panel: what is shown, whose it is, and the acts of the frame. */
import { type TemplateResult, html, nothing } from 'lit';
import type { PanelState } from '../../protocol/pages/object';
import type { IpcObject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import { headingBy } from '../../presentation/kinds/kindView';
import { stateRefusal } from '../../protocol/mayAct';
import { waitersOf } from '../../presentation/waits';
import { modeNumber, modeText, visible } from '../../presentation/text';
import { exactOwner, userText } from '../../presentation/values';
import type { KindPanel } from '../kinds/plug';
import { copyItems } from '../parts/copies';
import { icon } from '../parts/icon';
import type { MenuItem } from '../parts/menu';
import { age } from '../parts/past';
import { shown } from '../parts/pieces';
import { iconButton, liveButton } from '../parts/toolbar';
import { fill, t } from '../strings';
import type { PanelModel } from './model';
import '../parts/menu';
import { actTitles } from '../../presentation/shared';
import '../toolkit/button';

/** The header of a panel of a kind. */
export function header(panel: PanelModel, state: PanelState, plug: KindPanel<Kind>): TemplateResult {
  const { labels, icon: kindIcon } = plug.view;
  const { object } = state;
  const destroy = object && stateRefusal(object, 'destroy') ? undefined : labels.verb;
  const { process: find } = panel.context;
  const name = object ? shown(headingBy(plug.view, object, find)) : visible(state.memory.title, 255);
  return html`<header>
    <div class="heading">
      ${icon(kindIcon)}
      <h1 class="foreign">${name}</h1>
      <div class="about">
        <span>${object ? plug.view.sort(object) : labels.whole}</span>
        ${object ? ownership(object, plug) : nothing}
      </div>
    </div>
    <div class="toolbar" role="toolbar" aria-label=${t('Panel')}>
      ${liveButton(state.live, state.status === 'present', (live) => void panel.setLive(live))}
      ${iconButton('refresh', t('Refresh'), () => void panel.refresh())}
      <ipc-menu .items=${menuItems(panel, state, plug)} .label=${t('More Actions')}></ipc-menu>
      ${destroy === undefined ? nothing : destroyButton(panel, destroy)}
    </div>
  </header>`;
}

function destroyButton(panel: PanelModel, label: string): TemplateResult {
  const why = panel.acts ? panel.refusal('destroy') : undefined;
  // A button that is off shows no title of its own.
  return html`<span title=${why ?? nothing}
    ><vscode-button
      appearance="secondary"
      aria-description=${why ?? nothing}
      ?disabled=${!panel.may('destroy')}
      @click=${() => panel.attempt(() => panel.bus.request('destroy', {}))}
      >${icon('trash')}<span class="label">${label}</span></vscode-button
    ></span
  >`;
}

function ownership(object: IpcObject, plug: KindPanel<Kind>): TemplateResult {
  const { owner, mode } = object;
  if (!owner || mode === undefined) return html`<span class="dim">${t('owner hidden')}</span>`;
  const creator = 'creator' in object ? object.creator : owner;
  const changedAt = plug.changedAt?.(object);
  const other = creator && (owner?.uid !== creator.uid || owner.gid !== creator.gid);
  const owned = owner ? t('Owner: {0}', exactOwner(owner)) : '';
  const title = other ? `${owned}\n${t('Creator: {0}', exactOwner(creator))}` : owned;
  return html`${owner ? html`<span class="foreign" title=${title}>${userText(owner)}</span>` : nothing}
  ${typeof mode === 'number' ? html`<span class="mono" title=${modeNumber(mode)}>${modeText(mode)}</span>` : nothing}
  ${changedAt === undefined ? nothing : html`<span>${fill('changed {0}', age(changedAt))}</span>`}`;
}

function menuItems(panel: PanelModel, { object, memory }: PanelState, plug: KindPanel<Kind>): MenuItem[] {
  const items: MenuItem[] = [];
  if (object) {
    if (panel.acts)
      for (const { label, icon, command } of plug.commands?.(object) ?? [])
        if (panel.may(command))
          items.push({
            label,
            icon,
            run: () => void panel.attempt(() => panel.bus.request('command', { command })),
          });
    if (panel.acts && waitersOf(object).length > 0)
      items.push({
        label: actTitles.why(),
        icon: 'question',
        run: () => void panel.attempt(() => panel.bus.request('command', { command: 'why' })),
      });
    for (const { label, copy } of copyItems(plug.view.copies, object))
      items.push({ label, icon: 'copy', run: () => void panel.copy(copy) });
    items.push({
      label: t('Copy as JSON'),
      icon: 'json',
      run: () =>
        void panel.attempt(() => panel.bus.request('copyJson', {})).then(() => panel.announce(t('Copied'))),
    });
  }
  if (!memory.kept)
    items.push({
      label: actTitles.keepOpen(),
      icon: 'pinned',
      run: () => void panel.attempt(() => panel.bus.request('keepOpen', {})),
    });
  return items;
}
