/** The head of every panel: what is shown, whose it is, and the acts of the frame. */
import { type TemplateResult, html, nothing } from 'lit';
import type { PanelState } from '../../protocol/panels';
import type { IpcObject } from '../../protocol/kinds';
import type { Kind } from '../../protocol/ref';
import { canDo, headingOf, kindViews, viewOf } from '../../presentation/kinds';
import { modeNumber, modeText, visible } from '../../presentation/text';
import { exactOwner, userText } from '../../presentation/values';
import { kindPanel } from '../kinds';
import { copyItems } from '../parts/copies';
import { icon } from '../parts/icon';
import type { MenuItem } from '../parts/menu';
import { age } from '../parts/past';
import { shown } from '../parts/pieces';
import { fill, t } from '../strings';
import type { PanelModel } from './model';
import '../parts/menu';
import { actTitles } from '../../presentation/shared';

/** The header of a panel of a kind. */
export function header(panel: PanelModel, state: PanelState, kind: Kind): TemplateResult {
  const { labels, icon: kindIcon } = kindViews[kind];
  const { object } = state;
  const destroy = object && !canDo(object, 'destroy') ? undefined : labels.verb;
  const { process: find } = panel.context;
  const name = object ? shown(headingOf(object, find)) : visible(state.memory.title, 255);
  return html`<header>
    <div class="heading">
      ${icon(kindIcon)}
      <h1 class="foreign">${name}</h1>
      <div class="about">
        <span>${object ? viewOf(object).sort(object) : labels.whole}</span>
        ${object ? ownership(object) : nothing}
      </div>
    </div>
    <div class="toolbar" role="toolbar" aria-label=${t('Panel')}>
      ${liveButton(panel, state)}
      <vscode-button
        appearance="icon"
        aria-label=${t('Refresh')}
        title=${t('Refresh')}
        @click=${() => panel.refresh()}
        >${icon('refresh')}</vscode-button
      >
      <ipc-menu .items=${menuItems(panel, state)} .label=${t('More Actions')}></ipc-menu>
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

function ownership(object: IpcObject): TemplateResult {
  const { owner, mode } = object;
  if (!owner || mode === undefined) return html`<span class="dim">${t('owner hidden')}</span>`;
  const creator = 'creator' in object ? object.creator : owner;
  const changedAt = kindPanel(object.kind).changedAt?.(object);
  const other = creator && (owner?.uid !== creator.uid || owner.gid !== creator.gid);
  const owned = owner ? t('Owner: {0}', exactOwner(owner)) : '';
  const title = other ? `${owned}\n${t('Creator: {0}', exactOwner(creator))}` : owned;
  return html`${owner ? html`<span class="foreign" title=${title}>${userText(owner)}</span>` : nothing}
  ${typeof mode === 'number' ? html`<span class="mono" title=${modeNumber(mode)}>${modeText(mode)}</span>` : nothing}
  ${changedAt === undefined ? nothing : html`<span>${fill('changed {0}', age(changedAt))}</span>`}`;
}

/** Its text is its state; the tooltip, and what is read aloud after it, is what a click does. */
function liveButton(panel: PanelModel, { live, status }: PanelState): TemplateResult {
  const text = live ? t('Live') : t('Paused');
  const does = live ? t('pause') : t('resume');
  return html`<vscode-button
    appearance="secondary"
    class="live"
    aria-label=${`${text}, ${does}`}
    title=${does}
    ?disabled=${status !== 'present'}
    @click=${() => panel.setLive(!live)}
    >${icon(live ? 'pulse' : 'debug-pause')}<span class="label">${text}</span></vscode-button
  >`;
}

function menuItems(panel: PanelModel, { object, memory }: PanelState): MenuItem[] {
  const items: MenuItem[] = [];
  if (object) {
    const plug = kindPanel(object.kind);
    if (panel.acts)
      for (const { label, icon, command } of plug.commands?.(object) ?? [])
        if (panel.may(command))
          items.push({
            label,
            icon,
            run: () => void panel.attempt(() => panel.bus.request('command', { command })),
          });
    for (const { label, copy } of copyItems(object))
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
