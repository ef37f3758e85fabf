/** How many errors and warnings there are, in the status bar: a setting, off by default, since it goes on looking while no view is visible. */
import * as vscode from 'vscode';
import { grouped } from '../../presentation/values';
import { isGrave } from '../../presentation/findings/severity';
import { t } from '../../presentation/translate';
import { SETTINGS, VIEWS } from '../ids';
import type { Inventory } from '../model/inventory';
import { statusBarWanted } from '../model/settings';
import { plain } from '../ui/foreign';

export class StatusBar implements vscode.Disposable {
  private item: vscode.StatusBarItem | undefined;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly inventory: Inventory) {
    this.disposables = [
      inventory.onDidChange(({ wrong }) => wrong && this.show()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTINGS.statusBar)) this.set();
      }),
    ];
    this.set();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
    this.end();
  }

  private set(): void {
    if (!statusBarWanted()) {
      this.end();
      return;
    }
    if (!this.item) {
      this.item = vscode.window.createStatusBarItem(VIEWS.findings, vscode.StatusBarAlignment.Left);
      this.item.name = 'IPC Inspector';
      this.item.command = `${VIEWS.findings}.focus`;
    }
    this.inventory.look(this, { findings: 'calm' });
    this.show();
  }

  private end(): void {
    this.inventory.look(this, {});
    this.item?.dispose();
    this.item = undefined;
  }

  private show(): void {
    const { item } = this;
    if (!item) return;
    const { wrong } = this.inventory;
    const grave = wrong.findings.filter(isGrave);
    const errors = grave.filter(({ severity }) => severity === 'error').length;
    const said = !wrong.known
      ? t('IPC: not known yet')
      : grave.length === 0
        ? t('IPC: nothing found wrong')
        : t('IPC: {0} errors, {1} warnings', grouped(errors), grouped(grave.length - errors));
    // Health is silent.
    const number = grave.length === 0 ? '' : ` ${grouped(grave.length)}`;
    item.text = `$(${errors > 0 ? 'error' : grave.length > 0 ? 'warning' : 'pass'})${number}`;
    item.tooltip = plain(said);
    item.accessibilityInformation = { label: plain(said) };
    item.show();
  }
}
