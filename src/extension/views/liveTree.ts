/** What all of our trees do: they hear what changed, fire only rows that may say something new, and know what VS Code has taken of it. */
import * as vscode from 'vscode';
import { plain } from '../ui/foreign';
import { timeText } from '../../presentation/values';
import type { ViewInterest } from '../model/interest';
import type { Inventory, InventoryChange } from '../model/inventory';
import { Onlooker, type Picture } from '../model/onlooker';
import { dimming } from './decorations';
import { type Filter, filterNote, filterText } from './filter';
import { Given, ROOT } from './given';
import type { Filling, LateTree } from './lateTree';
import { type Now, RowKeeper } from './rowKeeper';
import type { Row } from './rows';
import type { Measure } from '../../presentation/filter/scope';
import { joined } from '../../presentation/copying';
import { nobodyText } from '../../presentation/nobody';
import type { Copy } from '../../protocol/copies';
import { t } from '../../presentation/translate';

type Parent<N> = N | typeof ROOT;

/** What stands in a tree: its nodes, made once by their ids, and their rows as they are now. */
interface Model<N> {
  get(id: string): N | undefined;
  parentOf(node: N): N | undefined;
  childrenNow(parent: Parent<N>): N[];
  /** Undefined where there is no such thing any more. */
  now(node: N): Now | undefined;
  /** Forgets all nodes but these. */
  keepOnly(has: (id: string) => boolean): void;
  readonly size: number;
}

/** What views are made with. */
export interface ViewParts {
  inventory: Inventory;
  log: vscode.LogOutputChannel;
  /** Whether there is anything to show; else the view's welcome text speaks. */
  isReady: () => boolean;
  /** What the filter is measured by. */
  measure: () => Measure;
}

/** So many nodes may lie about that VS Code does not have. */
const MOST_SPARE = 1000;

/** Milliseconds for which VS Code holds back what it is told, before it asks anew; and how often a row is tried to be shown. */
const ASKED_ANEW = 200;
const SHOWN_MOST = 10;

