/** The view Findings: what is wrong on the machine, the gravest first, with what can be done. */
import type * as vscode from 'vscode';
import { findingMarkdown } from '../../presentation/findings/markdown';
import { t } from '../../presentation/translate';
import { grouped, timeText } from '../../presentation/values';
import { curesOf } from '../../presentation/findings/cures';
import { isGrave } from '../../presentation/findings/severity';
import type { Cure, Finding } from '../../protocol/findings';
import { parseProcessRef, type Ref } from '../../protocol/ref';
import { COMMANDS, type CommandId, CONTEXT } from '../ids';
import { CURES, givenBy } from '../model/cures';
import type { ViewInterest } from '../model/interest';
import { setContext } from '../ui/contextKeys';
import { factsTooltip, plain } from '../ui/foreign';
import { FindingTree } from './findingTree';
import { ROOT } from './given';
import { coloured, itemOf, noteItem } from './items';
import type { LateTree } from './lateTree';
import { LiveTree, type ViewParts } from './liveTree';
import type { FindingsNode } from './nodes';
import type { Row } from './rows';

export class FindingsView extends LiveTree<FindingsNode> {
  protected readonly model: FindingTree;
  private readonly folded: vscode.Disposable;

  constructor(parts: ViewParts, tree: LateTree<FindingsNode>) {
    super('Findings', tree, parts);
    this.model = new FindingTree(parts.inventory.wrong);
    // What the others look at is told of beside the title also while this one is folded.
    this.folded = parts.inventory.onDidChange(({ wrong }) => wrong && !this.visible && this.mark());
  }

  wants(): ViewInterest {
    return { findings: true };
  }

  protected childrenOf(parent: FindingsNode | typeof ROOT): Promise<readonly FindingsNode[]> {
    if (parent === ROOT) this.onlooker.look();
    if (!this.isReady()) return Promise.resolve([]);
    // It went out of sight meanwhile, or nothing is known yet: what is shown is made good when it is.
    if (!this.isLookedAt()) return Promise.resolve(this.given.of(parent) ?? []);
    return Promise.resolve(this.model.childrenNow(parent));
  }

  protected isLookedAt(): boolean {
    return this.inventory.wrong.known;
  }

  protected itemOf(node: FindingsNode, row: Row | undefined): vscode.TreeItem {
    if (node.is === 'hidden') {
      const hidden = this.model.hidden();
      const item = noteItem(row?.description ?? '', node.id, 'eye-closed', hidden?.description);
      item.tooltip = factsTooltip(row?.description ?? '', [], hidden?.help ?? []);
      return item;
    }
    if (!row) return this.missingItem(node);
    const finding = this.model.findingOf(node);
    const item = itemOf(row, node.id);
    if (!finding) return item;
    const cure = node.is === 'cure' ? curesOf(finding)[node.at] : undefined;
    if (node.is === 'subject') item.command = this.opening(node.ref);
    if (cure) item.command = this.curing(cure);
    if (cure && item.command) item.iconPath = coloured(row.icon, 'textLink.foreground');
    return item;
  }

  /** The whole text: a row has room for its first words. */
  resolveTreeItem(item: vscode.TreeItem, node: FindingsNode): vscode.TreeItem {
    const { diagnosis } = this.inventory.wrong;
    const finding = this.model.findingOf(node);
    const now = this.model.now(node);
    if (!finding || !now || !diagnosis || node.is === 'hidden') return item;
    const { severity, title, says, matters, doubt, cures } = this.model.textOf(finding);
    item.tooltip =
      node.is === 'finding'
        ? factsTooltip(
            t('{0}: {1}', severity, title),
            [],
            [says, matters, doubt, ...cures, t('Seen so at {0}.', timeText(diagnosis.seenAt))].filter(
              Boolean,
            ),
          )
        : factsTooltip(now.row.label, [], []);
    this.keeper.told(node.id, now.of);
    return item;
  }

