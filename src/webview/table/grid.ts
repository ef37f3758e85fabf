/** `<ipc-grid>`: the rows of a table of which only those exist that are seen. One tab stop; arrow keys move from cell to cell, the head is the row above the first. */
import { type TemplateResult, html, nothing } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { visible } from '../../presentation/text';
import { timeText } from '../../presentation/values';
import { LABEL, labelTitle } from '../../presentation/table/label';
import type { TableColumn, TableRow, TableState } from '../../protocol/pages/table';
import { Part, define } from '../parts/base';
import { icon } from '../parts/icon';
import { moveInList } from '../parts/listKeys';
import { Rows } from '../parts/rows';
import { toneClass } from '../parts/verdict';
import { t } from '../strings';
import type { TableModel } from './model';

/** Pixels. */
const ROW = 24;
const CHECK = 28;
const NAME = 220;
const WIDTH = { text: 150, numeric: 110 };
const NONE: ReadonlyMap<number, number> = new Map();
/** The row of the head. */
const HEAD = -1;
/** Letters of a cell. */
const CELL_MOST = 200;
const TONES = { error: 'error', warning: 'warning', note: 'info' } as const;

export class Grid extends Part {
  model!: TableModel;
  @state() private view = { top: 0, height: 400 };
  private row = HEAD;
  private column = 1;
  /** Where a range begins. */
  private anchor: string | undefined;
  private hadFocus = false;
  private readonly measured = new ResizeObserver(() =>
    requestAnimationFrame(() => this.isConnected && this.scrolled()),
  );

  private get columns(): TableColumn[] {
    return this.model.state?.columns.filter(({ shown }) => shown) ?? [];
  }

  private place(): Rows {
    return new Rows(this.model.state?.shown ?? 0, ROW, NONE);
  }

  protected override willUpdate(): void {
    const shown = this.model.state?.shown ?? 0;
    this.row = Math.max(HEAD, Math.min(this.row, shown - 1));
    this.column = Math.min(this.column, this.columns.length + 1);
    this.hadFocus = this.contains(document.activeElement);
  }

  protected override render() {
    const { state } = this.model;
    if (!state) return nothing;
    const { columns } = this;
    const place = this.place();
    const { from, to } = place.window(this.view.top, this.view.height);
    const indices = Array.from({ length: to - from }, (_, at) => from + at);
    // The one with the focus stays, wherever it is scrolled to.
    if (this.row >= 0 && this.row < from) indices.unshift(this.row);
    if (this.row >= to && this.row < place.count) indices.push(this.row);
    return html`<div
      class="grid"
      role="grid"
      aria-label=${state.title}
      aria-multiselectable="true"
      aria-rowcount=${state.shown + 1}
      aria-colcount=${columns.length + 2}
      .style=${styleOf(columns)}
      @scroll=${this.scrolled}
      @keydown=${this.key}
    >
      <div role="rowgroup" class="grid-head">${this.head(state, columns)}</div>
      <div role="rowgroup" class="grid-body" .style=${`height:${place.top(place.count)}px`}>
        ${repeat(
          indices,
          (index) => this.model.row(index)?.ref ?? index,
          (index) => this.line(index, columns),
        )}
      </div>
    </div>`;
  }

  private head(state: TableState, columns: readonly TableColumn[]): TemplateResult {
    const all = state.selected > 0 && state.selected === state.shown;
    const some = state.selected > 0 && !all;
    const label = all ? t('Select none') : t('Select all');
    return html`<div class="grid-row" role="row" aria-rowindex="1">
      <span class="cell" role="columnheader" aria-colindex="1">
        <span
          class="box"
          role="checkbox"
          aria-label=${label}
          aria-checked=${all ? 'true' : some ? 'mixed' : 'false'}
          tabindex=${this.tab(HEAD, 0)}
          @click=${() => this.at(HEAD, 0, () => void this.model.select({ is: all ? 'none' : 'all' }))}
          >${all ? icon('check') : some ? icon('dash') : nothing}</span
        >
      </span>
      ${this.heading(state, { key: LABEL, label: labelTitle(), numeric: false, shown: true }, 1)}
      ${columns.map((column, at) => this.heading(state, column, at + 2))}
    </div>`;
  }

