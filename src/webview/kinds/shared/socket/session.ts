/** `<ipc-session>`: one session: what was said, what may be said, and its end. */
import { type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { SessionOrder } from '../../../../protocol/kinds/socket';
import type { PanelSession, PanelState } from '../../../../protocol/pages/object';
import { visible } from '../../../../presentation/text';
import { clockText, grouped } from '../../../../presentation/values';
import type { ByteFormat } from '../../../bytes/look';
import { now } from '../../../clock';
import { ActingPart } from '../../../panel/actingPart';
import { define } from '../../../parts/base';
import { icon } from '../../../parts/icon';
import { lookSwitch } from '../../../parts/lookSwitch';
import { tick } from '../../../parts/tick';
import { t } from '../../../strings';
import { columnsOf, hasMany, rowsOf } from './transcript';
import '../../../parts/list';
import './say';
import { actTitles } from '../../../../presentation/shared';
import '../../../toolkit/button';
import '../../../toolkit/dropdown';

export class SessionPart extends ActingPart {
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) session!: PanelSession;
  @state() private look: ByteFormat = 'text';
  @state() private open: ReadonlySet<string> = new Set();
  /** The connection that is talked to; undefined: the newest. */
  @state() private chosen: number | undefined;

  /** The connection that an order goes to; undefined where none is open. */
  private get target(): PanelSession['open'][number] | undefined {
    const { open } = this.session;
    return open.find(({ connection }) => connection === this.chosen) ?? open.at(-1);
  }

  protected override render() {
    const { session } = this;
    const { lines } = session;
    const title = session.ability === 'talk' ? t('Talk') : t('Listen');
    return html`<section class="session" aria-label=${title}>
      <div class="section-head">
        <h2>${title}</h2>
        <span class="dim">${t('since {0}', clockText(session.since, now()))}</span>
        ${this.status()} ${lookSwitch(this.look, t('Look'), (look) => (this.look = look))}
        <span class="buttons">${this.buttons()}</span>
      </div>
      ${
        session.problem
          ? html`<p class="notice error">${icon('error')}<span>${t('Ended: {0}', session.problem)}</span></p>`
          : nothing
      }
      ${
        session.state === 'full'
          ? html`<p class="notice">
              ${icon('warning')}<span
                >${
                  session.echo
                    ? t(
                        'So much is shown that nothing more is. The echo goes on: what it takes and gives back is not shown until you clear the list.',
                      )
                    : t(
                        'So much is shown that nothing more is taken from the socket. Clear the list to go on.',
                      )
                }</span
              >
            </p>`
          : nothing
      }
      <div class="pane talk">
        ${lines.length === 0 ? html`<p class="empty">${t('Nothing was said yet.')}</p>` : this.list()}
      </div>
      ${this.say()} ${this.failed()}
    </section>`;
  }

  private status(): TemplateResult {
    const { session } = this;
    const { open } = session;
    const text =
      session.state === 'ended'
        ? t('ended')
        : session.ability === 'listen'
          ? open.length === 0
            ? t('nobody is connected')
            : t('{0} connected', grouped(open.length))
          : open.length === 0
            ? t('not connected')
            : open.some(({ sends }) => sends)
              ? t('connected')
              : t('half closed: we send no more');
    return html`<span class="session-state">${text}</span>`;
  }

  private list(): TemplateResult {
    const { session } = this;
    const { columns, widths } = columnsOf(session);
    const rows = rowsOf(session, this.look);
    return html`<ipc-list
      label=${t('What was said')}
      ?follow=${true}
      .columns=${columns}
      .widths=${widths}
      .rows=${rows}
      .open=${this.open}
      .total=${rows.length}
      @toggle=${(event: CustomEvent<string>) => this.toggle(event.detail)}
    ></ipc-list>`;
  }

  private say(): TemplateResult | typeof nothing {
    const { session, target } = this;
    if (session.state === 'ended') return nothing;
    return html`${hasMany(session) && session.open.length > 1 ? this.choice() : nothing}
      ${
        session.ability === 'listen'
          ? tick(
              t('Echo: everything goes back to whoever sent it'),
              session.echo,
              (on) => void this.tell({ is: 'echo', on }),
            )
          : nothing
      }
      <ipc-say
        .panel=${this.panel}
        .state=${this.state}
        .act=${session.act}
        .connection=${target?.connection}
        .packets=${session.packets}
        ?off=${target?.sends !== true}
      ></ipc-say>`;
  }

  private choice(): TemplateResult {
    const { open } = this.session;
    return html`<div class="fields">
      <label for="session-${this.session.act}">${t('Answer')}</label>
      <vscode-dropdown
        id="session-${this.session.act}"
        aria-label=${t('Connection that is answered')}
        .value=${String(this.target?.connection ?? '')}
        @change=${(event: Event) => {
          this.chosen = Number((event.currentTarget as HTMLSelectElement).value) || undefined;
        }}
      >
        ${open.map(
          ({ connection }) =>
            html`<vscode-option value=${String(connection)}
              >${this.connectionText(connection)}</vscode-option
            >`,
        )}
      </vscode-dropdown>
    </div>`;
  }

  private connectionText(connection: number): string {
    const opened = this.session.lines.find((line) => line.is === 'opened' && line.connection === connection);
    const who = opened?.credentials ? t('pid {0}', opened.credentials.pid) : visible(opened?.from ?? '', 40);
    return who === '' ? t('connection {0}', connection) : t('connection {0}, {1}', connection, who);
  }

  private buttons(): TemplateResult {
    const { session, target } = this;
    const { act } = session;
    const button = (label: string, run: () => unknown, off = false) =>
      html`<vscode-button appearance="secondary" class="small" ?disabled=${off || this.busy} @click=${run}
        >${label}</vscode-button
      >`;
    const clear = button(
      t('Clear'),
      () => this.attempt(() => this.panel.bus.request('clearSession', { act })),
      session.lines.length === 0,
    );
    if (session.state === 'ended')
      return html`${clear}
      ${button(actTitles.dismiss(), () => this.attempt(() => this.panel.bus.request('dismissSession', { act })))}`;
    const on = target && { connection: target.connection };
    return html`${clear}
    ${
      session.packets && session.ability === 'listen'
        ? nothing
        : button(t('Half Close'), () => this.tell({ is: 'halfClose', ...on }), target?.sends !== true)
    }
    ${
      session.ability === 'talk'
        ? button(t('Reconnect'), () => this.tell({ is: 'reconnect' }))
        : button(t('Close Connection'), () => this.tell({ is: 'close', ...on }), target === undefined)
    }
    ${button(session.ability === 'talk' ? t('End') : t('Stop Listening'), () =>
      this.attempt(() => this.panel.bus.request('endAct', { act })),
    )}`;
  }

  private toggle(key: string): void {
    const open = new Set(this.open);
    if (!open.delete(key)) open.add(key);
    this.open = open;
  }

  private tell(order: SessionOrder): Promise<void> {
    return this.attempt(() => this.panel.bus.request('tell', { act: this.session.act, order }));
  }
}

define('ipc-session', SessionPart);
