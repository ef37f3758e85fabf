/** The page Table: the objects of one or several kinds as a grid, as the inventory has them. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { joined, copiesOf } from '../../presentation/copying';
import { sentence } from '../../presentation/failures';
import { askedBy, Misread, parseFilter } from '../../presentation/filter/filterWords';
import { markOf } from '../../presentation/findings/marks';
import { unseenTexts } from '../../presentation/hidden';
import { canDo, kindViews, labelOf, viewOf } from '../../presentation/kinds';
import { actTitles, titleOfCopy } from '../../presentation/shared';
import {
  cellText,
  type Column,
  columnsOf,
  plainCell,
  shownOf,
  sumsOf,
} from '../../presentation/table/columns';
import { csvText } from '../../presentation/table/csv';
import { LABEL, labelTitle } from '../../presentation/table/label';
import { t } from '../../presentation/translate';
import { grouped, timeText } from '../../presentation/values';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import type { PageMemory } from '../../protocol/pages/frame';
import {
  ROWS_MOST,
  tableChannel,
  type TableChannel,
  type TableRow,
  type TableState,
  type TableView,
  tableView,
} from '../../protocol/pages/table';
import { type Kind, parseTableRef } from '../../protocol/ref';
import { perform } from '../acts/perform';
import type { ViewInterest } from '../model/interest';
import type { InventoryChange } from '../model/inventory';
import { Onlooker, type Picture } from '../model/onlooker';
import type { Handlers } from './bus';
import { copy, frameAttempts, strings } from './frame';
import { openSubject } from './opening';
import { OpenPage } from './openPage';
import type { PanelParts } from './parts';
import { type TableAround, TableModel } from './table/model';

/** Objects that say which columns have something in them. */
const SOME = 100;
/** Objects of which it is asked what can be copied, and whether they can be destroyed. */
const ASKED = 1000;

export class TablePage extends OpenPage<TableChannel> implements Picture {
  private kinds: readonly Kind[] = [];
  private model = new TableModel('', undefined);
  private columns: readonly Column[] = [];
  /** What the user chose, else what is shown of itself once there is something. */
  private chosen: readonly string[] | undefined;
  private usual: readonly string[] | undefined;
  private misread: string | undefined;
  private readAt: number | undefined;
  private stale = false;
  private version = 0;
  private readonly underWay: number[] = [];
  private readonly onlooker: Onlooker;
  /** What it answers its page, for tests. */
  readonly handlers: Handlers<TableChannel>;

  constructor(panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) {
    super(panel, memory, parts, tableChannel);
    this.handlers = this.makeHandlers();
    this.onlooker = new Onlooker(parts.inventory, parts.log, this);
    this.disposables.push(
      this.onlooker,
      parts.helper.onDidChangeState(() => this.push()),
    );
    this.show(memory);
  }

  get traceName(): string {
    return this.memory.ref;
  }

  /** There are objects after each boot. */
  override get isPast(): boolean {
    return false;
  }

  override show(memory: PageMemory): void {
    this.memory = memory;
    const remembered = v.safeParse(tableView, memory.view?.table);
    const view: TableView = remembered.success ? remembered.output : { words: '' };
    this.kinds = parseTableRef(memory.ref) ?? [];
    this.columns = columnsOf(this.kinds);
    this.chosen = view.columns;
    this.usual = this.readAt = this.misread = undefined;
    this.model = new TableModel(view.words, view.sorting);
    this.live = true;
    this.stale = this.hears = this.once = false;
    this.onlooker.miss();
    this.load('table', this.handlers, (request, _data, error) =>
      sentence(this.attempted(request), asFailure(error)),
    );
    this.look();
  }

  protected override look(): void {
    this.onlooker.look();
  }

  private attempted(request: keyof TableChannel['requests']): string {
    const { title } = this.memory;
    switch (request) {
      case 'open':
        return t('open it');
      case 'rows':
      case 'setWords':
      case 'sort':
      case 'setColumns':
      case 'select':
        return t('list the objects');
      case 'copy':
        return t('copy');
      case 'destroy':
        return t('destroy {0}', t('what is selected'));
      case 'export':
        return t('export {0}', title);
      default:
        return frameAttempts[request](title);
    }
  }

  wants(): ViewInterest {
    if (!(this.once || this.live)) return {};
    return { levels: Object.fromEntries(this.kinds.map((kind) => [kind, 'rows'])), findings: 'beside' };
  }

  drawAll(): void {
    this.model.forget();
    this.take();
  }