  private heading({ sorted }: TableState, column: TableColumn, at: number): TemplateResult {
    const { key, label, kernelName, numeric } = column;
    const by = sorted?.key === key ? sorted : undefined;
    const when = by && !by.holds ? t('sorted {0}', timeText(by.at)) : '';
    return html`<span
      class="cell ${numeric ? 'numeric' : ''} ${by ? 'sorted' : ''}"
      role="columnheader"
      aria-colindex=${at + 1}
      aria-sort=${by ? (by.descending ? 'descending' : 'ascending') : 'none'}
      title=${[label, kernelName, when].filter(Boolean).join(' · ')}
      tabindex=${this.tab(HEAD, at)}
      @click=${() => this.at(HEAD, at, () => void this.model.sort(key))}
      >${label}${by ? icon(by.descending ? 'arrow-down' : 'arrow-up') : nothing}${
        when === '' ? nothing : html`<span class="when">${when}</span>`
      }</span
    >`;
  }

  private line(index: number, columns: readonly TableColumn[]): TemplateResult {
    const row = this.model.row(index);
    const top = `top:${index * ROW}px`;
    // Not told yet; the focus has a place all the same.
    if (!row)
      return html`<div class="grid-row" role="row" aria-rowindex=${index + 2} aria-busy="true" .style=${top}>
        <span class="cell" role="gridcell" tabindex=${index === this.row ? 0 : -1}></span>
      </div>`;
    const { ref, tone, mark, selected } = row;
    const name = visible(row.label, CELL_MOST);
    return html`<div
      class="grid-row ${selected ? 'selected' : ''}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${selected}
      .style=${top}
      @click=${(event: MouseEvent) => this.clicked(event, index)}
      @dblclick=${() => void this.model.open(ref)}
    >
      <span class="cell" role="gridcell" aria-colindex="1">
        <span
          class="box"
          role="checkbox"
          aria-checked=${selected}
          aria-label=${t('Select {0}', name)}
          tabindex=${this.tab(index, 0)}
          >${selected ? icon('check') : nothing}</span
        >
      </span>
      <span
        class="cell name ${tone ? toneClass(tone) : ''}"
        role="gridcell"
        aria-colindex="2"
        tabindex=${this.tab(index, 1)}
        title=${[name, mark].filter(Boolean).join(' · ')}
      >
        ${icon(tone ? TONES[tone] : row.icon)}${mark ? html`<span class="visually-hidden">${mark}</span>` : nothing}<span
          class="link foreign"
          >${name}</span
        >
      </span>
      ${columns.map((column, at) => this.cell(row, column, at, index))}
    </div>`;
  }

  private cell(row: TableRow, { key, numeric }: TableColumn, at: number, index: number): TemplateResult {
    const text = visible(this.model.cell(row, key), CELL_MOST);
    return html`<span
      class="cell foreign ${numeric ? 'numeric' : ''}"
      role="gridcell"
      aria-colindex=${at + 3}
      tabindex=${this.tab(index, at + 2)}
      title=${text}
      >${text}</span
    >`;
  }

  /** One cell of all can be reached by Tab. */
  private tab(row: number, column: number): number {
    return row === this.row && column === this.column ? 0 : -1;
  }

  protected override firstUpdated(): void {
    this.model.onRows(() => this.requestUpdate());
    this.measured.observe(this.grid());
    this.scrolled();
  }

