/** What both of our trees do: they tell the inventory what is looked at, hear what changed, and fire only rows that may say something new. */
import * as vscode from 'vscode';
import { plain } from '../foreign';
import type { Inventory, InventoryChange } from '../inventory';
import { type Filter, filterText } from './filter';
import { RowKeeper } from './rows';

export abstract class LiveTree<N> implements vscode.TreeDataProvider<N>, vscode.Disposable {
  protected readonly changed = new vscode.EventEmitter<N[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly tree: vscode.TreeView<N>;
  protected readonly keeper = new RowKeeper((ids) => this.fireRows(ids));
  private readonly disposables: vscode.Disposable[];
  /** The nodes by their ids. */
  protected abstract readonly model: { get(id: string): N | undefined; parentOf(node: N): N | undefined };

  /** `isReady` answers whether there is anything to show; else the view's welcome text speaks. */
  constructor(
    view: { id: string; showCollapseAll: boolean },
    protected readonly inventory: Inventory,
    protected readonly isReady: () => boolean,
    readonly filter: Filter,
  ) {
    this.tree = vscode.window.createTreeView(view.id, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: view.showCollapseAll,
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

  private fireRows(ids: string[]): void {
    const nodes = ids.map((id) => this.model.get(id)).filter((node) => node !== undefined);
    if (nodes.length > 0) this.changed.fire(nodes);
  }
}
