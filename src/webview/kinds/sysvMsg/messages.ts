/** `<ipc-messages>`: the messages of a queue, looked at without taking any. */
import { html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import * as v from 'valibot';
import type { QueueObject } from '../../../protocol/kinds/sysvMsg';
import type { PanelState } from '../../../protocol/pages/object';
import { grouped } from '../../../presentation/values';
import { BYTE_FORMATS, type ByteFormat } from '../../bytes/look';
import { now } from '../../clock';
import type { PanelModel } from '../../panel/model';
import { Part, define } from '../../parts/base';
import { icon } from '../../parts/icon';
import type { ListRow } from '../../parts/list';
import { lookSwitch } from '../../parts/lookSwitch';
import { Watcher } from '../../parts/watcher';
import { t } from '../../strings';
import { named, valueOf } from '../../toolkit';
import type { Entry } from '../shared/queue/entries';
import { differs, isYoung } from './live';
import { PORTION, Peeker } from './peeker';
import { messageRow, typeWidth } from '../shared/queue/row';
import '../../parts/list';
import '../../toolkit/button';
import '../../toolkit/fields';

const memorySchema = v.object({
  look: v.fallback(v.picklist(BYTE_FORMATS), 'text'),
  filter: v.fallback(v.string(), ''),
  open: v.fallback(v.array(v.string()), []),
  scrolled: v.fallback(v.number(), 0),
  wanted: v.fallback(v.number(), PORTION),
});
/** Open rows of messages long gone are forgotten beyond this. */
const OPEN_MOST = 50;

export class Messages extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: QueueObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) refreshes = 0;
  private look: ByteFormat = 'text';
  private filter = '';
  private open: ReadonlySet<string> = new Set();
  private scrolled = 0;
  private seen: QueueObject | undefined;
  private readonly peeker = new Peeker(
    (range, signal) => this.panel.bus.request('peek', range, { signal }),
    () => this.requestUpdate(),
  );
  private readonly watcher = new Watcher(
    this,
    () => this.peeker.look(),
    () => isYoung(this.object, now()),
  );

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.peeker.reset();
    this.seen = undefined;
  }

  protected override willUpdate(): void {
    const other = this.seen?.ref !== this.object.ref;
    if (other) this.recall();
    const { asked, resumed } = this.watcher;
    if (this.state.status !== 'present') return;
    // What a panel shows first is read even where it is paused: an empty table would say that the queue is empty.
    if (other || asked) this.peeker.look();
    else if (resumed || differs(this.seen, this.object)) this.watcher.look();
    this.seen = this.object;
  }

  protected override render() {
    const { loaded, failure } = this.peeker;
    return html`<section aria-label=${t('Messages')}>
      <div class="section-head">
        <h2>${t('Messages')}</h2>
        ${lookSwitch(this.look, t('Look'), (look) => this.remember({ look }))}
        <vscode-text-field
          class="filter"
          placeholder=${t('Filter by type, text or hex')}
          ${named(t('Filter by type, text or hex'))}
          .value=${this.filter}
          @input=${(event: Event) => this.remember({ filter: valueOf(event) })}
        ></vscode-text-field>
      </div>
      <div class="pane">
        ${failure && this.state.status === 'present' ? html`<p class="notice error">${icon('error')}<span>${failure}</span></p>` : this.table(loaded)}
      </div>
    </section>`;
  }

  private table(loaded: Peeker['loaded']) {
    if (!loaded)
      return html`<p class="note dim">
        ${this.state.status === 'present' ? t('Looking...') : t('The messages were not looked at.')}
      </p>`;
    const { entries, total } = loaded;
    if (total === 0 && entries.length === 0)
      return html`<p class="empty">
        ${t('No messages. What is sent to this queue shows here; looking takes nothing away.')}
      </p>`;
    const found = this.matching(entries);
    const rows = found.map((entry): ListRow => messageRow(entry, this.look));
    return html`
      <ipc-list
        ?hidden=${rows.length === 0}
        label=${t('Messages')}
        .columns=${['#', t('type'), t('length'), t('content')]}
        .widths=${[Math.max(3, String(entries.length).length), typeWidth(entries), 8]}
        .rows=${rows}
        .open=${this.open}
        .total=${this.filter === '' ? Math.max(total, entries.length) : found.length}
        .scrolled=${this.scrolled}
        @toggle=${(event: CustomEvent<string>) => this.toggle(event.detail)}
        @settle=${(event: CustomEvent<number>) => this.remember({ scrolled: event.detail })}
      ></ipc-list>
      <div class="pane-foot dim">
        ${this.filter === '' ? nothing : html`<span>${this.filterNote(found.length, entries.length, total)}</span>`}
        ${loaded.moved ? html`<span>${t('the queue moved while it was read')}</span>` : nothing}
        ${
          entries.length < total
            ? html`<vscode-button
                appearance="secondary"
                class="more"
                ?disabled=${!this.panel.acts}
                @click=${this.more}
                >${t('Show {0} more of {1}', grouped(Math.min(PORTION, total - entries.length)), grouped(total))}</vscode-button
              >`
            : nothing
        }
      </div>
    `;
  }

  private matching(entries: readonly Entry[]): readonly Entry[] {
    const wanted = this.filter.trim();
    if (wanted === '') return entries;
    return entries.filter((entry) => String(entry.message.type) === wanted || entry.content.includes(wanted));
  }

  private filterNote(found: number, loaded: number, total: number): string {
    if (loaded >= total) return t('{0} of {1} match', grouped(found), grouped(loaded));
    return t(
      '{0} of the {1} loaded match; {2} are not loaded',
      grouped(found),
      grouped(loaded),
      grouped(total - loaded),
    );
  }

  private readonly more = () => {
    this.peeker.more();
    this.remember({ wanted: this.peeker.wanted });
  };

  private toggle(key: string): void {
    const open = new Set(this.open);
    if (!open.delete(key)) open.add(key);
    this.remember({ open: [...open].slice(-OPEN_MOST) });
  }

  private recall(): void {
    const view = this.panel.memory.get('messages', memorySchema);
    this.look = view?.look ?? this.look;
    this.filter = view?.filter ?? '';
    this.open = new Set(view?.open);
    this.scrolled = view?.scrolled ?? 0;
    this.peeker.reset(view?.wanted);
  }

  private remember(change: Partial<v.InferOutput<typeof memorySchema>>): void {
    const { look, filter, scrolled, peeker } = this;
    const view = { look, filter, scrolled, open: [...this.open], wanted: peeker.wanted, ...change };
    this.look = view.look;
    this.filter = view.filter;
    this.open = new Set(view.open);
    this.scrolled = view.scrolled;
    this.panel.memory.set('messages', view);
    this.requestUpdate();
  }
}

define('ipc-messages', Messages);
