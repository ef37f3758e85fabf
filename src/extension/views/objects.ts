/** The view Objects: every object of the machine by mechanism, and who has it. */
import { exact } from '../../presentation/copies';
import { nameCopyOf } from '../../presentation/copying';
import type { Copy } from '../../protocol/copies';
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { KINDS, kindOf, type Kind, processRef, type Ref } from '../../protocol/ref';
import { factsTooltip } from '../ui/foreign';
import { timeText } from '../../presentation/values';
import { COMMANDS, VIEWS } from '../ids';
import type { ViewInterest } from '../model/interest';
import type { InventoryChange } from '../model/inventory';
import { factsOf, kindViews, viewOf } from '../../presentation/kinds';
import { pidsOf } from '../../presentation/filter/pids';
import { blindSentences } from '../../presentation/blind';
import type { Counted, Filter } from './filter';
import { hiddenFromObjects, hiddenRow } from '../../presentation/hidden';
import { holderOf, holderTooltip } from './holderRows';
import { itemOf, noteItem, showView } from './items';
import { hostText } from './machine';
import { partsOf } from './layout';
import { ROOT } from './given';
import type { LateTree } from './lateTree';
import { LiveTree, type ViewParts } from './liveTree';
import type { ObjectsNode } from './nodes';
import { type NoteNode, ObjectTree } from './objectTree';
import type { Row } from './rows';
import { t } from '../../presentation/translate';

const NOTE_ICONS: Record<NoteNode['is'], string> = {
  more: 'table',
  filter: 'filter',
  filtered: 'filter',
  hidden: 'eye-closed',
  machine: 'eye-closed',
  moreHolders: 'go-to-file',
};

export class ObjectsView extends LiveTree<ObjectsNode> {
  declare readonly filter: Filter;
  protected readonly model: ObjectTree;
  private readonly openGroups = new Set<Kind>();

  constructor(parts: ViewParts, tree: LateTree<ObjectsNode>, filter: Filter) {
    super('Objects', tree, parts, filter);
    this.model = new ObjectTree(parts.inventory, filter, parts.measure);
  }

