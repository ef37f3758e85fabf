/** Dims rows: those of other users' objects, and all of a view whose look is old. */
import * as vscode from 'vscode';
import { DECORATION_SCHEME } from '../ids';
import { t } from '../../presentation/translate';

const FOREIGN = '/other-user';

class Dimming implements vscode.FileDecorationProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly onDidChangeFileDecorations = this.changed.event;
  private readonly old = new Set<string>();

  /** What the rows of a view carry, those of another user's objects apart. */
  uriOf(view: string, foreign: boolean): vscode.Uri {
    return vscode.Uri.from({ scheme: DECORATION_SCHEME, path: `/${view}${foreign ? FOREIGN : ''}` });
  }

  /** Whether what a view shows is old. */
  set(view: string, old: boolean): void {
    if (this.old.has(view) === old) return;
    if (old) this.old.add(view);
    else this.old.delete(view);
    this.changed.fire([this.uriOf(view, false), this.uriOf(view, true)]);
  }

  provideFileDecoration({ scheme, path }: vscode.Uri): vscode.FileDecoration | undefined {
    if (scheme !== DECORATION_SCHEME) return undefined;
    const foreign = path.endsWith(FOREIGN);
    const old = this.old.has(path.slice(1).replace(FOREIGN, ''));
    if (!foreign && !old) return undefined;
    const words = [...(foreign ? [t("another user's")] : []), ...(old ? [t('old')] : [])];
    return new vscode.FileDecoration(
      undefined,
      words.join(', '),
      new vscode.ThemeColor('disabledForeground'),
    );
  }
}

export const dimming = new Dimming();
