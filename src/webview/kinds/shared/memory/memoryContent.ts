/** `<ipc-memory>`: the content of a segment or of memory that is a file, a page at a time, looked at without a trace where the kernel allows that. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import type { PanelState } from '../../../../protocol/pages/object';
import { parseOffset } from '../../../../presentation/parse';
import { countedOf } from '../../../../presentation/holdings';
import { hexLine } from '../../../bytes/hex';
import { problemLine } from '../../../panel/formPart';
import type { PanelModel } from '../../../panel/model';
import { Part, define } from '../../../parts/base';
import { CopyEvent } from '../../../parts/bytesView';
import { icon } from '../../../parts/icon';
import { Watcher } from '../../../parts/watcher';
import { t } from '../../../strings';
import { type MemoryObject, readRange } from './memoryObject';
import { navigation, offsetProblem } from './navigation';
import { PAGE, PAGE_SIZES, pageAt, sizeOfSegment } from './pages';
import { RangeReader } from './reader';
import { attachNote, wayText } from './way';
import './hexGrid';
import '../../../toolkit/button';

const memorySchema = v.object({
  at: v.fallback(v.number(), 0),
  page: v.fallback(v.picklist(PAGE_SIZES), PAGE),
  typed: v.fallback(v.string(), ''),
  cursor: v.fallback(v.optional(v.number()), undefined),
});
type View = v.InferOutput<typeof memorySchema>;
const VIEW: View = { at: 0, page: PAGE, typed: '' };

/** Fires `place` (detail: offset) when a byte is picked or another page is shown. */
export class MemoryView extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: MemoryObject;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) refreshes = 0;
  @state() private view: View = VIEW;
  private seen: MemoryObject | undefined;
  /** When we last wrote: what was read by attaching before is old. */
  private wroteAt = 0;
  private readonly reader = new RangeReader(
    (range, attach, signal) => readRange(this.panel, this.object, range, attach, { signal }),
    () => this.requestUpdate(),
  );
  /** A live refresh never goes on where it was refused: only something new may open a way. */
  private readonly watcher = new Watcher(this, () => {
    if (this.reader.disturbs === undefined) this.reader.look();
  });

  /** Reads again after a write of ours, whether live or not. */
  written(at: number): void {
    this.wroteAt = at;
    this.reader.look();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.reader.reset();
    this.seen = undefined;
  }

  private get size(): number {
    return sizeOfSegment(this.object.bytes ?? 0);
  }

  protected override willUpdate(): void {
    const other = this.seen?.ref !== this.object.ref;
    if (other) {
      this.view = this.panel.memory.get('memory', memorySchema) ?? VIEW;
      this.reader.reset();
      this.tellPlace();
    }
    this.reader.turn(pageAt(this.view.at, this.view.page, this.size));
    const { asked, resumed } = this.watcher;
    const before = this.seen;
    this.seen = this.object;
    if (this.state.status !== 'present') return;
    // What a panel shows first is read even where it is paused.
    if (other || asked) this.reader.look();
    else if (resumed) this.watcher.look();
    // Who attached may have opened a way in that leaves no trace.
    else if (this.reader.disturbs !== undefined && this.watcher.isWatched && opensWay(before, this.object))
      this.reader.look();
  }

  protected override render() {
    const { loaded, failure, disturbs } = this.reader;
    const present = this.state.status === 'present';
    const problem = offsetProblem(this.view.typed, this.size);
    return html`<section aria-label=${t('Content')}>
      <div class="section-head">
        <h2>${t('Content')}</h2>
        ${this.navigate()}
      </div>
      ${problemLine(problem)}
      ${failure && present ? html`<p class="notice error">${icon('error')}<span>${failure}</span></p>` : nothing}
      ${disturbs !== undefined && present ? this.closed(disturbs) : nothing}
      ${loaded ? this.content(loaded) : this.empty(present)}
    </section>`;
  }

  /** A segment can be attached all the same; of a file there is no other way. */
  private closed(why: string) {
    if (this.object.kind === 'sysv.shm')
      return attachNote(
        why,
        this.panel.refusal('read', { attach: true }),
        this.reader.loaded !== undefined,
        this.reader.attaching,
        this.attach,
      );
    return html`<p class="notice">${icon('eye-closed')}<span>${why}</span></p>`;
  }

  private content(loaded: NonNullable<RangeReader['loaded']>) {
    const absent = loaded.pieces.some((piece) => piece.state === 'absent' || piece.state === 'unknown');
    return html`<div class="bytes-head">
        <span class="dim">${wayText(loaded, this.wroteAt)}</span>
        <vscode-button
          appearance="secondary"
          class="small"
          ?disabled=${absent}
          title=${absent ? t('A part of this page is in swap and was not read.') : t('Copy the page as hex digits')}
          @click=${() => this.dispatchEvent(new CopyEvent({ text: hexLine(loaded.data), how: 'hex' }))}
          >${icon('copy')}<span class="label">${t('Copy')}</span></vscode-button
        >
      </div>
      <ipc-hex
        .loaded=${loaded}
        .cursor=${this.view.cursor}
        .say=${this.panel.announce}
        @pick=${(event: CustomEvent<number>) => this.remember({ cursor: event.detail })}
      ></ipc-hex>`;
  }

  private empty(present: boolean) {
    if (!present) return html`<p class="note dim">${t('The content was not looked at.')}</p>`;
    const said = this.reader.failure ?? this.reader.disturbs;
    return said === undefined ? html`<p class="note dim">${t('Looking...')}</p>` : nothing;
  }

  private navigate() {
    const { page, typed } = this.view;
    return navigation({
      offset: this.reader.range.offset,
      page,
      size: this.size,
      typed,
      enabled: this.panel.acts,
      go: (at) => this.go(at, undefined),
      type: (text) => this.remember({ typed: text }),
      submit: () => this.goTyped(),
      resize: (chosen) => {
        const found = PAGE_SIZES.find((known) => known === chosen);
        if (!found || found === page) return;
        this.remember({ page: found });
        this.turn();
      },
    });
  }

  private goTyped(): void {
    const { typed } = this.view;
    const problem = offsetProblem(typed, this.size);
    const at = parseOffset(typed);
    if (problem === undefined && at !== undefined) this.go(at, at);
    else if (problem !== undefined) this.panel.announce(problem);
  }

  private go(at: number, cursor: number | undefined): void {
    this.remember({ at: pageAt(at, this.view.page, this.size).offset, cursor });
    this.turn();
  }

  private turn(): void {
    this.reader.turn(pageAt(this.view.at, this.view.page, this.size));
    if (!this.reader.loaded && this.panel.acts) this.reader.look();
  }

  private readonly attach = () => this.reader.attachAndLook();

  private remember(change: Partial<View>): void {
    this.view = { ...this.view, ...change };
    this.panel.memory.set('memory', this.view);
    this.tellPlace();
  }

  private tellPlace(): void {
    const { at, page, cursor } = this.view;
    const detail = cursor ?? pageAt(at, page, this.size).offset;
    this.dispatchEvent(new CustomEvent('place', { detail }));
  }
}

/** Whether somebody came who was not there, or of whom nothing was known. */
function opensWay(before: MemoryObject | undefined, now: MemoryObject): boolean {
  return (
    before === undefined ||
    countedOf(before) !== countedOf(now) ||
    before.endpoints?.length !== now.endpoints?.length
  );
}

define('ipc-memory', MemoryView);
