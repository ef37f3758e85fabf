/** `<ipc-own-acts>`: what the user's own acts wait for or hold, and the button that ends each. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import { actDetail, isSession, type OwnAct, youPieces } from '../../presentation/ownActs';
import type { PanelModel } from '../panel/model';
import { t } from '../strings';
import { Part, define } from './base';
import { icon } from './icon';
import { shown } from './pieces';
import '../toolkit/button';

type Own = Endpoint & { act: NonNullable<Endpoint['act']> };

export class OwnActs extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: IpcObject;
  @property({ type: Boolean }) acts = false;
  /** Those that were asked to end, until they are gone. */
  @state() private ending: ReadonlySet<number> = new Set();

  private get own(): Own[] {
    const acts = new Map<number, Own>();
    for (const end of this.object.endpoints ?? []) {
      if (!isOwn(end)) continue;
      if (isOpen(end)) continue;
      // One act may hold an end and wait at it: it is told once, by what shows that it waits.
      const known = acts.get(end.act.id);
      if (!known?.waits?.length) acts.set(end.act.id, end);
    }
    return [...acts.values()].sort((a, b) => a.act.since - b.act.since || a.act.id - b.act.id);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('object')) return;
    const there = new Set(this.own.map((end) => end.act.id));
    if ([...this.ending].some((id) => !there.has(id)))
      this.ending = new Set([...this.ending].filter((id) => there.has(id)));
  }

  protected override render() {
    const { own } = this;
    if (own.length === 0) return nothing;
    return html`<section aria-label=${t('You')}>
      <h2>${t('You')}</h2>
      <ul class="own">
        ${repeat(
          own,
          (end) => end.act.id,
          (end) => html`<li>${this.line(end)}</li>`,
        )}
      </ul>
    </section>`;
  }

  private line(end: Own) {
    const holds = end.role === 'holder';
    return html`${icon(holds ? 'lock' : 'watch')}
      <span class="own-text" title=${actDetail(actOf(end)) ?? nothing}
        >${shown(youPieces(actOf(end), !end.waits?.length))}</span
      >
      <vscode-button
        appearance="secondary"
        class="small"
        ?disabled=${!this.acts || this.ending.has(end.act.id)}
        @click=${() => this.end(end)}
        >${holds ? t('Release') : t('Cancel')}</vscode-button
      >`;
  }

  private async end({ act, role }: Own): Promise<void> {
    this.ending = new Set(this.ending).add(act.id);
    await this.panel.attempt(async () => {
      await this.panel.bus.request('endAct', { act: act.id });
      this.panel.announce(role === 'holder' ? t('Released') : t('Cancelled'));
    });
    // What could not be ended may be tried again; what was ended goes with the next look.
    if (this.panel.problem) this.ending = new Set([...this.ending].filter((id) => id !== act.id));
  }
}

function isOwn(end: Endpoint): end is Own {
  return !!end.own && !!end.act;
}

/** A session has its own part, once it is connected. */
function isOpen({ act, waits = [] }: Own): boolean {
  return isSession(act.ability) && !waits.some(({ call }) => call === 'connect');
}

function actOf({ act, role }: Own): OwnAct {
  return { ...act, holds: role === 'holder' };
}

define('ipc-own-acts', OwnActs);
