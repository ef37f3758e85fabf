/** Hands VS Code's translation to `presentation`. Imported before anything that says something. */
import * as vscode from 'vscode';
import { setTranslator } from '../../presentation/translate';

setTranslator((english, ...values) => vscode.l10n.t(english, ...values), vscode.env.language);