  /** Rows of open groups, counts of the others. */
  wants(): ViewInterest {
    const { scope } = this.filter.state;
    // What a filter lets through is counted in closed groups too.
    const sought = this.filter.active;
    const levels = Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        sought || this.openGroups.has(kind) ? ('rows' as const) : ('count' as const),
      ]),
    );
    // Where a process runs stands in its full facts only, and so does whose child it is.
    const processes = scope === 'workspace' || scope === 'debugged';
    return { levels, findings: 'beside', ...(processes && { processes }) };
  }

  protected override nameOf(node: ObjectsNode): Copy | undefined {
    if (node.is === 'holder') return exact(String(node.pid));
    const object = node.is === 'object' ? this.inventory.get(node.ref) : undefined;
    return object && nameCopyOf(object);
  }

  protected async childrenOf(parent: ObjectsNode | typeof ROOT): Promise<readonly ObjectsNode[]> {
    if (parent === ROOT) {
      this.onlooker.look();
      return this.isReady() ? this.model.rootsNow() : [];
    }
    const { kind } = parent;
    if (kind === undefined) return [];
    if (parent.is === 'group') {
      // VS Code asks for the children of open groups only.
      this.openGroup(kind);
      await this.inventory.rowsOf(kind);
    }
    // It went out of sight meanwhile: nobody knows what is there, and what is shown is made good when it is back.
    if (!this.inventory.hasRows(kind)) return this.given.of(parent) ?? [];
    return this.model.childrenNow(parent);
  }

  protected isLookedAt({ kind }: ObjectsNode): boolean {
    return kind === undefined || this.inventory.hasRows(kind);
  }

  protected itemOf(node: ObjectsNode, row: Row | undefined): vscode.TreeItem {
    switch (node.is) {
      case 'group':
      case 'empty':
        return this.groupItem(node);
      case 'object':
      case 'family':
      case 'pairs':
      case 'role':
      case 'holder':
        return this.rowItem(node, row);
      case 'more':
      case 'filter':
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
    if (!host || node.kind === undefined) return item;
    const readAt = this.inventory.asOf(node.kind);
    const asOf = readAt === undefined ? '' : t('As of {0}.', timeText(readAt));
    if (node.is === 'group' || node.is === 'empty') {
      const view = kindViews[node.kind];
      item.tooltip = factsTooltip(view.labels.group, view.groupFacts(host), [view.about, asOf]);
      return item;
    }
    const object = 'ref' in node ? this.inventory.get(node.ref) : undefined;
    if (!object) return item;
    if (node.is === 'object') {
      const view = viewOf(object);
      this.keeper.told(node.id, object);
      const facts = factsOf(object, this.inventory.around(object.kind));
      const closing = [...blindSentences(this.inventory.blind, object.ref), view.about, asOf];
      const verdicts = this.inventory.wrong.verdicts(...this.model.refsOf(object));
      item.tooltip = factsTooltip(view.title(object, process), facts, closing, verdicts);
    } else if (node.is === 'holder') {
      const holder = holderOf(object, node);
      if (!holder) return item;
      this.keeper.told(node.id, object);
      const verdicts = this.inventory.wrong.verdicts(processRef(holder.pid, holder.startTime));
      item.tooltip = holderTooltip(holder, process, asOf, verdicts);
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
    this.openGroup(kind);
    await this.inventory.rowOf(kind, ref);
    const object = this.inventory.get(ref);
    if (!object || !this.isReady()) return false;
    if (!this.model.matches(object)) this.filter.off();
    const node = this.model.wayTo(ref)?.at(-1);
    if (!node) return false;
    await this.showRow(node);
    return true;
  }

  /** How many the filter lets through; undefined until that is known. */
  counted(): Counted | undefined {
    return this.model.counted();
  }

  private openGroup(kind: Kind): void {
    if (this.openGroups.has(kind)) return;
    this.openGroups.add(kind);
    this.onlooker.look();
  }

  protected override collapsed(node: ObjectsNode): void {
    super.collapsed(node);
    this.dropped(node);
  }

  protected override expanded(node: ObjectsNode): void {
    if (node.is === 'group') this.openGroup(node.kind);
    super.expanded(node);
  }

  protected override dropped(node: ObjectsNode): void {
    if (node.is === 'group' && this.openGroups.delete(node.kind)) this.onlooker.look();
  }

  /** Which machine is shown. */
  protected says(): string | undefined {
    const { host } = this.inventory;
    return host && hostText(host);
  }

  protected note(): void {
    // The model reads the inventory itself.
  }

  /** Rows stand by the objects of their kind, by what the filter lets through, and by what is hidden. */
  protected mayDiffer(parent: ObjectsNode | typeof ROOT, change: InventoryChange): boolean {
    if (parent === ROOT) return true;
    if (parent.kind === undefined) return false;
    if (!this.inventory.hasRows(parent.kind)) return false;
    if (this.filter.active || touched(change, parent.kind)) return true;
    if (parent.is !== 'group') return false;
    const hidden = hiddenRow(this.inventory.blind, parent.kind) !== undefined;
    return hidden !== (this.given.of(parent) ?? []).some(({ is }) => is === 'hidden');
  }

  /** A row speaks of objects of its kind and of the processes that these name; all else speaks of counts. */
  protected maySay(node: ObjectsNode, change: InventoryChange): boolean {
    if (change.wrong || !('ref' in node) || touched(change, node.kind)) return true;
    const object = this.inventory.get(node.ref);
    if (change.processes.size === 0 || !object) return false;
    return partsOf(object, (ref) => this.inventory.get(ref)).some((part) =>
      pidsOf(part).some((pid) => change.processes.has(pid)),
    );
  }

  private groupItem(node: ObjectsNode & { is: 'group' | 'empty' }): vscode.TreeItem {
    const view = kindViews[node.kind];
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = itemOf(this.model.groupRow(node), node.id);
    item.collapsibleState = node.is === 'empty' ? None : view.closed ? Collapsed : Expanded;
    return item;
  }

  private rowItem(node: ObjectsNode, row: Row | undefined): vscode.TreeItem {
    if (!row) return this.missingItem(node);
    const item = itemOf(row, node.id, node.is === 'object' ? kindViews[node.kind].labels.one : '');
    if (node.is === 'object') item.command = { command: COMMANDS.open, title: '', arguments: [node] };
    if (node.is === 'holder') item.command = { command: COMMANDS.openProcess, title: '', arguments: [node] };
    return item;
  }

  /** A row that only tells of what has none. */
  private noteItem(node: NoteNode): vscode.TreeItem {
    const text = this.model.noteText(node);
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
      case 'filter':
      case 'filtered':
        item.command = { command: COMMANDS.filterObjects, title: '' };
        break;
      case 'hidden':
      case 'machine':
        item.tooltip = factsTooltip(text, [], hidden?.help ?? []);
    }
    return item;
  }
}

/** Whether objects of a kind came, went or differ. */
function touched({ added, changed, removed, whole }: InventoryChange, kind: Kind): boolean {
  const is = (object: IpcObject) => object.kind === kind;
  return whole || added.some(is) || changed.some(is) || removed.some((ref) => kindOf(ref) === kind);
}
