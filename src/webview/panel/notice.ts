/** What is said below the header where an object is not simply there. */
import { type TemplateResult, html, nothing } from 'lit';
import type { PanelState } from '../../protocol/pages/object';
import type { Kind } from '../../protocol/ref';
import { clockText } from '../../presentation/values';
import { now } from '../clock';
import type { KindPanel } from '../kinds/plug';
import { icon } from '../parts/icon';
import { goneText } from './goneText';
import { t } from '../strings';
import type { PanelModel } from './model';

export function notice(
  panel: PanelModel,
  state: PanelState,
  kind: Kind,
  plug: KindPanel<Kind>,
): TemplateResult | typeof nothing {
  switch (state.status) {
    case 'present':
      if (state.readAt === undefined) return nothing;
      if (!state.live)
        return line(
          'debug-pause',
          t('Paused. What is shown was read at {0}.', clockText(state.readAt, now())),
        );
      if (state.pending && state.stale !== true)
        return line('loading', t('As of {0}: the machine is busy.', clockText(state.readAt, now())));
      return state.stale
        ? line('warning', t('as of {0}: nothing newer could be read so far.', clockText(state.readAt, now())))
        : nothing;
    case 'loading':
      return line('loading', t('Looking for it...'));
    case 'otherBoot':
      return line('circle-slash', plug.otherBoot());
    case 'gone':
      return line('circle-slash', goneText(state, kind, panel.goneAt));
    case 'noHelper':
      return line('warning', noHelperText(state));
  }
}

function noHelperText({ object, readAt }: PanelState): string {
  const stopped = t(
    'Nothing can be read at present: the helper program does not run. The view Objects says more.',
  );
  if (!object || readAt === undefined) return stopped;
  return `${stopped} ${t('What is shown was read at {0}.', clockText(readAt, now()))}`;
}

function line(name: string, text: string): TemplateResult {
  return html`<p class="notice">${icon(name)}<span>${text}</span></p>`;
}