  draw({ added, changed, removed, wrong, processes }: InventoryChange): void {
    if (!(this.live || this.once) || !this.panel.visible) return;
    if (wrong || processes.size > 0) this.model.forget();
    const asked = askedBy(this.model.words);
    // Findings are marks on rows that are as they were, unless the filter asks for them; so are the names of processes.
    if (added.length + changed.length + removed.length > 0 || asked.wrong || asked.mine) this.take();
    else {
      this.readAt = this.parts.inventory.readAt?.endedAt;
      if (wrong || processes.size > 0) this.version++;
      this.push();
    }
  }

  drawPart(): void {
    // Rows come whole.
  }

  owedSince(): number | undefined {
    return this.hears ? this.underWay[0] : 0;
  }

  showAge(asOf: number | undefined): void {
    this.stale = asOf !== undefined;
    this.push();
  }

  private around(): TableAround {
    const { inventory } = this.parts;
    const contexts = new Map(this.kinds.map((kind) => [kind, inventory.around(kind)]));
    return {
      find: inventory.process,
      measure: {
        ...{
          uid: inventory.actingHost?.uid ?? 0,
          folders: [],
          debugged: new Set(),
          sessions: 0,
          unknown: [],
        },
      },
      isWrong: (ref) => inventory.wrong.of(ref).length > 0,
      contextOf: ({ kind }) => contexts.get(kind) ?? inventory.around(kind),
    };
  }

  /** Takes up what the inventory has. */
  private take(): void {
    const { inventory, helper } = this.parts;
    if (!(this.live || this.once) || !this.panel.visible) return;
    const objects = this.kinds.flatMap((kind) => inventory.ofKind<Kind>(kind) ?? []);
    const around = this.around();
    this.model.take(objects, around, Date.now());
    if (this.usual === undefined && objects.length > 0) this.usual = this.shownNow();
    this.readAt = inventory.readAt?.endedAt;
    this.memory = { ...this.memory, bootId: helper.bootId };
    this.once = false;
    this.look();
    this.changed();
  }

  private shownNow(): string[] {
    // Of each kind some.
    const some = this.kinds.flatMap((kind) => (this.parts.inventory.ofKind<Kind>(kind) ?? []).slice(0, SOME));
    return shownOf(this.columns, some, this.parts.inventory.around(this.kinds[0] as Kind));
  }

  private get shownColumns(): Column[] {
    const keys = new Set(this.chosen ?? this.usual ?? []);
    return this.columns.filter(({ key }) => keys.has(key));
  }

  /** What was told of rows is old. */
  private changed(): void {
    this.version++;
    this.push();
  }

  private view(): TableView {
    const { words, sorted } = this.model;
    return {
      words,
      ...(sorted && { sorting: { key: sorted.key, descending: sorted.descending } }),
      ...(this.chosen && { columns: [...this.chosen] }),
    };
  }

  private state(): TableState {
    const { model, kinds, parts } = this;
    const { host, blind } = parts.inventory;
    const [only] = kinds;
    const selection = model.selection();
    const shown = new Set(this.shownColumns);
    const what = selection.length > 0 ? selection : model.slice(0, model.shown);
    const destroyable = selection.slice(0, ASKED).filter((one) => canDo(one, 'destroy'));
    return {
      status: this.isBlind ? 'noHelper' : this.hasRows() || this.readAt !== undefined ? 'present' : 'loading',
      memory: this.memory,
      trusted: vscode.workspace.isTrusted,
      ...{ live: this.live, stale: this.stale },
      ...(this.readAt !== undefined && { readAt: this.readAt }),
      icon: only && kinds.length === 1 ? kindViews[only].icon : 'table',
      title: this.memory.title,
      about:
        only && kinds.length === 1 && host
          ? [kindViews[only].usage(host, model.all)]
          : [t('{0} objects', grouped(model.all))],
      view: this.view(),
      ...(this.misread !== undefined && { misread: this.misread }),
      ...{ shown: model.shown, all: model.all },
      columns: this.columns.map((column) => ({
        ...{
          key: column.key,
          label: column.label,
          numeric: column.is !== undefined && column.key !== 'waits',
        },
        ...(column.kernelName !== undefined && { kernelName: column.kernelName }),
        shown: shown.has(column),
      })),
      ...(model.sorted && { sorted: { ...model.sorted } }),
      selected: model.selected,
      sums: sumsOf(what, this.shownColumns),
      copies: this.copiesOf(selection),
      ...(destroyable.length > 0 && vscode.workspace.isTrusted && { destroys: this.destroyTitle(selection) }),
      notes: unseenTexts(blind, [...kinds]),
      version: this.version,
    };
  }

  private hasRows(): boolean {
    return this.kinds.every((kind) => this.parts.inventory.hasRows(kind));
  }

