/** The view Objects: every object of the machine by mechanism, and who has it. */
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { KINDS, kindOf, type Kind, type Ref } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import { factsTooltip, plain } from '../foreign';
import { timeText } from '../../presentation/values';
import { COMMANDS, VIEWS } from '../ids';
import { type Inventory, type InventoryChange, removedOf } from '../inventory';
import { kindViews, viewOf } from '../../presentation/kinds';
import { blindSentences } from '../../presentation/blind';
import { Children } from './children';
import type { Filter } from './filter';
import { hiddenFromObjects, hiddenRow } from '../../presentation/hidden';
import { holderOf, holderTooltip } from './holderRows';
import { itemOf, noteItem, showView } from './items';
import { hostText } from './machine';
import { partsOf } from './layout';
import { LiveTree } from './liveTree';
import type { ObjectsNode } from './nodes';
import { isNote, type NoteNode, ObjectTree } from './objectTree';
import { noteRow } from './rows';
import type { Measure } from './scope';

const NOTE_ICONS: Record<NoteNode['is'], string> = {
  more: 'table',
  filtered: 'filter',
  hidden: 'eye-closed',
  machine: 'eye-closed',
  moreHolders: 'go-to-file',
};

export class ObjectsView extends LiveTree<ObjectsNode> {
  protected readonly model: ObjectTree;
  /** The root rows as they were given. */
  private roots: ObjectsNode[] = [];
  private readonly children = new Children<ObjectsNode>();
  private readonly openGroups = new Set<Kind>();
  private readonly shownUsage = new Map<Kind, string>();

  /** `measure`: what the filter is measured by. */
  constructor(inventory: Inventory, isReady: () => boolean, filter: Filter, measure: () => Measure) {
    super(VIEWS.objects, inventory, isReady, filter, measure);
    this.model = new ObjectTree(inventory, filter, measure);
  }

  /** The state of the helper changed: there are no root rows unless it is ready. */
  restart(): void {
    if (!this.isReady()) this.say(undefined);
    this.changed.fire(undefined);
    this.look();
  }

  async getChildren(node?: ObjectsNode): Promise<ObjectsNode[]> {
    if (!node) {
      this.look();
      this.roots = this.isReady() ? this.model.rootsNow() : [];
      return this.roots;
    }
    if (node.is === 'group') {
      // VS Code asks for the children of open groups only.
      if (!this.openGroups.has(node.kind)) {
        this.openGroups.add(node.kind);
        this.look();
      }
      await this.inventory.rowsOf(node.kind);
    }
    const children = this.model.childrenNow(node);
    const stay = new Set(children);
    for (const before of this.children.of(node) ?? [])
      if (!stay.has(before) && !this.movedFrom(node, before)) this.drop(before);
    this.children.gave(node, children);
    return children;
  }