  protected override updated(): void {
    if (this.hadFocus && !this.contains(document.activeElement))
      this.focused()?.focus({ preventScroll: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.measured.disconnect();
  }

  private readonly scrolled = () => {
    const grid = this.grid();
    this.view = { top: grid.scrollTop, height: grid.clientHeight };
    const { from, to } = this.place().window(this.view.top, this.view.height);
    this.model.want(from, Math.max(to, from + 1));
  };

  private clicked(event: MouseEvent, index: number): void {
    const row = this.model.row(index);
    const target = event.target as HTMLElement;
    if (!row || getSelection()?.isCollapsed === false) return;
    const cell = target.closest('[role=gridcell]');
    const column = Number(cell?.getAttribute('aria-colindex') ?? 2) - 1;
    this.at(index, column, () => {
      if (column === 1 && target.closest('.link') && !event.shiftKey && !event.ctrlKey && !event.metaKey)
        void this.model.open(row.ref);
      else if (event.shiftKey) this.selectTo(row.ref);
      else if (column === 0 || event.ctrlKey || event.metaKey) this.toggle(row.ref);
    });
  }

  private toggle(ref: TableRow['ref']): void {
    this.anchor = ref;
    void this.model.select({ is: 'toggle', ref });
  }

  /** From where the last one was selected. */
  private selectTo(ref: TableRow['ref']): void {
    this.anchor ??= ref;
    void this.model.select({ is: 'range', from: this.anchor as TableRow['ref'], to: ref });
  }

  private at(row: number, column: number, act: () => void): void {
    this.row = row;
    this.column = column;
    this.requestUpdate();
    void this.updateComplete.then(() => this.focused()?.focus({ preventScroll: true }));
    act();
  }

  private readonly key = (event: KeyboardEvent) => {
    const { state } = this.model;
    if (!state || event.altKey) return;
    const row = this.model.row(this.row);
    const command = event.ctrlKey || event.metaKey;
    const last = this.columns.length + 1;
    if (command && event.key.toLowerCase() === 'a') void this.model.select({ is: 'all' });
    else if (command && event.key.toLowerCase() === 'c' && state.selected > 0)
      void this.model.copySelected(state.copies[0]?.what ?? 'json');
    else if (event.key === 'ArrowRight') this.go(this.row, Math.min(last, this.column + 1));
    else if (event.key === 'ArrowLeft') this.go(this.row, Math.max(0, this.column - 1));
    else if (event.key === 'Home' && !command) this.go(this.row, 0);
    else if (event.key === 'End' && !command) this.go(this.row, last);
    else if (event.key === 'Enter' || event.key === ' ') this.act(event.key === ' ', row);
    else if (event.key === 'Delete' && state.destroys !== undefined) void this.model.destroy();
    else if (event.key === 'Escape' && state.selected > 0) void this.model.select({ is: 'none' });
    else {
      const page = Math.max(1, Math.floor(this.view.height / ROW) - 2);
      // The head is the first of them.
      const to = moveInList(event.key, this.row + 1, state.shown + 1, page);
      if (to === undefined) return;
      this.go(to - 1, this.column, event.shiftKey);
    }
    event.preventDefault();
  };

  /** Enter opens, Space selects; in the head both sort, or select all. */
  private act(space: boolean, row: TableRow | undefined): void {
    if (this.row === HEAD) this.focused()?.click();
    else if (row && (space || this.column === 0)) this.toggle(row.ref);
    else if (row) void this.model.open(row.ref);
  }

  private go(row: number, column: number, extend = false): void {
    const before = this.model.row(this.row)?.ref;
    this.row = row;
    this.column = column;
    const grid = this.grid();
    if (row >= 0) grid.scrollTop = this.place().reveal(row, grid.scrollTop, grid.clientHeight - ROW);
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const cell = this.focused();
      cell?.focus({ preventScroll: true });
      cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const ref = this.model.row(row)?.ref;
      if (!extend || ref === undefined) return;
      this.anchor ??= before ?? ref;
      void this.model.select({ is: 'range', from: this.anchor as TableRow['ref'], to: ref });
    });
  }

  private focused(): HTMLElement | null {
    return this.querySelector('[tabindex="0"]');
  }

  private grid(): HTMLElement {
    return this.querySelector('.grid') as HTMLElement;
  }
}

function styleOf(columns: readonly TableColumn[]): string {
  const widths = columns.map(({ numeric }) => (numeric ? WIDTH.numeric : WIDTH.text));
  const tracks = widths.map((width) => `minmax(${width}px,1fr)`).join(' ');
  const least = CHECK + NAME + widths.reduce((sum, width) => sum + width, 0) + 12 * (columns.length + 2) + 48;
  return `--tracks:${CHECK}px minmax(${NAME}px,2fr) ${tracks};--least:${least}px`;
}

define('ipc-grid', Grid);
