/** What panels work with. */
import type * as vscode from 'vscode';
import type { WaitingParts } from '../waiting';

export interface PanelParts extends WaitingParts {
  dist: vscode.Uri;
  /** Milliseconds between two refreshes. */
  interval: () => number;
}