  getTreeItem(node: ObjectsNode): vscode.TreeItem {
    switch (node.is) {
      case 'group':
      case 'empty':
        return this.groupItem(node);
      case 'object':
      case 'family':
      case 'pairs':
      case 'role':
      case 'holder':
        return this.rowItem(node);
      case 'more':
      case 'filtered':
      case 'hidden':
      case 'machine':
      case 'moreHolders':
        return this.noteItem(node);
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: ObjectsNode): vscode.TreeItem {
    const { host, process } = this.inventory;
    // Its tooltip came with its row.
    if (!host || node.is === 'machine') return item;
    const readAt = this.inventory.asOf(node.kind);
    const asOf = readAt === undefined ? '' : vscode.l10n.t('As of {0}.', timeText(readAt));
    if (node.is === 'group' || node.is === 'empty') {
      const view = kindViews[node.kind];
      item.tooltip = factsTooltip(view.words.group, view.groupFacts(host), [view.about, asOf]);
      return item;
    }
    const object = 'ref' in node ? this.inventory.get(node.ref) : undefined;
    if (!object) return item;
    if (node.is === 'object') {
      const view = viewOf(object);
      this.keeper.told(node.id, object);
      const facts = view.facts(object, { host, process });
      item.tooltip = factsTooltip(view.title(object, process), facts, [
        ...blindSentences(this.inventory.blind, object.ref),
        view.about,
        asOf,
      ]);
    } else if (node.is === 'holder') {
      const holder = holderOf(object, node);
      if (!holder) return item;
      this.keeper.told(node.id, object);
      item.tooltip = holderTooltip(holder, process, asOf);
    }
    return item;
  }

  /** The object behind a node, if it is still here. */
  objectOf(node: ObjectsNode): IpcObject | undefined {
    return node.is === 'object' ? this.inventory.get(node.ref) : undefined;
  }

  /** The node of an object, for tests. */
  nodeOf(ref: Ref): ObjectsNode | undefined {
    return this.model.get(this.model.front(ref));
  }

  /** Shows the row of an object; a filter that keeps it away is switched off. False where it has none: gone, or beyond the rows. */
  async reveal(ref: Ref): Promise<boolean> {
    const kind = kindOf(ref);
    if (kind === undefined) return false;
    await showView(this.tree, VIEWS.objects);
    this.openGroups.add(kind);
    this.look();
    await this.inventory.rowOf(kind, ref);
    const object = this.inventory.get(ref);
    if (!object || !this.isReady()) return false;
    if (!this.model.matches(object)) this.filter.off();
    const node = this.model.wayTo(ref)?.at(-1);
    if (!node) return false;
    await this.tree.reveal(node, { select: true, focus: true });
    return true;
  }

  /** Tells the inventory what is looked at: rows of open groups, counts of the others, nothing while hidden. */
  protected look(): void {
    const levels = Object.fromEntries(
      KINDS.map((kind) => [kind, this.openGroups.has(kind) ? ('rows' as const) : ('count' as const)]),
    );
    // Where a process runs stands in its full facts only, and so does whose child it is.
    const { scope } = this.filter.state;
    const processes = scope === 'workspace' || scope === 'debugged';
    this.inventory.look(this, this.tree.visible ? { levels, processes } : {});
  }

  protected collapsed(node: ObjectsNode): void {
    this.children.forget(node);
    if (node.is !== 'group') return;
    this.openGroups.delete(node.kind);
    this.look();
  }

  protected expanded(node: ObjectsNode): void {
    // VS Code shows the rows that it had before; nobody kept those true.
    if (node.is !== 'group') {
      if (!this.children.of(node)) this.changed.fire([node]);
    } else if (!this.openGroups.has(node.kind)) {
      this.openGroups.add(node.kind);
      this.look();
      this.changed.fire([node]);
    }
  }

  refilter(): void {
    this.describe();
    this.look();
    const groups = this.roots.filter(({ is }) => is === 'group');
    if (groups.length > 0) this.changed.fire(groups);
    if (this.inventory.host && this.isReady()) this.sayWhat(this.inventory.host);
  }

  /** Whether an object stands under another row now, as its family or the other side of its connection came or went. */
  private movedFrom(parent: ObjectsNode, child: ObjectsNode): boolean {
    return (
      child.is === 'object' &&
      this.inventory.get(child.ref) !== undefined &&
      this.model.front(child.ref) === child.ref &&
      this.model.parentOf(child) !== parent
    );
  }

  /** A node is gone with everything under it. */
  private drop(node: ObjectsNode): void {
    for (const child of this.children.of(node) ?? []) if (!this.movedFrom(node, child)) this.drop(child);
    this.children.forget(node);
    this.keeper.forget(node.id);
    this.model.drop(node);
  }

  private groupItem({ id, is, kind }: ObjectsNode & { is: 'group' | 'empty' }): vscode.TreeItem {
    const view = kindViews[kind];
    const usage = this.model.usageOf(kind);
    this.shownUsage.set(kind, usage);
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const open = view.closed ? Collapsed : Expanded;
    const item = new vscode.TreeItem(view.words.group, is === 'empty' ? None : open);
    item.id = id;
    item.description = usage;
    item.iconPath = new vscode.ThemeIcon(view.icon);
    item.contextValue = `group ${view.word}Group`;
    item.accessibilityInformation = { label: `${view.words.group}, ${usage}` };
    return item;
  }

  private rowItem(node: ObjectsNode): vscode.TreeItem {
    const now = this.model.now(node);
    if (!now) return new vscode.TreeItem(vscode.l10n.t('gone'));
    this.keeper.gave(node.id, now.row);
    const item = itemOf(now.row, node.id, node.is === 'object' ? kindViews[node.kind].words.one : '');
    if (node.is === 'object') item.command = { command: COMMANDS.open, title: '', arguments: [node] };
    if (node.is === 'holder')
      item.command = { command: COMMANDS.revealProcess, title: '', arguments: [node] };
    return item;
  }

  /** A row that only tells of what has none. */
  private noteItem(node: NoteNode): vscode.TreeItem {
    const text = this.model.noteText(node);
    this.keeper.gave(node.id, noteRow(text));
    const { blind } = this.inventory;
    const hidden =
      node.is === 'machine'
        ? hiddenFromObjects(blind)
        : node.is === 'hidden'
          ? hiddenRow(blind, node.kind)
          : undefined;
    const item = noteItem(text, node.id, NOTE_ICONS[node.is], hidden?.description);
    switch (node.is) {
      case 'more':
        item.command = { command: COMMANDS.openTable, title: '', arguments: [node.kind] };
        break;
      case 'moreHolders':
        item.command = { command: COMMANDS.open, title: '', arguments: [this.model.get(node.ref)] };
        break;
      case 'filtered':
        item.command = { command: COMMANDS.filterObjects, title: '' };
        break;
      case 'hidden':
      case 'machine':
        item.tooltip = factsTooltip(text, [], hidden?.help ?? []);
    }
    return item;
  }

  protected update(change: InventoryChange): void {
    const { host } = this.inventory;
    if (!host) return;
    this.redraw(change);
    this.sayWhat(host);
  }

  /** Which machine is shown, unless the filter has more to say. */
  private sayWhat(host: Host): void {
    this.say(this.filterNote() ?? plain(hostText(host)));
  }

  private redraw(change: InventoryChange): void {
    const unseen = this.model.objects().filter(({ kind }) => change.dropped.includes(kind));
    const gone = change.removed.map((ref) => this.model.get(ref)).filter((node) => node !== undefined);
    for (const node of [...gone, ...unseen]) this.drop(node);
    // The first member, or the last one gone: another root row takes the place of the group's.
    const roots = this.model.rootsNow();
    if (
      this.isReady() &&
      (roots.length !== this.roots.length || roots.some((root, at) => root !== this.roots[at]))
    ) {
      this.changed.fire(undefined);
      return;
    }
    const groups = this.model.groups.filter(
      (group) => group.is === 'group' && this.roots.includes(group) && this.groupDiffers(group.kind, change),
    );
    const refs = this.concerned(change);
    const nested = [...this.nestedIn(change)];
    const parents = [...new Set([...refs.flatMap((ref) => this.openUnder(ref)), ...nested])].filter(
      (node) =>
        !groups.some(({ kind }) => kind === node.kind) &&
        this.children.differ(node, this.model.childrenNow(node)),
    );
    const notes = this.model.groups.flatMap((group) =>
      (this.children.of(group) ?? []).filter(
        (node) => isNote(node) || node.is === 'family' || node.is === 'pairs',
      ),
    );
    const rows = refs.flatMap((ref) => [ref, ...this.openUnder(ref).flatMap((node) => this.idsUnder(node))]);
    // Whether none of a kind is proved depends on what is hidden.
    const empty = roots.filter(
      (root) => root.is === 'empty' && this.model.usageOf(root.kind) !== this.shownUsage.get(root.kind),
    );
    const machine = roots.filter(({ is }) => is === 'machine');
    const ids = [...rows, ...[...notes, ...machine].map(({ id }) => id)];
    this.fire([...groups, ...empty, ...parents, ...this.rowsDue(ids, (node) => this.model.now(node))]);
  }

  private groupDiffers(kind: Kind, change: InventoryChange): boolean {
    if (this.model.usageOf(kind) !== this.shownUsage.get(kind)) return true;
    if (!this.openGroups.has(kind)) return false;
    const group = this.model.groupOf(kind);
    const members = removedOf(change, kind).length > 0 || change.added.some((object) => object.kind === kind);
    return (
      (members || this.filter.active || this.hiddenDiffers(kind)) &&
      this.children.differ(group, this.model.childrenNow(group))
    );
  }

  private hiddenDiffers(kind: Kind): boolean {
    const hidden = hiddenRow(this.inventory.blind, kind) !== undefined;
    return hidden !== (this.children.of(this.model.groupOf(kind)) ?? []).some(({ is }) => is === 'hidden');
  }

  /** The objects whose rows may read otherwise now: what changed, and what names a process that did. */
  private concerned({ changed, processes }: InventoryChange): Ref[] {
    const refs = new Set(changed.map(({ ref }) => this.model.front(ref)));
    if (processes.size > 0)
      for (const { ref } of this.model.objects()) if (this.names(ref, processes)) refs.add(ref);
    return [...refs];
  }

  private names(ref: Ref, pids: ReadonlySet<number>): boolean {
    const object = this.inventory.get(ref);
    return (
      object !== undefined &&
      partsOf(object, (other) => this.inventory.get(other)).some(
        ({ endpoints }) => endpoints?.some(({ pid }) => pids.has(pid)) === true,
      )
    );
  }

  /** An object's node and the groups under it, as far as they are open. */
  private openUnder(ref: Ref): ObjectsNode[] {
    const node = this.model.get(ref);
    const children = node && this.children.of(node);
    if (!node || !children) return [];
    return [node, ...children.filter((child) => this.children.of(child) !== undefined)];
  }

  /** Open rows under which objects of their kind stand, where members came or went. */
  private *nestedIn(change: InventoryChange): Iterable<ObjectsNode> {
    const kinds = new Set([
      ...change.added.map(({ kind }) => kind),
      ...change.removed.map(kindOf),
      ...(this.filter.active ? KINDS : []),
    ]);
    for (const node of this.children.parents())
      if (node.is === 'family' || ((node.is === 'pairs' || node.is === 'object') && kinds.has(node.kind)))
        yield node;
  }

  private idsUnder(node: ObjectsNode): string[] {
    return (this.children.of(node) ?? []).map(({ id }) => id);
  }
}
