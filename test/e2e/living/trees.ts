/** Our tree views as plugs of the living test. */
import { ObjectTree } from '../../../src/extension/views/objectTree';
import { ProcessTree } from '../../../src/extension/views/processTree';
import type { Scope } from '../../../src/presentation/filter/scope';
import type { Snapshot } from '../../../src/protocol/snapshot';
import type { Workbench } from '../driver';
import type { Dice } from './dice';
import { filterOf, inventoryOf, linesOf, measureOf } from './model';
import { type Line, seen, type Surface, under } from './surface';

/** The choices of a filter that change nothing by themselves. */
const SCOPES: readonly [choice: string, scope: Scope][] = [
  ['Mine', 'mine'],
  ['Debugged', 'debugged'],
  ['All', 'all'],
  ['All', 'all'],
];

abstract class Tree implements Surface {
  protected filter: { scope: Scope; text: string } = { scope: 'all', text: '' };

  constructor(readonly name: string) {}

  visible(window: Workbench): Promise<boolean> {
    return window.view(this.name).list.isVisible();
  }

  async read(window: Workbench): Promise<Line[]> {
    const path: string[] = [];
    return (await window.view(this.name).rows()).map(({ level, label, description, icons }) => {
      path.length = level - 1;
      // What is hidden says in its description what would help.
      const more = icons.includes('codicon-eye-closed') ? '' : description;
      const line = { path: path.reduce(under, ''), text: seen([label, more].filter(Boolean).join(' | ')) };
      path.push(seen(label));
      return line;
    });
  }

  abstract expected(snapshot: Snapshot, shown: readonly Line[]): Line[];

  readonly moves = [
    (window: Workbench, dice: Dice) => this.fold(window, dice),
    (window: Workbench, dice: Dice) => this.fold(window, dice),
    (window: Workbench, dice: Dice) => this.choose(window, dice),
  ];

  /** Folds or unfolds a row, by keys: a mouse would open tooltips, which hold rows still. */
  private async fold(window: Workbench, dice: Dice): Promise<string> {
    const view = window.view(this.name);
    if (!(await view.list.isVisible())) return 'not in sight';
    const rows = (await view.rows()).filter(({ expanded }) => expanded !== undefined);
    if (rows.length === 0) return 'nothing to fold';
    const row = dice.pick(rows);
    const target = view.row(row.label);
    await (row.expanded === true ? target.collapse() : target.expand()).catch(() => undefined);
    await window.page.mouse.move(0, 0);
    return `${row.expanded === true ? 'fold' : 'unfold'} ${row.label}`;
  }

  private async choose(window: Workbench, dice: Dice): Promise<string> {
    const [choice, scope] = dice.pick(SCOPES);
    await window.runCommand(`IPC Inspector: Filter ${this.name}...`);
    await window.quick.pick(choice);
    this.filter = { scope, text: '' };
    return `filter ${this.name}: ${choice}`;
  }
}

export class Objects extends Tree {
  constructor() {
    super('Objects');
  }

  expected(snapshot: Snapshot, shown: readonly Line[]): Line[] {
    const measure = () => measureOf(snapshot.host.uid);
    return linesOf(new ObjectTree(inventoryOf(snapshot), filterOf(this.filter), measure), shown);
  }
}

export class Processes extends Tree {
  constructor() {
    super('Processes');
  }

  expected(snapshot: Snapshot, shown: readonly Line[]): Line[] {
    const measure = () => measureOf(snapshot.host.uid);
    const model = new ProcessTree(inventoryOf(snapshot), filterOf(this.filter), measure);
    model.build(true);
    return linesOf(model, shown);
  }
}
