/** What the page Table knows: what the host told last, the rows near those that are seen, and what can be asked of it. */
import {
  ROWS_MOST,
  type Selecting,
  type TableChannel,
  type TableRow,
  type TableState,
} from '../../protocol/pages/table';
import type { Bus } from '../bus';
import type { Memory } from '../pageMemory';
import { PageModel } from '../pageModel';
import { t } from '../strings';

/** Rows that are asked for beyond those that are seen, on either side. */
const BEYOND = 40;

export class TableModel extends PageModel<TableState> {
  private rows: { from: number; keys: readonly string[]; rows: readonly TableRow[] } = {
    ...{ from: 0, keys: [], rows: [] },
  };
  private wanted = { from: 0, to: 60 };
  private asking = false;
  private have: { version: number; from: number; to: number } | undefined;
  private readonly changes: (() => void)[] = [];

  constructor(
    private readonly bus: Bus<TableChannel>,
    memory: Memory,
  ) {
    super(bus, memory);
    this.subscribe(() => {
      if (this.state) memory.set('table', this.state.view);
      void this.fetch();
    });
  }

  /** Calls back when other rows are known. */
  onRows(changed: () => void): void {
    this.changes.push(changed);
  }

  /** A row; undefined until it was told. */
  row(index: number): TableRow | undefined {
    return this.rows.rows[index - this.rows.from];
  }

  /** What stands in a cell; empty where the rows were told before the column was chosen. */
  cell({ cells }: TableRow, key: string): string {
    return cells[this.rows.keys.indexOf(key)] ?? '';
  }

  /** These are seen now. */
  want(from: number, to: number): void {
    this.wanted = { from, to: Math.min(to, from + ROWS_MOST - 2 * BEYOND) };
    void this.fetch();
  }

  /** Asks for the rows that are seen, unless they are known as they are now; one question at a time. */
  private async fetch(): Promise<void> {
    const { state, wanted, have } = this;
    if (!state || this.asking) return;
    const to = Math.min(wanted.to, state.shown);
    if (have?.version === state.version && have.from <= wanted.from && to <= have.to) return;
    this.asking = true;
    const from = Math.max(0, wanted.from - BEYOND);
    const end = Math.min(wanted.to + BEYOND, from + ROWS_MOST);
    try {
      const answer = await this.bus.request('rows', { from, to: end });
      this.rows = answer;
      this.have = { version: answer.version, from, to: end };
    } catch {
      // The state that comes next asks again.
      this.have = { version: state.version, from, to: end };
    }
    this.asking = false;
    for (const changed of this.changes) changed();
    void this.fetch();
  }

  setWords(words: string): Promise<void> {
    return this.attempt(() => this.bus.request('setWords', { words }));
  }

  sort(key: string): Promise<void> {
    return this.attempt(() => this.bus.request('sort', { key }));
  }

  setColumns(keys: string[]): Promise<void> {
    return this.attempt(() => this.bus.request('setColumns', { keys }));
  }

  select(selecting: Selecting): Promise<void> {
    return this.attempt(() => this.bus.request('select', selecting));
  }

  copySelected(what: string): Promise<void> {
    return this.attempt(async () => {
      await this.bus.request('copy', { what });
      this.announce(t('Copied'));
    });
  }

  destroy(): Promise<void> {
    return this.attempt(() => this.bus.request('destroy', {}));
  }

  export(as: 'csv' | 'json'): Promise<void> {
    return this.attempt(() => this.bus.request('export', { as }));
  }
}
