/** How a page was read, and the offer to attach where nothing else is left. */
import { bytesText, clockText } from '../../../../presentation/values';
import { type TemplateResult, html } from 'lit';
import { now } from '../../../clock';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';
import type { Loaded } from './reader';
import { actTitles } from '../../../../presentation/shared';
import '../../../toolkit/button';

/** How it was read; `wroteAt`: when we last wrote. */
export function wayText({ pieces, way, readAt }: Loaded, wroteAt: number): string {
  const read = pieces.reduce((sum, { from, to, state }) => sum + (state === 'data' ? to - from : 0), 0);
  if (read === 0)
    return pieces.some(({ state }) => state !== 'untouched')
      ? t('nothing of this page was read')
      : t('no process ever touched this page');
  const bytes = bytesText(read);
  if (way === undefined) return t('{0} read without a trace, by a descriptor', bytes);
  if (way !== 'attach') return t('{0} read without a trace, through a process that maps it', bytes);
  const at = clockText(readAt, now());
  return readAt < wroteAt
    ? t('{0} read at {1} by attaching, before what you wrote since', bytes, at)
    : t('{0} read at {1} by attaching; this does not follow changes', bytes, at);
}

/** Why it was not read, and the button that reads it all the same. */
export function attachNote(
  why: string,
  refusal: string | undefined,
  again: boolean,
  busy: boolean,
  attach: () => void,
): TemplateResult {
  return html`<div class="notice attach">
    ${icon('eye-closed')}
    <span>
      ${again ? '' : html`<p>${why}</p>`}
      <span class="attach-line"
        ><vscode-button appearance="secondary" ?disabled=${busy || refusal !== undefined} @click=${attach}
          >${again ? t('Attach and Look Again') : actTitles.attachAndLook()}</vscode-button
        ><span class="dim"
          >${refusal ?? t('This disturbs: you become the last pid, and the attach time moves.')}</span
        ></span
      >
    </span>
  </div>`;
}
