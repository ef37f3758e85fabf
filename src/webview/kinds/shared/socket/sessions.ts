/** `<ipc-sessions>`: the sessions at a socket, and the button that begins another. */
import { type PropertyValues, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { PanelState } from '../../../../protocol/pages/object';
import { otherEnd } from '../../../../presentation/kinds/connections';
import { ActingPart } from '../../../panel/actingPart';
import { contextOf } from '../../../panel/context';
import { refusalNote } from '../../../parts/refusal';
import { define } from '../../../parts/base';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';
import { SessionBook } from './book';
import { type SocketObject, canTalk, keepsPackets } from './object';
import './session';
import '../../../toolkit/button';

export class SessionsPart extends ActingPart {
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) object!: SocketObject;
  private book: SessionBook | undefined;
  /** Which acts of ours stood at the socket when the sessions were asked for. */
  private asked = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.book = new SessionBook(this.panel, () => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.book?.dispose();
    this.book = undefined;
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const sockets = [this.object, otherEnd(this.object, contextOf(this.state).process.object)];
    const acts = sockets.flatMap((socket) =>
      (socket?.endpoints ?? []).flatMap(({ act }) => (act ? [act.id] : [])),
    );
    const asked = [...new Set(acts)].sort((a, b) => a - b).join();
    if (asked !== this.asked) void this.book?.ask();
    this.asked = asked;
  }

  protected override render() {
    const { object } = this;
    const sessions = this.book?.sessions ?? [];
    // Who listens here by hand needs nobody to talk to.
    const listens = sessions.some((one) => one.ability === 'listen' && one.state !== 'ended');
    if (sessions.length === 0 && !canTalk(object)) return nothing;
    return html`${repeat(
      sessions,
      ({ act }) => act,
      (session) =>
        html`<ipc-session .panel=${this.panel} .state=${this.state} .session=${session}></ipc-session>`,
    )}
    ${canTalk(object) && !listens ? this.begin(sessions.some((one) => one.state !== 'ended')) : nothing}`;
  }

  private begin(talks: boolean) {
    const about = keepsPackets(this.object)
      ? t('Opens a socket of yours that sends packets to it. What comes back shows here.')
      : t('Connects to it as any client does: its server sees you. What comes shows here, until you end it.');
    return html`<section aria-label=${t('Begin to talk')}>
      ${talks ? nothing : html`<p class="hint dim">${about}</p>`} ${refusalNote(this.panel, 'talk')}
      <div class="fields">
        <vscode-button
          appearance=${talks ? 'secondary' : 'primary'}
          ?disabled=${!this.panel.may('talk') || this.busy}
          @click=${this.talk}
          >${icon('comment-discussion')}<span class="label"
            >${talks ? t('Talk Once More') : t('Talk')}</span
          ></vscode-button
        >
        ${this.busy ? html`<span class="dim">${t('Connecting...')}</span>` : nothing}
      </div>
      ${this.failed()}
    </section>`;
  }

  private readonly talk = () =>
    this.attempt(async () => {
      await this.panel.bus.request('talk', {});
      this.panel.announce(t('Connected'));
    });
}

define('ipc-sessions', SessionsPart);
