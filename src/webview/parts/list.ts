/**
 * `<ipc-list>`: a table of which only the visible rows exist, with rows that open. One tab stop; arrow keys move,
 * Enter opens. Rows are known by their key: selection, open rows and focus stay with it when the list changes.
 */
import { type PropertyValues, type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { Part, define } from './base';
import { icon } from './icon';
import { moveInList } from './listKeys';
import { Rows } from './rows';

/** A row: its key, the text of its cells (the last one takes the room), and what it shows when open, if it opens. */
export interface ListRow {
  key: string;
  cells(): readonly (string | TemplateResult)[];
  detail?(): TemplateResult;
}

/**
 * Fires `toggle` (detail: key) as the user opens rows, `choose` (detail: key) where rows do not open but are picked, and
 * `settle` (detail: scroll position) as the list is scrolled.
 */
export class List extends Part {
  @property({ attribute: false }) rows: readonly ListRow[] = [];
  @property({ attribute: false }) columns: readonly string[] = [];
  /** Widths of all columns but the last, in characters. */
  @property({ attribute: false }) widths: readonly number[] = [];
  @property({ attribute: false }) open: ReadonlySet<string> = new Set();
  /** Rows do not open: they are picked. */
  @property({ type: Boolean }) plain = false;
  /** How many rows there are besides those that are loaded and match. */
  @property({ type: Number }) total = 0;
  @property() label = '';
  @property({ type: Number }) scrolled = 0;
  /** Keeps its end in sight while somebody reads there. */
  @property({ type: Boolean }) follow = false;
  private atEnd = true;
  @state() private active = 0;
  @state() private view = { top: 0, height: 400 };
  @state() private rowHeight = 22;
  private activeKey: string | undefined;
  private hadFocus = false;
  private readonly heights = new Map<string, number>();
  private readonly measured = new ResizeObserver(() =>
    requestAnimationFrame(() => this.isConnected && this.measure()),
  );
  private settling: ReturnType<typeof setTimeout> | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.hadFocus = document.activeElement?.closest('.row') !== null && this.contains(document.activeElement);
    if (!changed.has('rows')) return;
    const found = this.rows.findIndex((row) => row.key === this.activeKey);
    this.active = found >= 0 ? found : Math.max(0, Math.min(this.active, this.rows.length - 1));
    this.activeKey = this.rows[this.active]?.key;
  }

  private place(): Rows {
    const opened = new Map<number, number>();
    if (this.open.size > 0)
      this.rows.forEach((row, index) => {
        if (this.open.has(row.key)) opened.set(index, this.heights.get(row.key) ?? this.rowHeight * 6);
      });
    return new Rows(this.rows.length, this.rowHeight, opened);
  }

  protected override render() {
    const place = this.place();
    const { from, to } = place.window(this.view.top, this.view.height);
    const indices = Array.from({ length: to - from }, (_, at) => from + at);
    // The row with the focus stays, wherever the list is scrolled to: without it the keyboard would be lost.
    if (this.active < from && this.rows.length > 0) indices.unshift(this.active);
    if (this.active >= to && this.active < this.rows.length) indices.push(this.active);
    return html`<div
      class="list ${this.plain ? 'plain' : ''}"
      role="grid"
      aria-label=${this.label}
      aria-rowcount=${this.total + 1}
      aria-colcount=${this.columns.length}
      .style=${this.columnStyle()}
      @scroll=${this.onScroll}
      @keydown=${this.key}
    >
      <div role="rowgroup" class="list-head">
        <div class="row-head" role="row" aria-rowindex="1">
          ${this.plain ? nothing : html`<span class="twist"></span>`}
          ${this.columns.map((name) => html`<span class="cell" role="columnheader" title=${name}>${name}</span>`)}
        </div>
      </div>
      <div role="rowgroup" class="list-body" .style=${`height:${place.top(place.count)}px`}>
        ${repeat(
          indices,
          (index) => this.rows[index]?.key,
          (index) => this.row(index, place.top(index)),
        )}
      </div>
    </div>`;
  }

  private row(index: number, top: number) {
    const row = this.rows[index];
    if (!row) return nothing;
    const open = this.open.has(row.key);
    const cells = row.cells();
    const last = cells.length - 1;
    return html`<div
      class="row ${open ? 'open' : ''}"
      role="row"
      data-key=${row.key}
      aria-rowindex=${index + 2}
      aria-selected=${index === this.active}
      tabindex=${index === this.active ? 0 : -1}
      .style=${`top:${top}px`}
      @click=${(event: Event) => this.clicked(event, index)}
      @focus=${() => this.activate(index)}
    >
      ${this.plain ? nothing : html`<span class="twist">${icon(open ? 'chevron-down' : 'chevron-right')}</span>`}
      ${cells.slice(0, last).map((cell) => html`<span class="cell" role="gridcell">${cell}</span>`)}
      <div class="last-cell" role="gridcell" aria-expanded=${this.plain ? nothing : open}>
        <span class="cell line">${cells[last]}</span>
        ${open && row.detail ? html`<div class="row-detail">${row.detail()}</div>` : nothing}
      </div>
    </div>`;
  }

  protected override firstUpdated(): void {
    const list = this.list();
    this.measured.observe(list);
    this.measure();
    if (this.scrolled > 0) void this.updateComplete.then(() => list.scrollTo({ top: this.scrolled }));
  }

  protected override updated(): void {
    this.keepEnd();
    for (const row of this.querySelectorAll('.row.open')) this.measured.observe(row);
    if (this.hadFocus && !this.contains(document.activeElement))
      this.element(this.active)?.focus({ preventScroll: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.measured.disconnect();
    clearTimeout(this.settling);
  }

  private measure(): void {
    const list = this.list();
    const closed = this.querySelector('.row:not(.open)') ?? this.querySelector('.row-head');
    const height = closed?.getBoundingClientRect().height ?? 0;
    if (height > 0) this.rowHeight = height;
    this.view = { top: list.scrollTop, height: list.clientHeight };
    for (const row of this.querySelectorAll<HTMLElement>('.row.open')) {
      const key = row.dataset.key ?? '';
      const full = row.getBoundingClientRect().height;
      if (this.heights.get(key) === full) continue;
      this.heights.set(key, full);
      this.requestUpdate();
    }
    this.keepEnd();
  }

  private keepEnd(): void {
    if (!this.follow || !this.atEnd) return;
    const list = this.list();
    list.scrollTop = list.scrollHeight;
  }

  private readonly onScroll = () => {
    const list = this.list();
    this.view = { top: list.scrollTop, height: list.clientHeight };
    this.atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell('settle', list.scrollTop), 200);
  };

  private readonly key = (event: KeyboardEvent) => {
    if (!(event.target as HTMLElement).matches('.row') || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const key = this.rows[this.active]?.key;
    if (key === undefined) return;
    const open = this.open.has(key);
    const page = Math.max(1, Math.floor(this.view.height / this.rowHeight) - 2);
    const to = moveInList(event.key, this.active, this.rows.length, page);
    if (to !== undefined) this.focusRow(to);
    else if (event.key === 'Enter' || event.key === ' ') this.tell(this.plain ? 'choose' : 'toggle', key);
    else if (this.plain) return;
    else if (event.key === 'ArrowRight' && !open) this.tell('toggle', key);
    else if ((event.key === 'ArrowLeft' || event.key === 'Escape') && open) this.tell('toggle', key);
    else return;
    event.preventDefault();
  };

  /** A click that ends a selection of text, or lands in the open part, opens and closes nothing. */
  private clicked(event: Event, index: number): void {
    if ((event.target as HTMLElement).closest('.row-detail') || getSelection()?.isCollapsed === false) return;
    this.activate(index);
    this.tell(this.plain ? 'choose' : 'toggle', this.rows[index]?.key);
  }

  private activate(index: number): void {
    this.active = index;
    this.activeKey = this.rows[index]?.key;
  }

  private focusRow(index: number): void {
    this.activate(index);
    const list = this.list();
    const head = this.querySelector('.list-head')?.clientHeight ?? 0;
    list.scrollTop = this.place().reveal(index, list.scrollTop, list.clientHeight - head);
    void this.updateComplete.then(() => this.element(index)?.focus({ preventScroll: true }));
  }

  private element(index: number): HTMLElement | null {
    return this.querySelector(`.row[aria-rowindex="${index + 2}"]`);
  }

  private list(): HTMLElement {
    return this.querySelector('.list') as HTMLElement;
  }

  private columnStyle(): string {
    return `--columns:${this.widths.map((width) => `minmax(0,${width}ch)`).join(' ')}`;
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

define('ipc-list', List);
