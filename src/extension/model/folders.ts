/**
 * Where the folders of the workspace and of the setting really lie: the kernel tells paths in which no link is left, and a workspace may be opened through one.
 * A path on a dead network file system never answers: nothing waits for it, and until it does the folder is taken as it is named.
 */
import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { SETTINGS } from '../ids';
import { lookedAtFolders, workspaceFolders } from './settings';

/** Milliseconds after which a link may lead elsewhere. */
const TRUSTED = 10_000;

export class Folders implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Other folders, or one was found to lie elsewhere. */
  readonly onDidChange = this.changed.event;
  private readonly real = new Map<string, string>();
  /** When each was asked for, by the clock of `performance.now()`; Infinity while it is. */
  private readonly askedAt = new Map<string, number>();
  private asking: Promise<void> = Promise.resolve();
  private readonly disposables: vscode.Disposable[];

  constructor() {
    const again = () => this.changed.fire();
    this.disposables = [
      this.changed,
      vscode.workspace.onDidChangeWorkspaceFolders(again),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTINGS.folders)) again();
      }),
    ];
  }

  /** Those of the workspace, as they are named and as they really are. */
  readonly ofWorkspace = (): string[] => {
    const named = workspaceFolders();
    return [...new Set([...named, ...named.map(this.realOf)])];
  };

  /** Those that the helper looks into, as they really are. */
  readonly lookedAt = (): string[] => [...new Set(lookedAtFolders().map(this.realOf))];

  private readonly realOf = (path: string): string => {
    if (performance.now() > (this.askedAt.get(path) ?? -Infinity) + TRUSTED) {
      this.askedAt.set(path, Infinity);
      // One after the other, so that at most one thread of the extension host hangs in a dead file system.
      this.asking = this.asking.then(() => this.learn(path));
    }
    return this.real.get(path) ?? path;
  };

  private async learn(path: string): Promise<void> {
    const found = await realpath(path).catch(() => path);
    this.askedAt.set(path, performance.now());
    if ((this.real.get(path) ?? path) === found) return;
    this.real.set(path, found);
    this.changed.fire();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