  private destroyTitle(selection: readonly IpcObject[]): string {
    const [first] = selection;
    if (first && selection.length === 1) return viewOf(first).labels.verb ?? t('Destroy');
    const kinds = new Set(selection.map(({ kind }) => kind));
    const [kind] = kinds;
    const many = kind && kinds.size === 1 ? kindViews[kind].labels.many : t('objects');
    return t('Destroy {0} {1}...', grouped(selection.length), many);
  }

  private copiesOf(selection: readonly IpcObject[]): TableState['copies'] {
    const whats = new Set(
      selection.slice(0, ASKED).flatMap((object) => copiesOf(object).map(({ what }) => what)),
    );
    if (selection.length === 0) return [];
    return [
      ...[...whats].map((what) => ({ what, label: titleOfCopy(what) })),
      { what: 'csv', label: t('Copy as CSV') },
      { what: 'json', label: actTitles.copyJson() },
    ];
  }

  private row(object: IpcObject, keys: readonly string[], around: TableAround): TableRow {
    const mark = markOf(this.parts.inventory.wrong.of(object.ref));
    const context = around.contextOf(object);
    const now = this.readAt ?? Date.now();
    return {
      ...{ ref: object.ref, icon: viewOf(object).icon, label: labelOf(object, around.find) },
      ...(mark && { tone: mark.severity, ...(mark.words !== undefined && { mark: mark.words }) }),
      cells: keys.map((key) => cellText(object, key, context, now)),
      selected: this.model.isSelected(object.ref),
    };
  }

  protected override push(): void {
    if (!this.bus || !this.hears) return;
    this.underWay.push(this.onlooker.lookAt);
    void this.bus.send('state', this.state()).then(() => {
      this.underWay.shift();
      this.onlooker.settle();
    });
  }

  /** Header and rows as machines read them. */
  private csv(objects: readonly IpcObject[]): string {
    const columns = this.shownColumns;
    const { contextOf } = this.around();
    return csvText([
      [labelTitle(), ...columns.map(({ label }) => label)],
      ...objects.map((object) =>
        [LABEL, ...columns.map(({ key }) => key)].map((key) => plainCell(object, key, contextOf(object))),
      ),
    ]);
  }

  private makeHandlers(): Handlers<TableChannel> {
    const { parts } = this;
    const { ask, documents } = parts;
    return {
      ready: () => {
        this.hears = true;
        this.onlooker.settle();
        return { state: this.state(), strings: strings() };
      },
      ...this.frameHandlers(),
      open: ({ ref }) => openSubject(ref, (wanted) => this.model.get(wanted)),
      rows: ({ from, to }) => {
        const keys = this.shownColumns.map(({ key }) => key);
        const around = this.around();
        const objects = this.model.slice(from, Math.min(to, from + ROWS_MOST));
        const rows = objects.map((one) => this.row(one, keys, around));
        return { version: this.version, from, keys, rows };
      },
      setWords: ({ words }) => {
        const asked = parseFilter(words);
        this.misread = asked instanceof Misread ? asked.why : undefined;
        if (!(asked instanceof Misread)) this.model.setWords(words, this.around(), Date.now());
        this.changed();
        return {};
      },
      sort: ({ key }) => {
        const column = this.columns.find((one) => one.key === key);
        // The largest, or the latest, is what is sought.
        if (column || key === LABEL)
          this.model.sort(key, column?.is !== undefined, this.around(), Date.now());
        this.changed();
        return {};
      },
      setColumns: ({ keys }) => {
        this.chosen = this.columns.map(({ key }) => key).filter((key) => keys.includes(key));
        this.changed();
        return {};
      },
      select: (selecting) => {
        this.model.select(selecting);
        this.changed();
        return {};
      },
      copy: async ({ what }) => {
        const selection = this.model.selection();
        if (what === 'csv') return copy(ask, { text: this.csv(selection), how: 'exact' });
        if (what === 'json') return copy(ask, { text: jsonText(selection), how: 'exact' });
        const copies = selection.flatMap((object) => copiesOf(object).find((one) => one.what === what) ?? []);
        if (copies.length === 0) throw new IpcFailure({ code: 'gone' });
        return copy(ask, joined(copies));
      },
      destroy: async () => {
        const selection = this.model.selection();
        if (selection.length > 0) await perform(parts, selection, 'destroy', {}, { page: true });
        return {};
      },
      export: async ({ as }) => {
        const all = this.model.slice(0, this.model.shown);
        const name = `${this.memory.title}, ${timeText(this.readAt ?? Date.now())}.${as}`;
        await documents.show(name, as === 'csv' ? this.csv(all) : jsonText(all));
        return {};
      },
    };
  }
}

function jsonText(objects: readonly IpcObject[]): string {
  return `${JSON.stringify(objects, undefined, 2)}\n`;
}
