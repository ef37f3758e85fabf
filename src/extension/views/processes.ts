/** The view Processes: each process that has IPC, what it holds, what it waits for and whom it talks to. */
import * as vscode from 'vscode';
import { KINDS, type Ref } from '../../protocol/ref';
import { factsTooltip } from '../foreign';
import { pendingText, pidText, timeText } from '../../presentation/values';
import { COMMANDS, VIEWS } from '../ids';
import type { Inventory, InventoryChange } from '../inventory';
import { kindViews, nameOf, viewOf } from '../../presentation/kinds';
import { Children } from './children';
import type { Filter } from './filter';
import { processFacts } from './holderRows';
import { itemOf, noteItem, showView } from './items';
import { LiveTree } from './liveTree';
import type { ProcessesNode } from './nodes';
import { heldText, signalFacts, waitFacts } from './processRows';
import { type NoteNode, type Parent, ProcessTree, ROOT } from './processTree';
import { endFacts } from '../../presentation/roles';
import { noteRow } from './rows';
import type { Measure } from './scope';

export class ProcessesView extends LiveTree<ProcessesNode> {
  protected readonly model: ProcessTree;
  private readonly children = new Children<Parent, ProcessesNode>();

  /** `measure`: what the filter is measured by. */
  constructor(inventory: Inventory, isReady: () => boolean, filter: Filter, measure: () => Measure) {
    super(VIEWS.processes, inventory, isReady, filter, measure);
    this.model = new ProcessTree(inventory, filter, measure);
  }

  /** The state of the helper changed: there are no rows unless it is ready. */
  restart(): void {
    if (!this.isReady()) this.forgetAll();
    this.changed.fire(undefined);
    this.look();
  }

  refilter(): void {
    this.describe();
    if (this.tree.visible) this.changed.fire(undefined);
  }

  async getChildren(node?: ProcessesNode): Promise<ProcessesNode[]> {
    if (!node) {
      this.look();
      if (!this.isReady()) return [];
      await this.inventory.processRows();
      this.model.build();
    }
    const parent = node ?? ROOT;
    const children = this.model.childrenNow(parent);
    const stay = new Set(children);
    for (const before of this.children.of(parent) ?? []) if (!stay.has(before)) this.drop(before);
    this.children.gave(parent, children);
    if (!node) this.sayWhy(children);
    return children;
  }

  getTreeItem(node: ProcessesNode): vscode.TreeItem {
    if (node.is === 'rest' || node.is === 'unmatched' || node.is === 'blind') return this.noteItem(node);
    const now = this.model.now(node);
    if (!now) return new vscode.TreeItem(vscode.l10n.t('gone'));
    this.keeper.gave(node.id, now.row);
    const item = itemOf(now.row, node.id, node.is === 'held' ? kindViews[node.kind].words.one : '');
    if (node.is === 'held') item.command = { command: COMMANDS.open, title: '', arguments: [node] };
    if (node.is === 'peer') item.command = { command: COMMANDS.revealProcess, title: '', arguments: [node] };
    if (node.is === 'mechanism') item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: ProcessesNode): vscode.TreeItem {
    const { readAt, host } = this.inventory;
    const asOf = readAt === undefined ? '' : vscode.l10n.t('As of {0}.', timeText(readAt.endedAt));
    if (!host) return item;
    if (node.is === 'process' || node.is === 'peer' || node.is === 'fact') {
      const process = this.model.processAt(node.key);
      const facts = process
        ? [
            ...processFacts(process),
            ...waitFacts(process, (ref) => this.nameOf(ref)),
            ...signalFacts(process),
          ]
        : [];
      item.tooltip = factsTooltip(pidText(node.pid, this.inventory.process), facts, [
        heldText(this.model.kindsOf(node.key)),
        asOf,
      ]);
    } else if (node.is === 'held') {
      const object = this.inventory.get(node.ref);
      if (!object) return item;
      const ends = endFacts(this.model.holdings.of(node.key).get(node.ref) ?? []);
      const facts = viewOf(object).facts(object, { host, process: this.inventory.process });
      const title = viewOf(object).title(object, this.inventory.process);
      item.tooltip = factsTooltip(title, [...ends, ...facts], [viewOf(object).about, asOf]);
    }
    this.keeper.told(node.id, this.model.now(node)?.of);
    return item;
  }

