/** `<ipc-stream>`: what waits in a pipe or FIFO, looked at without taking any. */
import { type PropertyValues, type TemplateResult, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import * as v from 'valibot';
import type { PanelState } from '../../../protocol/panels';
import type { Content } from '../../bytes/content';
import { LOOKS, type Look } from '../../bytes/look';
import { exactSize, size, sizeOf } from '../../format/size';
import { act } from '../../panel/act';
import type { PanelModel } from '../../panel/model';
import { Part, define } from '../../parts/base';
import { icon } from '../../parts/icon';
import type { ListRow } from '../../parts/list';
import { lookSwitch } from '../../parts/lookSwitch';
import { number, t } from '../../strings';
import { type StreamObject, endsOf } from './object';
import type { Packet } from './packets';
import { type Loaded, StreamPeeker } from './peeker';
import '../../parts/bytesView';
import '../../parts/list';

const memorySchema = v.object({
  look: v.fallback(v.picklist(LOOKS), 'text'),
  length: v.fallback(v.optional(v.number()), undefined),
  open: v.fallback(v.array(v.string()), []),
});
/** Open rows of packets long gone are forgotten beyond this. */
const OPEN_MOST = 50;

export class StreamContent extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: StreamObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) refreshes = 0;
  private look: Look = 'text';
  private open: ReadonlySet<string> = new Set();
  private seen: StreamObject | undefined;
  /** Who read when the last look failed; the same readers leave no other way. */
  private failedWith: string | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly peeker = new StreamPeeker(
    (length, signal) => act(this.panel, this.object.kind, 'peek', { length }, { signal }),
    () => {
      const { failure, disturbs } = this.peeker;
      this.failedWith = (failure ?? disturbs) === undefined ? undefined : this.readers;
      this.requestUpdate();
      return this.updateComplete;
    },
  );
  private readonly shown = () => this.watch();

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.shown);
    if (this.hasUpdated) this.schedule();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.shown);
    clearInterval(this.timer);
    this.peeker.reset();
    this.seen = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const other = this.seen?.ref !== this.object.ref;
    if (other) this.recall();
    const before = changed.get('state');
    if (changed.has('state') && before?.interval !== this.state.interval) this.schedule();
    if (this.state.status !== 'present') return;
    const asked = changed.has('refreshes') && changed.get('refreshes') !== undefined;
    const back = before !== undefined && before.status !== 'present' && !other;
    const resumed = before?.live === false && this.state.live;
    // What a panel shows first is read even where it is paused: nothing at all would say that it is empty.
    if (this.isOpen && (other || asked || resumed || back)) this.peeker.look();
    else if (this.seen !== this.object) this.watch();
    this.seen = this.object;
  }

  /** Of a file that nobody has open there is nothing to look at: a FIFO keeps nothing then. */
  private get isOpen(): boolean {
    return !this.object.flags.includes('fileOnly');
  }

  private get readers(): string {
    const ends = endsOf(this.object.endpoints ?? [], 'readers');
    return ends.map(({ pid, startTime, fd }) => `${pid} ${startTime} ${fd ?? ''}`).join();
  }

  protected override render() {
    return html`<section aria-label=${t('Content')}>
      <div class="section-head">
        <h2>${t('Content')}</h2>
        ${this.isOpen ? lookSwitch(this.look, t('Look'), (look) => this.remember({ look })) : nothing}
        <span class="dim"
          >${this.object.kind === 'pipe' ? t('What waits in the pipe; nothing is taken.') : t('What waits in the FIFO; nothing is taken.')}</span
        >
      </div>
      ${this.content()}
    </section>`;
  }

  private content(): TemplateResult {
    const { loaded, failure, disturbs } = this.peeker;
    const present = this.state.status === 'present';
    if (!this.isOpen)
      return html`<p class="empty">
        ${t('Nothing. A FIFO keeps what was written only as long as somebody has it open.')}
      </p>`;
    if (present && failure) return html`<p class="notice error">${icon('error')}<span>${failure}</span></p>`;
    if (present && disturbs) return html`<p class="notice">${icon('eye-closed')}<span>${disturbs}</span></p>`;
    if (!loaded)
      return html`<p class="note dim">${present ? t('Looking...') : t('The content was not looked at.')}</p>`;
    return this.loaded(loaded);
  }

  private loaded(loaded: Loaded): TemplateResult {
    const { content, packets, unread } = loaded;
    if (unread === 0 && (packets?.length ?? 0) === 0)
      return html`<p class="empty">${t('Nothing waits to be read. What is written shows here.')}</p>`;
    return html`${
      packets
        ? this.packets(packets)
        : html`<ipc-bytes
            .content=${content}
            .look=${this.look}
            .portion=${this.peeker.length}
            .about=${t('unread')}
          ></ipc-bytes>`
    }
    ${content.length < unread ? this.rest(content.length, unread) : nothing}`;
  }

  private rest(shown: number, unread: number): TemplateResult {
    // Where less came than was asked for, asking for more brings no more.
    const next = shown < this.peeker.length ? undefined : this.peeker.next;
    const note = t('The first {0} are shown.', sizeOf(shown, unread));
    return html`<p class="note dim">${note}</p>
      ${
        next === undefined
          ? nothing
          : html`<vscode-button appearance="secondary" ?disabled=${!this.panel.acts} @click=${this.more}
              >${t('Look at up to {0}', size(Math.min(next, unread)))}</vscode-button
            >`
      }`;
  }

  private packets(packets: readonly Packet[]): TemplateResult {
    return html`<ipc-list
      label=${t('Packets')}
      .columns=${['#', t('length'), t('content')]}
      .widths=${[Math.max(3, String(packets.length).length), 9]}
      .rows=${packets.map((packet, index) => this.row(packet, index))}
      .open=${this.open}
      .total=${packets.length}
      @toggle=${(event: CustomEvent<string>) => this.toggle(event.detail)}
    ></ipc-list>`;
  }

  private row({ key, content, length }: Packet, index: number): ListRow {
    const { look } = this;
    return {
      key,
      cells: () => [
        String(index),
        html`<span title=${exactSize(length)}>${size(length)}</span>`,
        content.length === 0 ? html`<span class="dim">${t('not looked at')}</span>` : content.line(look),
      ],
      detail: () => packetDetail(content, length, look, t('packet {0}', number(index))),
    };
  }

  private readonly more = () => {
    this.peeker.more();
    this.remember({ length: this.peeker.length });
  };

  private toggle(key: string): void {
    const open = new Set(this.open);
    if (!open.delete(key)) open.add(key);
    this.remember({ open: [...open].slice(-OPEN_MOST) });
  }

  /** Looks again while somebody watches. Equal facts prove nothing here: as much may have been written as was read. */
  private watch(): void {
    const { status, live } = this.state;
    if (status !== 'present' || !live || document.hidden || !this.isOpen || !this.peeker.isRested) return;
    if (this.failedWith === undefined || this.failedWith !== this.readers) this.peeker.look();
  }

  private schedule(): void {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.watch(), Math.max(250, this.state.interval));
  }

  private recall(): void {
    const view = this.panel.memory.get('stream', memorySchema);
    this.look = view?.look ?? this.look;
    this.open = new Set(view?.open);
    this.failedWith = undefined;
    this.peeker.reset(view?.length);
  }

  private remember(change: Partial<v.InferOutput<typeof memorySchema>>): void {
    const view = { look: this.look, open: [...this.open], length: this.peeker.length, ...change };
    this.look = view.look;
    this.open = new Set(view.open);
    this.panel.memory.set('stream', view);
    this.requestUpdate();
  }
}

function packetDetail(content: Content, length: number, look: Look, about: string): TemplateResult {
  if (content.length === 0) return html`<span class="dim">${t('not looked at')}</span>`;
  const cut = content.length < length;
  return html`<ipc-bytes
    .content=${content}
    .look=${look}
    .about=${cut ? t('{0}, the beginning of {1}', about, exactSize(length)) : about}
  ></ipc-bytes>`;
}

define('ipc-stream', StreamContent);
