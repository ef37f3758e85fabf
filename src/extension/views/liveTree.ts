/** What both of our trees do: they tell the inventory what is looked at, hear what changed, and fire only rows that may say something new. */
import * as vscode from 'vscode';
import { plain } from '../foreign';
import type { Inventory, InventoryChange } from '../inventory';
import { type Filter, filterNote, filterText } from './filter';
import { type Now, RowKeeper } from './rows';
import type { Measure } from './scope';

export abstract class LiveTree<N> implements vscode.TreeDataProvider<N>, vscode.Disposable {
  protected readonly changed = new vscode.EventEmitter<N[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly tree: vscode.TreeView<N>;
  protected readonly keeper = new RowKeeper((ids) => this.fire(this.nodesOf(ids)));
  private readonly disposables: vscode.Disposable[];
  /** The nodes by their ids. */
  protected abstract readonly model: { get(id: string): N | undefined; parentOf(node: N): N | undefined };

  /** `isReady` answers whether there is anything to show; else the view's welcome text speaks. */
  constructor(
    id: string,
    protected readonly inventory: Inventory,
    protected readonly isReady: () => boolean,
    readonly filter: Filter,
    private readonly measure: () => Measure,
  ) {
    this.tree = vscode.window.createTreeView(id, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.disposables = [
      this.tree,
      this.changed,
      this.keeper,
      this.tree.onDidChangeVisibility(() => this.look()),
      this.tree.onDidCollapseElement(({ element }) => this.collapsed(element)),
      this.tree.onDidExpandElement(({ element }) => this.expanded(element)),
      inventory.onDidChange((change) => this.update(change)),
      filter.onDidChange(() => this.refilter()),
    ];
    this.describe();
  }

  abstract getChildren(node?: N): Promise<N[]>;
  abstract getTreeItem(node: N): vscode.TreeItem;
  abstract resolveTreeItem(item: vscode.TreeItem, node: N): vscode.TreeItem;
  /** Whom the filter lets through changed, by the filter or by what it is measured by. */
  abstract refilter(): void;
  /** Tells the inventory what is looked at. */
  protected abstract look(): void;
  protected abstract collapsed(node: N): void;
  protected abstract expanded(node: N): void;
  protected abstract update(change: InventoryChange): void;

  getParent(node: N): N | undefined {
    return this.model.parentOf(node);
  }

  dispose(): void {
    this.inventory.look(this, {});
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Beside the view's title stands what its filter lets through. */
  protected describe(): void {
    this.tree.description = plain(filterText(this.filter.state));
  }

  /**
   * Has rows drawn anew, all of one look together: VS Code passes the first event on at once, and what comes in the 200 ms after it only
   * then (`ExtHostTreeView`, src/vs/workbench/api/common/extHostTreeViews.ts).
   */
  protected fire(nodes: N[]): void {
    if (nodes.length > 0) this.changed.fire(nodes);
  }

  /** Why the filter may keep everything away. */
  protected filterNote(): string | undefined {
    const note = this.filter.active ? filterNote(this.filter.state, this.measure()) : undefined;
    return note === undefined ? undefined : plain(note);
  }

  /** Sets the view's message. It takes the way of the rows and would hold them up, so it comes after them, and only where it differs. */
  protected say(message: string | undefined): void {
    if (this.tree.message !== message) this.tree.message = message;
  }

  /** The nodes whose rows may say something new now; the others are fired when their time has come. */
  protected rowsDue(ids: Iterable<string>, look: (node: N) => Now | undefined): N[] {
    const due = this.keeper.update(ids, (id) => {
      const node = this.model.get(id);
      return node && look(node);
    });
    return this.nodesOf(due);
  }

  private nodesOf(ids: readonly string[]): N[] {
    return ids.map((id) => this.model.get(id)).filter((node) => node !== undefined);
  }
}