  /** What names a row, to be copied; undefined of an object, which has names of its own. */
  textOf(node: ProcessesNode): string | undefined {
    switch (node.is) {
      case 'process':
      case 'peer':
        return String(node.pid);
      case 'fact':
        return this.model.now(node)?.row.description;
      default:
        return undefined;
    }
  }

  /**
   * Shows the row of a process; a filter that keeps it away is switched off, and where there are more processes than are shown one by its pid is switched on. `none`: gone, hidden, or
   * without IPC. `beyond`: also with that filter.
   */
  async reveal(pid: number): Promise<'shown' | 'beyond' | 'none'> {
    await showView(this.tree, VIEWS.processes);
    this.look();
    await this.inventory.processRows();
    this.model.build();
    const key = this.model.keyOf(pid);
    if (key === undefined || !this.isReady()) return 'none';
    if (!this.model.lets(key)) this.filter.off();
    const row = () => this.model.childrenNow(ROOT).find(({ id }) => id === key);
    if (!row()) this.filter.set({ text: String(pid) });
    const node = row();
    if (!node) return 'beyond';
    await this.tree.reveal(node, { select: true, focus: true, expand: true });
    return 'shown';
  }

  /** What every process holds stands in the rows of all kinds. */
  protected look(): void {
    const levels = Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const]));
    this.inventory.look(this, this.tree.visible ? { levels, processes: true } : {});
  }

  protected collapsed(node: ProcessesNode): void {
    this.children.forget(node);
  }

  protected expanded(node: ProcessesNode): void {
    // VS Code shows the rows that it had before; nobody kept those true.
    if (!this.children.of(node)) this.changed.fire([node]);
  }

  private forgetAll(): void {
    this.model.clear();
    this.say(undefined);
  }

  private drop(node: ProcessesNode): void {
    for (const child of this.children.of(node) ?? []) this.drop(child);
    this.children.forget(node);
    this.keeper.forget(node.id);
    this.model.drop(node);
  }

  private noteItem(node: NoteNode): vscode.TreeItem {
    const text = this.model.noteText(node);
    this.keeper.gave(node.id, noteRow(text));
    const icon = { rest: 'ellipsis', unmatched: 'filter', blind: 'eye-closed' }[node.is];
    const hidden = node.is === 'blind' ? this.model.hidden() : undefined;
    const item = noteItem(text, node.id, icon, hidden?.description);
    if (node.is === 'blind') item.tooltip = factsTooltip(text, [], hidden?.help ?? []);
    if (node.is === 'unmatched' || (node.is === 'rest' && node.key === undefined))
      item.command = { command: COMMANDS.filterProcesses, title: '' };
    return item;
  }

  /** Where there are no rows, or may be none, the view says why. */
  private sayWhy(children: readonly ProcessesNode[]): void {
    const none = this.model.built && children.length === 0;
    const note = this.model.built ? (this.filterNote() ?? this.pendingNote()) : undefined;
    this.say(none ? vscode.l10n.t('No process has any IPC that can be seen.') : note);
  }

  /** What a process holds is as of before where kinds are not read in time. */
  private pendingNote(): string | undefined {
    const times = [...this.inventory.pending].flatMap((kind) => this.inventory.asOf(kind) ?? []);
    return times.length === 0 ? undefined : pendingText(Math.min(...times));
  }

  protected update(change: InventoryChange): void {
    if (!this.tree.visible) {
      if (this.model.built) this.forgetAll();
      return;
    }
    if (!this.inventory.everything) return;
    if (this.model.build()) {
      this.changed.fire(undefined);
      return;
    }
    this.model.apply(change);
    const before = this.children.of(ROOT);
    const children = this.model.childrenNow(ROOT);
    if (!before || this.children.differ(ROOT, children)) {
      this.changed.fire(undefined);
      return;
    }
    const open = [...this.children.parents()].filter((node) => node !== ROOT);
    const parents = open.filter((node) => this.children.differ(node, this.model.childrenNow(node)));
    const rows = [...this.children.parents()].flatMap((node) => this.children.of(node) ?? []);
    const ids = rows.map(({ id }) => id);
    this.fire([...parents, ...this.rowsDue(ids, (node) => this.model.now(node))]);
    this.sayWhy(children);
  }

  private nameOf(ref: Ref): string | undefined {
    const object = this.inventory.get(ref);
    return object && nameOf(object, this.inventory.process);
  }
}
