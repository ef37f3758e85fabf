/** What filters are measured by, at this moment. */
import * as vscode from 'vscode';
import type { Debuggees } from '../model/debuggees';
import type { Folders } from '../model/folders';
import type { Inventory } from '../model/inventory';
import { descendants, type Measure } from '../../presentation/filter/scope';

export class Measures implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when something else than the inventory changed it. */
  readonly onDidChange = this.changed.event;
  /** Until something changes it. */
  private known: Measure | undefined;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly inventory: Inventory,
    private readonly debuggees: Debuggees,
    private readonly folders: Folders,
  ) {
    const forget = () => {
      this.known = undefined;
      this.changed.fire();
    };
    this.disposables = [
      this.changed,
      inventory.onDidChange(() => (this.known = undefined)),
      folders.onDidChange(forget),
      debuggees.onDidChange(forget),
    ];
  }

  readonly now = (): Measure =>
    (this.known ??= {
      uid: this.inventory.actingHost?.uid ?? process.geteuid?.() ?? 0,
      folders: this.folders.ofWorkspace(),
      debugged: descendants(this.inventory.everyProcess(), this.debuggees.pids),
      sessions: this.debuggees.running,
      unknown: this.debuggees.unknown,
    });

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
