/** What panels work with. */
import type * as vscode from 'vscode';
import type { ActContext } from '../acts/context';

export interface PanelParts extends ActContext {
  dist: vscode.Uri;
  /** Milliseconds between two refreshes. */
  interval: () => number;
}
