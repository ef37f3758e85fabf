/** The buttons that stand at the head of every page. */
import { type TemplateResult, html } from 'lit';
import { t } from '../strings';
import { icon } from './icon';
import '../toolkit/button';

/** Its text is its state; the tooltip, and what is read aloud after it, is what a click does. */
export function liveButton(live: boolean, enabled: boolean, set: (live: boolean) => void): TemplateResult {
  const text = live ? t('Live') : t('Paused');
  const does = live ? t('pause') : t('resume');
  return html`<vscode-button
    appearance="secondary"
    class="live"
    aria-label=${`${text}, ${does}`}
    title=${does}
    ?disabled=${!enabled}
    @click=${() => set(!live)}
    >${icon(live ? 'pulse' : 'debug-pause')}<span class="label">${text}</span></vscode-button
  >`;
}

/** A button that is an icon alone. */
export function iconButton(name: string, label: string, run: () => void): TemplateResult {
  return html`<vscode-button appearance="icon" aria-label=${label} title=${label} @click=${run}
    >${icon(name)}</vscode-button
  >`;
}
