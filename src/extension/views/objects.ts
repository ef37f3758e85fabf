/** The view Objects: every object of the machine by mechanism. */
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { KINDS, kindOf, type Kind, type Ref } from '../../protocol/ref';
import { factsTooltip, plain } from '../foreign';
import { grouped, timeText } from '../format';
import { COMMANDS, DECORATION_SCHEME, VIEWS } from '../ids';
import { type Inventory, type InventoryChange, removedOf } from '../inventory';
import { kindViews, viewOf } from '../kinds';
import { hostText } from './machine';
import { RowKeeper, rowOf } from './rows';

/** At most so many rows a group; the rest is a table. */
export const MOST_ROWS = 1000;

/** A node of the tree. Nodes are compared by identity, so each is made once. */
export type ObjectsNode =
  | { readonly is: 'group'; readonly kind: Kind }
  /** A group without members: a node of its own, since VS Code would leave it closed when members come. */
  | { readonly is: 'empty'; readonly kind: Kind }
  | { readonly is: 'object'; readonly kind: Kind; readonly ref: Ref }
  | { readonly is: 'more'; readonly kind: Kind };

export class ObjectsView implements vscode.TreeDataProvider<ObjectsNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ObjectsNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly tree: vscode.TreeView<ObjectsNode>;
  private readonly groups = KINDS.map((kind) => ({ is: 'group', kind }) as const);
  private readonly empty = new Map(KINDS.map((kind) => [kind, { is: 'empty', kind } as const]));
  /** The root rows as they were given. */
  private roots: ObjectsNode[] = [];
  private readonly more = new Map(KINDS.map((kind) => [kind, { is: 'more', kind } as const]));
  private readonly leaves = new Map<Ref, ObjectsNode>();
  private readonly expanded = new Set<Kind>();
  private readonly shownUsage = new Map<Kind, string>();
  private readonly keeper = new RowKeeper((refs) => this.fireLeaves(refs));
  private readonly disposables: vscode.Disposable[];

  /** `isReady` answers whether there is anything to show; else the view's welcome text speaks. */
  constructor(
    private readonly inventory: Inventory,
    private readonly isReady: () => boolean,
  ) {
    this.tree = vscode.window.createTreeView(VIEWS.objects, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: false,
    });
    this.disposables = [
      this.tree,
      this.changed,
      this.keeper,
      this.tree.onDidChangeVisibility(() => this.look()),
      this.tree.onDidCollapseElement(({ element }) => {
        if (element.is !== 'group') return;
        this.expanded.delete(element.kind);
        this.look();
      }),
      this.tree.onDidExpandElement(({ element }) => {
        // VS Code shows the rows that it had before; nobody kept those true.
        if (element.is !== 'group' || this.expanded.has(element.kind)) return;
        this.expanded.add(element.kind);
        this.look();
        this.changed.fire([element]);
      }),
      inventory.onDidChange((change) => this.update(change)),
    ];
  }

  /** The state of the helper changed: there are no root rows unless it is ready. */
  restart(): void {
    if (!this.isReady()) this.tree.message = undefined;
    this.changed.fire(undefined);
    this.look();
  }

  getChildren(node?: ObjectsNode): ObjectsNode[] | Promise<ObjectsNode[]> {
    if (!node) {
      this.look();
      this.roots = this.isReady() ? this.rootsNow() : [];
      return this.roots;
    }
    return node.is === 'group' ? this.leavesOf(node.kind) : [];
  }

  getParent(node: ObjectsNode): ObjectsNode | undefined {
    return node.is === 'group' || node.is === 'empty'
      ? undefined
      : this.groups.find(({ kind }) => kind === node.kind);
  }

  getTreeItem(node: ObjectsNode): vscode.TreeItem {
    switch (node.is) {
      case 'group':
      case 'empty':
        return this.groupItem(node);
      case 'object':
        return this.leafItem(node);
      case 'more':
        return this.moreItem(node.kind);
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: ObjectsNode): vscode.TreeItem {
    const { host, readAt, process } = this.inventory;
    if (!host) return item;
    if (node.is === 'group' || node.is === 'empty') {
      const view = kindViews[node.kind];
      item.tooltip = factsTooltip(view.words.group, view.groupFacts(host), [
        view.about,
        this.asOf(readAt?.endedAt),
      ]);
    } else if (node.is === 'object') {
      const object = this.inventory.get(node.ref);
      if (!object) return item;
      const view = viewOf(object);
      this.keeper.told(node.ref, object);
      item.tooltip = factsTooltip(
        `${view.label(object)} · ${view.words.one} #${object.id}`,
        view.facts(object, { host, process }),
        [view.about, this.asOf(readAt?.endedAt)],
      );
    }
    return item;
  }

  /** The object behind a node, if it is still here. */
  objectOf(node: ObjectsNode): IpcObject | undefined {
    return node.is === 'object' ? this.inventory.get(node.ref) : undefined;
  }

  /** The node of an object, for `reveal` and tests. */
  nodeOf(ref: Ref): ObjectsNode | undefined {
    return this.leaves.get(ref);
  }

  dispose(): void {
    this.inventory.look(this, {});
    for (const disposable of this.disposables) disposable.dispose();
  }

  private asOf(at: number | undefined): string {
    return at === undefined ? '' : vscode.l10n.t('As of {0}.', timeText(at));
  }

  /** Tells the inventory what is looked at: rows of open groups, counts of the others, nothing while hidden. */
  private look(): void {
    const levels = Object.fromEntries(
      KINDS.map((kind) => [kind, this.expanded.has(kind) ? ('rows' as const) : ('count' as const)]),
    );
    this.inventory.look(this, this.tree.visible ? { levels } : {});
  }

  private async leavesOf(kind: Kind): Promise<ObjectsNode[]> {
    // VS Code asks for the children of open groups only.
    if (!this.expanded.has(kind)) {
      this.expanded.add(kind);
      this.look();
    }
    await this.inventory.rowsOf(kind);
    const objects = this.inventory.ofKind(kind) ?? [];
    const nodes = objects.slice(0, MOST_ROWS).map(({ ref }) => this.leaf(kind, ref));
    const more = this.more.get(kind);
    return objects.length > MOST_ROWS && more ? [...nodes, more] : nodes;
  }

  private leaf(kind: Kind, ref: Ref): ObjectsNode {
    let node = this.leaves.get(ref);
    if (!node) this.leaves.set(ref, (node = { is: 'object', kind, ref }));
    return node;
  }

  private rootsNow(): ObjectsNode[] {
    return this.groups.map((group) => {
      const empty = this.inventory.counts[group.kind] === 0 ? this.empty.get(group.kind) : undefined;
      return empty ?? group;
    });
  }

  private groupItem({ is, kind }: ObjectsNode): vscode.TreeItem {
    const view = kindViews[kind];
    const usage = this.usageOf(kind);
    this.shownUsage.set(kind, usage);
    const item = new vscode.TreeItem(
      view.words.group,
      is === 'empty' ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = `${kind}:${is}`;
    item.description = usage;
    item.contextValue = `group ${view.word}Group`;
    item.accessibilityInformation = { label: `${view.words.group}, ${usage}` };
    return item;
  }

  private usageOf(kind: Kind): string {
    const { counts, host } = this.inventory;
    const count = counts[kind];
    if (!host) return '';
    if (this.inventory.hidden(kind)) return vscode.l10n.t('hidden: /proc/sysvipc cannot be read');
    if (count === undefined) return '';
    return count === 0 ? vscode.l10n.t('none') : kindViews[kind].usage(host, count);
  }

  private leafItem(node: ObjectsNode & { is: 'object' }): vscode.TreeItem {
    const { host } = this.inventory;
    const object = this.inventory.get(node.ref);
    if (!object || !host) return new vscode.TreeItem(vscode.l10n.t('gone'));
    const row = rowOf(object, host);
    this.keeper.gave(node.ref, row);
    const item = new vscode.TreeItem(plain(row.label));
    item.id = node.ref;
    item.description = plain(row.description);
    item.iconPath = new vscode.ThemeIcon(row.icon);
    item.contextValue = row.contextValue;
    item.accessibilityInformation = {
      label: plain(`${viewOf(object).words.one} ${row.label}, ${row.description.replaceAll(' · ', ', ')}`),
    };
    if (row.foreign) item.resourceUri = vscode.Uri.from({ scheme: DECORATION_SCHEME, path: '/other-user' });
    item.command = { command: COMMANDS.open, title: '', arguments: [node] };
    return item;
  }

  private moreItem(kind: Kind): vscode.TreeItem {
    const count = (this.inventory.counts[kind] ?? 0) - MOST_ROWS;
    const item = new vscode.TreeItem(vscode.l10n.t('{0} more: open all as a table', grouped(count)));
    item.id = `${kind}:more`;
    item.iconPath = new vscode.ThemeIcon('table');
    item.command = { command: COMMANDS.openTable, title: '', arguments: [kind] };
    return item;
  }

  private update(change: InventoryChange): void {
    const { host } = this.inventory;
    if (!host) return;
    this.tree.message = plain(hostText(host));
    const unseen = [...this.leaves.keys()].filter((ref) => change.dropped.includes(kindOf(ref) as Kind));
    for (const ref of [...change.removed, ...unseen]) {
      this.leaves.delete(ref);
      this.keeper.forget(ref);
    }
    // The first member, or the last one gone: another root row takes the place of the group's.
    if (this.isReady() && this.rootsNow().some((root, at) => root !== this.roots[at])) {
      this.changed.fire(undefined);
      this.keeper.update(change.changed, host);
      return;
    }
    const groups = this.groups.filter((group) => {
      if (!this.roots.includes(group)) return false;
      const { kind } = group;
      const members =
        removedOf(change, kind).length > 0 || change.added.some((object) => object.kind === kind);
      return (members && this.expanded.has(kind)) || this.usageOf(kind) !== this.shownUsage.get(kind);
    });
    if (groups.length > 0) this.changed.fire(groups);
    this.keeper.update(change.changed, host);
  }

  private fireLeaves(refs: Ref[]): void {
    const nodes = refs.map((ref) => this.leaves.get(ref)).filter((node) => node !== undefined);
    if (nodes.length > 0) this.changed.fire(nodes);
  }
}
