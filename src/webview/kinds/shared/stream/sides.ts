/** `<ipc-sides>`: writers and readers beside each other, each with what it waits for. */
import { type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { absenceOfSide } from '../../../../presentation/absence';
import { openersOf, type Side, waitingOf } from '../../../../presentation/kinds/streamEnds';
import { nobodyText } from '../../../../presentation/nobody';
import type { Endpoint } from '../../../../protocol/facts';
import type { PanelState } from '../../../../protocol/pages/object';
import { grouped } from '../../../../presentation/values';
import { Part, define } from '../../../parts/base';
import { type HiddenWords, hiddenSentence } from '../../../parts/hidden';
import { t } from '../../../strings';
import { endLine, openerLine } from './ends';
import { type Group, groupsOf, sortedEnds, type StreamObject } from './object';
import '../../../toolkit/button';

/** Lines of a side that are drawn at first, and more at a time. */
const FIRST = 15;
const PORTION = 50;

export class Sides extends Part {
  @property({ attribute: false }) object!: StreamObject;
  @property({ attribute: false }) state!: PanelState;
  @state() private most = FIRST;

  protected override render() {
    const others = openersOf(this.object, undefined);
    const hidden = hiddenSentence(this.state.hiddenProcesses, hiddenWords());
    return html`<section class="sides" aria-label=${t('Writers and readers')}>
      ${this.side('writer')} ${this.side('reader')} ${others.length > 0 ? this.others(others) : nothing}
      ${hidden === undefined ? nothing : html`<p class="note dim">${hidden}</p>`}
    </section>`;
  }

  private side(side: Side): TemplateResult {
    const { object } = this;
    const ends = sortedEnds(object, side);
    const openers = openersOf(object, side);
    const title = side === 'writer' ? t('Writers') : t('Readers');
    return html`<div>
      <h2>${ends.length > 0 ? t('{0} ({1})', title, grouped(ends.length)) : title}</h2>
      ${ends.length > this.most ? this.waiting(side) : nothing}
      ${
        ends.length + openers.length > 0
          ? html`<ul class="ends">
                ${repeat(
                  groupsOf(ends.slice(0, this.most)),
                  (group) => group.key,
                  (group) => this.group(group),
                )}
                ${openers
                  .slice(0, this.most)
                  .map((opener) => html`<li>${openerLine(opener, side, this.state)}</li>`)}
              </ul>
              ${this.more(Math.max(ends.length, openers.length))}`
          : html`<p class="empty">${nobodyText(absenceOfSide(object, side))}</p>`
      }
    </div>`;
  }

  /** Among many, who waits may stand below the end of the list. */
  private waiting(side: Side): TemplateResult | typeof nothing {
    const waiting = waitingOf(this.object, side);
    if (waiting === 0) return nothing;
    return html`<p class="note waits">
      ${waiting === 1 ? t('1 of them waits') : t('{0} of them wait', grouped(waiting))}
    </p>`;
  }

  private group({ ends }: Group): TemplateResult {
    const [first] = ends;
    if (first && ends.length === 1) return html`<li>${endLine(first, this.state)}</li>`;
    return html`<li>
      <span
        class="dim"
        title=${t('Inherited or passed on: they share one open file description, so also its flags, and it is closed only with the last of them.')}
        >${t('same description:')}</span
      >
      <ul>
        ${ends.map((end) => html`<li>${endLine(end, this.state)}</li>`)}
      </ul>
    </li>`;
  }

  private others(openers: readonly Endpoint[]): TemplateResult {
    return html`<div>
      <h2>${t('Others who wait ({0})', grouped(openers.length))}</h2>
      <ul class="ends">
        ${openers
          .slice(0, this.most)
          .map((opener) => html`<li>${openerLine(opener, undefined, this.state)}</li>`)}
      </ul>
      ${this.more(openers.length)}
    </div>`;
  }

  private more(all: number): TemplateResult | typeof nothing {
    const rest = all - this.most;
    if (rest <= 0) return nothing;
    return html`<vscode-button appearance="secondary" class="more" @click=${() => (this.most += PORTION)}
      >${t('Show {0} more of {1}', grouped(Math.min(PORTION, rest)), grouped(all))}</vscode-button
    >`;
  }
}

function hiddenWords(): HiddenWords {
  return {
    one: t('1 process may not be looked at: it might hold an end too, or wait for one.'),
    many: (count) =>
      t('{0} processes may not be looked at: they might hold an end too, or wait for one.', count),
    unknown: t('Processes that cannot be seen from here might hold an end too, or wait for one.'),
  };
}

define('ipc-sides', Sides);
