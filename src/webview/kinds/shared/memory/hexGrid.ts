/**
 * `<ipc-hex>`: a range of memory as offset, hex and text. A click or the arrow keys pick a byte; what changed since the last read is
 * marked. Fires `pick` (detail: the byte's offset in the segment).
 */
import { bytesText, offsetText } from '../../../../presentation/values';
import { type PropertyValues, type TemplateResult, html } from 'lit';
import { property } from 'lit/decorators.js';
import { hexByte, hexOffset } from '../../../bytes/hex';
import { Part, define } from '../../../parts/base';
import { cells } from '../../../parts/cells';
import { PerLine } from '../../../parts/perLine';
import { t } from '../../../strings';
import type { Loaded } from './reader';
import { type Line, linesOf, runsOf } from './runs';
import { unreadPiece } from '../../../../presentation/shared';

export class HexGrid extends Part {
  @property({ attribute: false }) loaded!: Loaded;
  /** The picked byte, as an offset in the segment. */
  @property({ attribute: false }) cursor: number | undefined;
  /** Tells a screen reader where the arrow keys lead to. */
  @property({ attribute: false }) say: (text: string) => void = () => undefined;
  private readonly perLine = new PerLine(this, () => this.digits);
  private lines: readonly Line[] = [];
  private linesFor: { loaded: Loaded; perLine: number } | undefined;

  private get digits(): number {
    return Math.max(8, (this.loaded.offset + this.loaded.length).toString(16).length);
  }

  protected override willUpdate(): void {
    const { loaded, linesFor } = this;
    const perLine = this.perLine.value;
    if (linesFor?.loaded === loaded && linesFor.perLine === perLine) return;
    this.lines = linesOf(loaded, perLine);
    this.linesFor = { loaded, perLine };
  }

  protected override render() {
    return html`<div
        class="memory mono"
        tabindex="0"
        role="group"
        aria-label=${t('Content: offset, hex, text. The arrow keys pick a byte.')}
        @click=${this.clicked}
        @keydown=${this.key}
      >
        ${this.lines.map((line) => this.line(line))}
      </div>
      <span class="probe mono" aria-hidden="true">0000000000</span>`;
  }

  private line(line: Line): TemplateResult {
    const { loaded, cursor } = this;
    const place = cursor === undefined ? undefined : cursor - loaded.offset;
    const { from, to } = line.is === 'bytes' ? line.line : line;
    const offset = html`<span class="dim">${hexOffset(loaded.offset + from, this.digits)}</span>`;
    const has = place !== undefined && place >= from && place < to;
    if (line.is !== 'bytes')
      return html`<div class="piece ${has ? 'cursor' : ''}" data-from=${from}>
        ${offset}<span class="dim">${unreadPiece(line.is, bytesText(to - from))}</span>
      </div>`;
    const padding = ' '.repeat(Math.max(0, (this.perLine.value - (to - from)) * 3));
    const runs = runsOf(loaded, line.line, has ? place : undefined);
    const bytes = runs.map(({ text, mark }) =>
      mark === '' ? text : html`<span class=${mark}>${text}</span>`,
    );
    return html`<div data-from=${from}>
      ${offset}<span class="hex-bytes">${[...bytes, padding]}</span
      ><span class="hex-text">${cells(line.line.text)}</span>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('cursor') && this.cursor !== undefined)
      this.querySelector('.cursor')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** In a font of equal widths the place of a click tells the byte, so that not every byte needs an element. */
  private readonly clicked = (event: MouseEvent) => {
    if (getSelection()?.isCollapsed === false) return;
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-from]');
    const from = Number(row?.dataset.from);
    if (!row || Number.isNaN(from)) return;
    const found = this.lines.find((line) => line.is === 'bytes' && line.line.from === from);
    this.pick(found?.is === 'bytes' ? this.under(event, row, found.line) : from);
  };

  private under(
    event: MouseEvent,
    row: HTMLElement,
    line: { from: number; to: number; starts: readonly number[] },
  ) {
    const character = this.perLine.character || 1;
    const column = (part: Element | null) =>
      Math.floor((event.clientX - (part?.getBoundingClientRect().left ?? 0)) / character);
    const text = row.querySelector('.hex-text');
    const inText = text && event.clientX >= text.getBoundingClientRect().left;
    if (inText) return line.starts[column(text)] ?? line.to - 1;
    const at = line.from + Math.floor(column(row.querySelector('.hex-bytes')) / 3);
    return Math.max(line.from, Math.min(at, line.to - 1));
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const perLine = this.perLine.value;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perLine, ArrowDown: perLine }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { cursor, loaded } = this;
    const at = cursor === undefined ? 0 : cursor - loaded.offset + step;
    if (at < 0 || at >= loaded.length) return;
    this.pick(at);
    this.say(this.spoken(at));
  };

  private spoken(at: number): string {
    const offset = offsetText(this.loaded.offset + at);
    const piece = this.lines.find((line) => line.is !== 'bytes' && at >= line.from && at < line.to);
    if (piece && piece.is !== 'bytes')
      return `${offset}: ${unreadPiece(piece.is, bytesText(piece.to - piece.from))}`;
    return `${offset}: ${hexByte(this.loaded.data[at] ?? 0)}`;
  }

  private pick(at: number): void {
    const detail = this.loaded.offset + at;
    this.dispatchEvent(new CustomEvent('pick', { detail, bubbles: true }));
  }
}

define('ipc-hex', HexGrid);
