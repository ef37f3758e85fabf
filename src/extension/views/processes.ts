/** The view Processes: each process that has IPC, what it holds, what it waits for and whom it talks to. */
import { exact } from '../../presentation/copies';
import { nameCopyOf } from '../../presentation/copying';
import type { Copy } from '../../protocol/copies';
import * as vscode from 'vscode';
import { KINDS } from '../../protocol/ref';
import { factsTooltip } from '../ui/foreign';
import { pendingText, pidText, timeText } from '../../presentation/values';
import { COMMANDS, VIEWS } from '../ids';
import type { ViewInterest } from '../model/interest';
import type { InventoryChange } from '../model/inventory';
import { factsOf, kindViews, viewOf } from '../../presentation/kinds';
import type { Counted, Filter } from './filter';
import { itemOf, noteItem, showView } from './items';
import { ROOT } from './given';
import type { LateTree } from './lateTree';
import { LiveTree, type ViewParts } from './liveTree';
import type { ProcessesNode } from './nodes';
import { heldText } from '../../presentation/processRow';
import { userName } from '../model/userNames';
import { type NoteNode, ProcessTree, refOfKey } from './processTree';
import type { Row } from './rows';
import { factsOfProcess } from '../../presentation/processFacts';
import { endFacts } from '../../presentation/roles';
import { t } from '../../presentation/translate';

export class ProcessesView extends LiveTree<ProcessesNode> {
  declare readonly filter: Filter;
  protected readonly model: ProcessTree;

  constructor(parts: ViewParts, tree: LateTree<ProcessesNode>, filter: Filter) {
    super('Processes', tree, parts, filter);
    this.model = new ProcessTree(parts.inventory, filter, parts.measure);
  }

  /** What every process holds stands in the rows of all kinds. */
  wants(): ViewInterest {
    const levels = Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const]));
    return { levels, processes: true, findings: 'beside' };
  }

  protected async childrenOf(parent: ProcessesNode | typeof ROOT): Promise<readonly ProcessesNode[]> {
    if (parent === ROOT) {
      this.onlooker.look();
      if (!this.isReady()) return [];
      await this.inventory.processRows();
      // What changed since is noted as it comes.
      this.model.build(this.onlooker.hasMissed);
    }
    // It went out of sight meanwhile: nobody knows what is there, and what is shown is made good when it is back.
    if (!this.inventory.everything) return this.given.of(parent) ?? [];
    return this.model.childrenNow(parent);
  }

  protected isLookedAt(): boolean {
    return this.inventory.everything && this.model.built;
  }

  protected itemOf(node: ProcessesNode, row: Row | undefined): vscode.TreeItem {
    if (node.is === 'rest' || node.is === 'filter' || node.is === 'unmatched' || node.is === 'blind')
      return this.noteItem(node);
    if (!row) return this.missingItem(node);
    const item = itemOf(row, node.id, node.is === 'held' ? kindViews[node.kind].labels.one : '');
    if (node.is === 'held') item.command = { command: COMMANDS.open, title: '', arguments: [node] };
    if (node.is === 'process' || node.is === 'peer')
      item.command = { command: COMMANDS.openProcess, title: '', arguments: [node] };
    if (node.is === 'mechanism') item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: ProcessesNode): vscode.TreeItem {
    const { readAt, host } = this.inventory;
    const asOf = readAt === undefined ? '' : t('As of {0}.', timeText(readAt.endedAt));
    if (!host) return item;
    if (node.is === 'process' || node.is === 'peer' || node.is === 'fact') {
      const process = this.model.processAt(node.key);
      const facts = process
        ? factsOfProcess(process, { process: this.inventory.process, user: userName })
        : [];
      item.tooltip = factsTooltip(
        pidText(node.pid, this.inventory.process),
        facts,
        [heldText(this.model.kindsOf(node.key)), asOf],
        this.inventory.wrong.verdicts(refOfKey(node.key)),
      );
    } else if (node.is === 'held') {
      const object = this.inventory.get(node.ref);
      if (!object) return item;
      const ends = endFacts(this.model.holdings.of(node.key).get(node.ref) ?? []);
      const facts = factsOf(object, this.inventory.around(object.kind));
      const title = viewOf(object).title(object, this.inventory.process);
      item.tooltip = factsTooltip(
        title,
        [...ends, ...facts],
        [viewOf(object).about, asOf],
        this.inventory.wrong.verdicts(object.ref),
      );
    }
    this.keeper.told(node.id, this.model.now(node)?.of);
    return item;
  }

  protected override nameOf(node: ProcessesNode): Copy | undefined {
    const object = node.is === 'held' ? this.inventory.get(node.ref) : undefined;
    const text = object ? undefined : this.textOf(node);
    return object ? nameCopyOf(object) : text === undefined ? undefined : exact(text);
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
   * without IPC. `beyond`: also with that filter. `notLooked`: the view did not come to sight, or nothing could be read.
   */
  async reveal(pid: number): Promise<'shown' | 'beyond' | 'none' | 'notLooked'> {
    await showView(this.tree, VIEWS.processes);
    this.onlooker.look();
    await this.inventory.processRows();
    // Out of sight nothing is read: who is not found there may well be there.
    if (!this.inventory.everything || !this.isReady()) return 'notLooked';
    this.model.build(this.onlooker.hasMissed);
    const key = this.model.keyOf(pid);
    if (key === undefined) return 'none';
    if (!this.model.lets(key)) this.filter.off();
    const row = () => this.model.childrenNow(ROOT).find(({ id }) => id === key);
    if (!row()) this.filter.set({ text: `pid:${pid}` });
    const node = row();
    if (!node) return 'beyond';
    await this.showRow(node, { expand: true });
    return 'shown';
  }

  private noteItem(node: NoteNode): vscode.TreeItem {
    const text = this.model.noteText(node);
    const icon = { rest: 'ellipsis', filter: 'filter', unmatched: 'filter', blind: 'eye-closed' }[node.is];
    const hidden = node.is === 'blind' ? this.model.hidden() : undefined;
    const item = noteItem(text, node.id, icon, hidden?.description);
    if (node.is === 'blind') item.tooltip = factsTooltip(text, [], hidden?.help ?? []);
    if (node.is === 'filter' || node.is === 'unmatched' || (node.is === 'rest' && node.key === undefined))
      item.command = { command: COMMANDS.filterProcesses, title: '' };
    return item;
  }

  /** How many the filter lets through; undefined until that is known. */
  counted(): Counted | undefined {
    return this.model.built ? this.model.counted() : undefined;
  }

  /** Where there are no rows the view says why. */
  protected says(): string | undefined {
    if (!this.model.built) return undefined;
    if (this.model.childrenNow(ROOT).length > 0) return this.pendingNote();
    return t('No process has any IPC that can be seen.');
  }

  /** What a process holds is as of before where kinds are not read in time. */
  private pendingNote(): string | undefined {
    const times = [...this.inventory.pending].flatMap((kind) => this.inventory.asOf(kind) ?? []);
    return times.length === 0 ? undefined : pendingText(Math.min(...times));
  }

  /** Who holds what is only known where all is. */
  override drawPart(): void {
    this.say();
  }

  protected note(change: InventoryChange | undefined): void {
    if (change && this.model.built) this.model.apply(change);
    else this.model.build(true);
  }

  protected override hidden(): void {
    this.model.clear();
  }

  protected mayDiffer(): boolean {
    return true;
  }

  protected maySay(): boolean {
    return true;
  }
}