  /** The finding of a row, else of the selected one, or that a page hands over. Undefined where it is none, or gone. */
  findingOf(node: unknown): Finding | undefined {
    if (typeof node === 'object' && node !== null && 'finding' in node) return node.finding as Finding;
    const row = typeof node === 'object' && node !== null ? (node as FindingsNode) : this.selection[0];
    return row?.is === 'finding' ? this.model.findingOf(row) : undefined;
  }

  /** The same with its evidence, as Markdown. */
  textOf(node: unknown): string | undefined {
    const finding = this.findingOf(node);
    const { around, diagnosis } = this.inventory.wrong;
    return finding && findingMarkdown(finding, around, diagnosis?.seenAt ?? around.now);
  }

  protected says(): string | undefined {
    if (!this.isLookedAt() || this.model.findings().size > 0) return undefined;
    if (this.isEmpty()) return undefined;
    const { silenced } = this.inventory.wrong;
    return silenced > 0
      ? t('Nothing was found but what is silenced: {0}.', grouped(silenced))
      : t('Nothing that is looked for was found. Looked at: all objects, and the processes that have them.');
  }

  /** Nothing at all stands in it: then its welcome text speaks, which VS Code shows in place of rows and a message alone. */
  private isEmpty(): boolean {
    if (!this.isReady() || !this.isLookedAt() || this.inventory.wrong.silenced > 0) return false;
    return this.model.findings().size === 0 && this.model.hidden() === undefined;
  }

  protected override say(): void {
    super.say();
    setContext(CONTEXT.found, this.isEmpty() ? 'none' : '');
    this.mark();
  }

  protected override hidden(): void {
    this.mark();
  }

  override dispose(): void {
    this.folded.dispose();
    super.dispose();
  }

  protected note(): void {
    // The model reads the inventory itself.
  }

  protected mayDiffer(): boolean {
    return true;
  }

  protected maySay(): boolean {
    return true;
  }

  /** How many there are, beside the title; errors and warnings in the badge. */
  private mark(): void {
    const found = this.isReady() ? [...this.model.findings().values()] : [];
    const proven = found.filter(({ proof }) => proof === 'proven').length;
    const { silenced } = this.inventory.wrong;
    const parts = [
      ...(found.length > 0 ? [grouped(found.length)] : []),
      ...(proven > 0 ? [t('{0} proven', grouped(proven))] : []),
      ...(silenced > 0 ? [t('{0} silenced', grouped(silenced))] : []),
    ];
    const description = plain(parts.join(' · '));
    if (this.tree.description !== description) this.tree.description = description;
    // Once nobody looks nobody knows, and nothing was found.
    this.setBadge(found.filter(isGrave).length);
  }

  private setBadge(value: number): void {
    if ((this.tree.badge?.value ?? 0) === value) return;
    const tooltip = value === 1 ? t('1 error or warning') : t('{0} errors and warnings', grouped(value));
    this.tree.badge = value === 0 ? undefined : { value, tooltip: plain(tooltip) };
  }

  /** Opens the page of an object or a process. */
  private opening(ref: Ref): vscode.Command | undefined {
    return parseProcessRef(ref) ? handed(COMMANDS.openProcess, { ref }) : this.command(COMMANDS.open, ref);
  }

  /** The command that does it, with its own questions; undefined where there is none yet. */
  private curing(cure: Cure): vscode.Command | undefined {
    const command = CURES[cure.is](cure);
    if (!command) return undefined;
    return parseProcessRef(cure.ref)
      ? handed(command, { ref: cure.ref, cure })
      : this.command(command, cure.ref, { given: givenBy(cure), cure });
  }

  /** A command on an object, whether or not anybody looks at its kind. */
  private command(command: CommandId, ref: Ref, more: object = {}): vscode.Command | undefined {
    const object = this.inventory.wrong.around.find.object?.(ref);
    return object && handed(command, { object, ...more });
  }
}

/** A command with what it is about. */
function handed(command: CommandId, node: object): vscode.Command {
  return { command, title: '', arguments: [node] };
}