export abstract class LiveTree<N extends { readonly id: string }>
  implements Filling<N>, Picture, vscode.Disposable
{
  readonly tree: vscode.TreeView<N>;
  readonly onDidChangeTreeData: vscode.Event<N[] | undefined>;
  protected readonly inventory: Inventory;
  protected readonly isReady: () => boolean;
  private readonly measure: () => Measure;
  private readonly log: vscode.LogOutputChannel;
  protected readonly keeper = new RowKeeper((ids) => this.fire(this.nodesOf(ids)));
  protected readonly given = new Given<Parent<N>, N>();
  protected readonly onlooker: Onlooker;
  /** Rows that were fired, and parents whose rows were: VS Code has not asked for them since. With the look since which that is so (`Onlooker.lookAt`). */
  private readonly owedRows = new Map<string, number>();
  private readonly owedLists = new Map<Parent<N>, number>();
  private asOf: number | undefined;
  private chosen: readonly N[] = [];
  private readonly disposables: vscode.Disposable[];
  protected abstract readonly model: Model<N>;

  constructor(
    readonly traceName: string,
    private readonly late: LateTree<N>,
    { inventory, log, isReady, measure }: ViewParts,
    readonly filter?: Filter,
  ) {
    this.inventory = inventory;
    this.isReady = isReady;
    this.measure = measure;
    this.log = log;
    this.tree = late.view;
    this.onDidChangeTreeData = late.onDidChangeTreeData;
    this.onlooker = new Onlooker(inventory, log, this);
    this.disposables = [
      this.keeper,
      this.onlooker,
      this.tree.onDidChangeVisibility(({ visible }) => {
        if (!visible) {
          this.keeper.rest();
          this.hidden();
        }
        this.onlooker.look();
      }),
      this.tree.onDidChangeSelection(({ selection }) => (this.chosen = selection)),
      this.tree.onDidCollapseElement(({ element }) => this.collapsed(element)),
      this.tree.onDidExpandElement(({ element }) => this.expanded(element)),
      ...(filter ? [filter.onDidChange(() => this.refilter())] : []),
    ];
    this.describe();
    late.fill(this);
  }

  abstract wants(): ViewInterest;
  /** What stands under a parent, once that is known. */
  protected abstract childrenOf(parent: Parent<N>): Promise<readonly N[]>;
  /** `row`: its row as it is now, or as it was told last where nobody looks; undefined where there is no such thing any more. */
  protected abstract itemOf(node: N, row: Row | undefined): vscode.TreeItem;
  /** Whether the inventory has what the row of a node tells of. It keeps nothing that nobody looks at. */
  protected abstract isLookedAt(node: N): boolean;
  abstract resolveTreeItem(item: vscode.TreeItem, node: N): vscode.TreeItem;
  /** The message beside what the filter and the age of the look have to say. */
  protected abstract says(): string | undefined;
  /** Takes up a change, or with none everything. */
  protected abstract note(change: InventoryChange | undefined): void;
  /** Whether a change may have brought other rows under this parent; the answer is asked of open ones. */
  protected abstract mayDiffer(parent: Parent<N>, change: InventoryChange): boolean;
  /** Whether a change may make this row say something else. */
  protected abstract maySay(node: N, change: InventoryChange): boolean;
  /** It went out of sight. */
  protected hidden(): void {
    // Nothing more than what is common.
  }
  /** VS Code has no such row any more. */
  protected dropped(_node: N): void {
    // Nothing more than what is common.
  }

  /** Each in a line of its own. */
  draggedText(nodes: readonly N[]): string | undefined {
    const copies = nodes.flatMap((node) => this.nameOf(node) ?? []);
    return copies.length === 0 ? undefined : joined(copies).text;
  }

  /** What a row is where it is dropped into an editor. */
  protected nameOf(_node: N): Copy | undefined {
    return undefined;
  }

  get visible(): boolean {
    return this.tree.visible;
  }

  /**
   * What is selected. While VS Code asks anew for what stands under a parent it has forgotten the rows there, and lacks them in what it hands out: in the event, which then never
   * comes again for the same choice, and in `TreeView.selection` for as long as it asks. Both speak of one choice, so what is in either is selected (`ExtHostTreeView`,
   * src/vs/workbench/api/common/extHostTreeViews.ts). A key that found neither would act on nothing, and say nothing.
   */
  get selection(): readonly N[] {
    const all = [...this.chosen, ...this.tree.selection];
    return [...new Map(all.map((node) => [node.id, node])).values()];
  }

  async getChildren(node?: N): Promise<N[]> {
    const parent = node ?? ROOT;
    const rows = [...(await this.childrenOf(parent))];
    this.owedLists.delete(parent);
    for (const gone of this.given.gave(parent, rows)) this.drop(gone);
    this.onlooker.settle();
    return rows;
  }

  getTreeItem(node: N): vscode.TreeItem {
    const now = this.model.now(node);
    // VS Code asks up to 200 ms after a row was fired, and by then the view may be out of sight.
    const row = now?.row ?? (this.isLookedAt(node) ? undefined : this.keeper.last(node.id));
    const item = this.itemOf(node, row);
    if (now) this.keeper.gave(node.id, now.row);
    item.resourceUri = dimming.uriOf(this.late.id, row?.foreign === true);
    this.owedRows.delete(node.id);
    // VS Code asks for nothing under it then.
    if (item.collapsibleState !== undefined && item.collapsibleState === vscode.TreeItemCollapsibleState.None)
      this.close(node);
    this.onlooker.settle();
    return item;
  }

  /** The row of what has none now. */
  protected missingItem(node: N): vscode.TreeItem {
    return new vscode.TreeItem(this.isLookedAt(node) ? t('gone') : nobodyText('notLooked'));
  }

  getParent(node: N): N | undefined {
    return this.model.parentOf(node);
  }

  /** The state of the helper changed: there are no root rows unless it is ready. */
  restart(): void {
    this.onlooker.miss();
    if (!this.isReady()) this.say();
    this.fireAll();
    this.onlooker.look();
  }

  /** Shows and selects a row. While VS Code asks anew for rows it knows none of them, and refuses (`TreeError`); a moment later it does not. Rejects where it never does. */
  protected async showRow(node: N, how: { expand?: boolean } = {}): Promise<void> {
    for (let times = 1; ; times++)
      try {
        await this.tree.reveal(node, { select: true, focus: true, ...how });
        return;
      } catch (error) {
        if (times === SHOWN_MOST) throw error;
        this.log.debug(`${this.traceName}: a row is not shown yet: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, ASKED_ANEW));
      }
  }

  /** Whom the filter lets through changed, by the filter or by what it is measured by. */
  refilter(): void {
    this.describe();
    this.onlooker.look();
    if (!this.visible || !this.isReady()) return;
    this.fireAll();
    this.say();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  drawAll(): void {
    this.note(undefined);
    this.model.keepOnly((id) => this.given.has(id));
    this.fireAll();
    this.say();
  }

  draw(change: InventoryChange): void {
    this.note(change);
    const parents = [...this.given.open()].filter(
      (parent) => this.mayDiffer(parent, change) && this.given.differ(parent, this.model.childrenNow(parent)),
    );
    if (parents.includes(ROOT) || this.given.of(ROOT) === undefined) this.fireAll();
    else {
      const due = this.rowsDue([...this.given.rows()].filter((node) => this.maySay(node, change)));
      this.fire([...parents.filter((parent) => parent !== ROOT), ...due]);
    }
    if (this.model.size > 2 * this.given.size + MOST_SPARE) this.model.keepOnly((id) => this.given.has(id));
    this.say();
  }

  /** What is there: of the rest VS Code keeps the rows that it has. */
  drawPart(change: InventoryChange): void {
    this.draw(change);
  }

  owedSince(): number | undefined {
    const held = this.keeper.heldSince;
    const since = [...this.owedRows.values(), ...this.owedLists.values()].reduce(
      (first, at) => Math.min(first, at),
      held ?? Infinity,
    );
    return since === Infinity ? undefined : since;
  }

  showAge(asOf: number | undefined): void {
    this.asOf = asOf;
    dimming.set(this.late.id, asOf !== undefined);
    this.say();
  }

  /**
   * Has rows drawn anew, all of one look together: VS Code passes the first event on at once, and what comes in the 200 ms after it only
   * then (`ExtHostTreeView`, src/vs/workbench/api/common/extHostTreeViews.ts).
   */
  private fire(nodes: N[]): void {
    if (nodes.length === 0) return;
    for (const node of nodes) {
      owe(this.owedRows, node.id, this.onlooker.lookAt);
      this.oweUnder(node);
    }
    this.late.fire(nodes);
  }

  private fireAll(): void {
    this.oweUnder(ROOT);
    owe(this.owedLists, ROOT, this.onlooker.lookAt);
    this.late.fire(undefined);
  }

  /** VS Code asks again for what stands under a row that it draws anew, as far as that is open. */
  private oweUnder(parent: Parent<N>): void {
    const rows = this.given.of(parent);
    if (!rows) return;
    owe(this.owedLists, parent, this.onlooker.lookAt);
    for (const row of rows) this.oweUnder(row);
  }

  protected collapsed(node: N): void {
    this.close(node);
    this.onlooker.settle();
  }

  protected expanded(node: N): void {
    // VS Code shows the rows that it had before; nobody kept those true.
    if (!this.given.of(node)) this.late.fire([node]);
  }

  private close(node: N): void {
    this.owedLists.delete(node);
    for (const row of this.given.close(node)) {
      this.owedLists.delete(row);
      this.owedRows.delete(row.id);
      this.keeper.forget(row.id);
    }
  }

  private drop(node: N): void {
    this.owedLists.delete(node);
    this.owedRows.delete(node.id);
    this.keeper.forget(node.id);
    this.dropped(node);
  }

  /** Beside the view's title stands what its filter lets through. */
  private describe(): void {
    if (this.filter) this.tree.description = plain(filterText(this.filter.state));
  }

  /** Why the filter may keep everything away. */
  protected filterNote(): string | undefined {
    return this.filter?.active ? filterNote(this.filter.state, this.measure()) : undefined;
  }

  /** Sets the view's message. It takes the way of the rows and would hold them up, so it comes after them, and only where it differs. */
  protected say(): void {
    const age = this.asOf === undefined ? undefined : t('as of {0}', timeText(this.asOf));
    const parts = this.isReady() ? [age, this.filterNote() ?? this.says()] : [];
    const text = parts.filter((part) => part !== undefined).join(' · ');
    const message = text === '' ? undefined : plain(text);
    if (this.tree.message !== message) this.tree.message = message;
  }

  /** Those of these rows that may say something new now; the others are fired when their time has come. */
  private rowsDue(nodes: readonly N[]): N[] {
    const due = this.keeper.update(
      nodes.map(({ id }) => id),
      (id) => {
        const node = this.model.get(id);
        return node && this.model.now(node);
      },
      this.onlooker.lookAt,
    );
    return this.nodesOf(due);
  }

  private nodesOf(ids: readonly string[]): N[] {
    return ids.map((id) => this.model.get(id)).filter((node) => node !== undefined);
  }
}

/** What is owed already is owed since then. */
function owe<K>(to: Map<K, number>, what: K, since: number): void {
  if (!to.has(what)) to.set(what, since);
}
