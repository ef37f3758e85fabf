/** `<ipc-drained>`: the messages of a POSIX queue, which can be looked at only by taking them all and sending them back. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { DrainResult, MqObject } from '../../../protocol/kinds/posixMq';
import { clockText, grouped } from '../../../presentation/values';
import type { ByteFormat } from '../../bytes/look';
import { now } from '../../clock';
import { act } from '../../panel/act';
import { FormPart } from '../../panel/formPart';
import { define } from '../../parts/base';
import { icon } from '../../parts/icon';
import { lookSwitch } from '../../parts/lookSwitch';
import { t } from '../../strings';
import { type Entry, entriesOf } from '../shared/queue/entries';
import { messageRow, typeWidth } from '../shared/queue/row';
import '../../parts/list';
import { othersBetween } from '../../../presentation/shared';
import '../../toolkit/button';

interface Drained extends Omit<DrainResult, 'messages'> {
  entries: readonly Entry[];
}

export class DrainedPart extends FormPart {
  @property({ attribute: false }) object!: MqObject;
  @state() private drained: Drained | undefined;
  @state() private look: ByteFormat = 'text';
  @state() private open: ReadonlySet<string> = new Set();

  protected override recall(): void {
    this.drained = undefined;
    this.open = new Set();
  }

  protected override render() {
    const { drained } = this;
    return html`<section aria-label=${t('Messages')}>
      <div class="section-head">
        <h2>${t('Messages')}</h2>
        ${drained ? lookSwitch(this.look, t('Look'), (look) => (this.look = look)) : nothing}
      </div>
      <div class="notice attach">
        ${icon('eye-closed')}
        <span>
          ${drained ? nothing : html`<p>${t('Linux knows no way to look into a POSIX queue without taking its messages.')}</p>`}
          <span class="attach-line"
            ><vscode-button
              appearance="secondary"
              ?disabled=${!this.ready('drainAndRestore')}
              @click=${this.drain}
              >${drained ? t('Drain and Restore Again...') : t('Drain and Restore...')}</vscode-button
            ><span class="dim"
              >${t('This disturbs: all are taken and sent back in their order; others may step in between.')}</span
            ></span
          >
        </span>
      </div>
      ${this.refusal('drainAndRestore')} ${this.failed()} ${drained ? this.table(drained) : nothing}
    </section>`;
  }

  private table({ entries, left, moved, readAt }: Drained) {
    const at = clockText(readAt, now());
    if (entries.length === 0)
      return html`<p class="empty">${t('At {0} there was no message in it.', at)}</p>`;
    const rows = entries.map((entry) =>
      messageRow(
        entry,
        this.look,
        t('message {0}, priority {1}', grouped(entry.message.index), String(entry.message.type)),
      ),
    );
    return html`<p class="note dim">
        ${t('As they were at {0}, in the order in which they are received.', at)}
        ${moved ? othersBetween() : nothing}
      </p>
      ${
        left.length > 0
          ? html`<p class="notice error">
              ${icon('warning')}<span
                >${t('{0} of them could not be sent back. They stand in the history below, from where you can send them back.', grouped(left.length))}</span
              >
            </p>`
          : nothing
      }
      <ipc-list
        label=${t('Messages')}
        .columns=${['#', t('priority'), t('length'), t('content')]}
        .widths=${[Math.max(3, String(entries.length).length), Math.max(8, typeWidth(entries)), 8]}
        .rows=${rows}
        .open=${this.open}
        .total=${rows.length}
        @toggle=${(event: CustomEvent<string>) => this.toggle(event.detail)}
      ></ipc-list>`;
  }

  private toggle(key: string): void {
    const open = new Set(this.open);
    if (!open.delete(key)) open.add(key);
    this.open = open;
  }

  private readonly drain = () => {
    if (!this.ready('drainAndRestore')) return;
    void this.attempt(async () => {
      const { ref } = this.object;
      const { messages, ...rest } = await act(this.panel, 'posix.mq', 'drainAndRestore', {});
      // The panel may show another queue by now.
      if (this.object.ref !== ref) return;
      this.drained = { ...rest, entries: entriesOf(messages.map(asMessage), this.drained?.entries ?? []) };
      this.panel.announce(t('{0} messages', grouped(messages.length)));
    });
  };
}

/** As a table shows it. */
function asMessage({ index, priority, content }: DrainResult['messages'][number]) {
  return { index, type: priority, content };
}

define('ipc-drained', DrainedPart);
