/** What is said below the header where an object is not simply there. */
import { type TemplateResult, html, nothing } from 'lit';
import { isFoundThroughProcesses } from '../../presentation/absence';
import type { PanelState } from '../../protocol/panels';
import type { Kind } from '../../protocol/ref';
import { now } from '../clock';
import { clockTime } from '../format/time';
import { kindPanel } from '../kinds';
import { icon } from '../parts/icon';
import { t } from '../strings';
import type { PanelModel } from './model';

export function notice(panel: PanelModel, state: PanelState, kind: Kind): TemplateResult | typeof nothing {
  switch (state.status) {
    case 'present':
      if (state.readAt === undefined) return nothing;
      if (!state.live)
        return line(
          'debug-pause',
          t('Paused. What is shown was read at {0}.', clockTime(state.readAt, now())),
        );
      if (state.pending && state.stale !== true)
        return line('loading', t('As of {0}: the machine is busy.', clockTime(state.readAt, now())));
      return state.stale === true
        ? line('warning', t('as of {0}: nothing newer could be read so far.', clockTime(state.readAt, now())))
        : nothing;
    case 'loading':
      return line('loading', t('Looking for it...'));
    case 'otherBoot':
      return line('circle-slash', kindPanel(kind).otherBoot());
    case 'gone':
      return line('circle-slash', goneText(panel, state, kind));
    case 'noHelper':
      return line('warning', noHelperText(state));
  }
}

function goneText(panel: PanelModel, { object, readAt, hiddenProcesses }: PanelState, kind: Kind): string {
  // Who is hidden may still have it.
  const proved = !isFoundThroughProcesses(kind) || hiddenProcesses === 0;
  const gone = proved ? t('Gone.') : t('Not seen any more: gone, or had by hidden processes alone.');
  const noticed =
    panel.goneAt === undefined
      ? gone
      : proved
        ? t('Gone, noticed at {0}.', clockTime(panel.goneAt, now()))
        : t('{0} Noticed at {1}.', gone, clockTime(panel.goneAt, now()));
  if (!object) return noticed;
  const facts = t('What is shown is how it was last seen.');
  const seen = t('What is shown is how it was last seen, at {0}.', clockTime(readAt ?? 0, now()));
  return `${noticed} ${readAt === undefined ? facts : seen}`;
}

function noHelperText({ object, readAt }: PanelState): string {
  const stopped = t(
    'Nothing can be read at present: the helper program does not run. The view Objects says more.',
  );
  if (!object || readAt === undefined) return stopped;
  return `${stopped} ${t('What is shown was read at {0}.', clockTime(readAt, now()))}`;
}

function line(name: string, text: string): TemplateResult {
  return html`<p class="notice">${icon(name)}<span>${text}</span></p>`;
}
