/** A tree view as VS Code has it from the start: what fills it is loaded when VS Code asks for its first rows, as it does once the view is in sight. */
import * as vscode from 'vscode';

/** What fills one. */
export type Filling<N> = Required<
  Pick<vscode.TreeDataProvider<N>, 'getChildren' | 'getTreeItem' | 'getParent' | 'resolveTreeItem'>
> & {
  /** What rows are where they are dropped into an editor; undefined: nothing. */
  draggedText(nodes: readonly N[]): string | undefined;
};

const TEXT = 'text/plain';

export class LateTree<N> implements vscode.TreeDataProvider<N>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<N[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: vscode.TreeView<N>;
  private filling: Filling<N> | undefined;

  /** `load`: has it filled before it returns. */
  constructor(
    readonly id: string,
    private readonly load: () => unknown,
  ) {
    this.view = vscode.window.createTreeView(id, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
      // With Shift held, an editor takes the text (`editor.dropIntoEditor`).
      dragAndDropController: {
        ...{ dragMimeTypes: [TEXT], dropMimeTypes: [] },
        handleDrag: (nodes, data) => {
          const text = this.filling?.draggedText(nodes);
          if (text !== undefined) data.set(TEXT, new vscode.DataTransferItem(text));
        },
      },
    });
  }

  fill(filling: Filling<N>): void {
    this.filling = filling;
  }

  /** These rows, or all, are drawn anew. */
  fire(nodes: N[] | undefined): void {
    this.changed.fire(nodes);
  }

  getChildren(node?: N): vscode.ProviderResult<N[]> {
    if (!this.filling) this.load();
    return this.filling?.getChildren(node);
  }

  getTreeItem(node: N): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.filling?.getTreeItem(node) ?? new vscode.TreeItem('');
  }

  getParent(node: N): vscode.ProviderResult<N> {
    return this.filling?.getParent(node);
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    node: N,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.filling?.resolveTreeItem(item, node, token);
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }
}
