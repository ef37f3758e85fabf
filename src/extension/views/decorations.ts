/** Dims the rows of other users' objects. */
import * as vscode from 'vscode';
import { DECORATION_SCHEME } from '../ids';

export const dimOthers: vscode.FileDecorationProvider = {
  provideFileDecoration: (uri) =>
    uri.scheme === DECORATION_SCHEME
      ? new vscode.FileDecoration(
          undefined,
          vscode.l10n.t("another user's"),
          new vscode.ThemeColor('disabledForeground'),
        )
      : undefined,
};
