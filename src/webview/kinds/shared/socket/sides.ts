/** `<ipc-socket-sides>`: who serves a socket, or the two sides of a connection beside each other, each with what it waits for. */
import { type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { PanelState } from '../../../../protocol/pages/object';
import { otherEnd } from '../../../../presentation/kinds/connections';
import { nobodyAt } from '../../../../presentation/kinds/socket';
import { grouped } from '../../../../presentation/values';
import { contextOf } from '../../../panel/context';
import { Part, define } from '../../../parts/base';
import { type HiddenWords, hiddenSentence } from '../../../parts/hidden';
import { t } from '../../../strings';
import { endLine } from '../stream/ends';
import { type SocketObject, has, holdersOf } from './object';
import { processesTitle } from '../../../../presentation/shared';
import '../../../toolkit/button';

/** Lines of a side that are drawn at first, and more at a time. */
const FIRST = 15;
const PORTION = 50;

export class SocketSides extends Part {
  @property({ attribute: false }) object!: SocketObject;
  @property({ attribute: false }) state!: PanelState;
  @state() private most = FIRST;

  protected override render() {
    const { object, state } = this;
    const other = otherEnd(object, contextOf(state).process.object);
    const hidden = hiddenSentence(state.hiddenProcesses, hiddenWords());
    const title = has(object, 'listening') ? t('Served by') : other ? t('This side') : t('Held by');
    return html`<section class="sides" aria-label=${processesTitle()}>
      ${this.side(object, title)} ${other ? this.side(other, t('Other side')) : nothing}
      ${hidden === undefined ? nothing : html`<p class="note dim">${hidden}</p>`}
    </section>`;
  }

  private side(socket: SocketObject, title: string): TemplateResult {
    const ends = holdersOf(socket);
    const rest = ends.length - this.most;
    return html`<div>
      <h2>${ends.length > 0 ? t('{0} ({1})', title, grouped(ends.length)) : title}</h2>
      ${
        ends.length === 0
          ? html`<p class="empty">${nobodyAt(socket)}</p>`
          : html`<ul class="ends">
              ${ends.slice(0, this.most).map((end) => html`<li>${endLine(end, this.state)}</li>`)}
            </ul>`
      }
      ${
        rest > 0
          ? html`<vscode-button appearance="secondary" class="more" @click=${() => (this.most += PORTION)}
              >${t('Show {0} more of {1}', grouped(Math.min(PORTION, rest)), grouped(ends.length))}</vscode-button
            >`
          : nothing
      }
    </div>`;
  }
}

function hiddenWords(): HiddenWords {
  return {
    one: t('1 process may not be looked at: it might have it too.'),
    many: (count) => t('{0} processes may not be looked at: they might have it too.', count),
    unknown: t('Processes that cannot be seen from here might have it too.'),
  };
}

define('ipc-socket-sides', SocketSides);
