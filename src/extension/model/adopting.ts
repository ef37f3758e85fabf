/** What a helper had taken when it ended, it and its children wrote down: it is shown as soon as the next one answers, or none is left. */
import type * as vscode from 'vscode';
import type { Helper } from '../helper/helper';
import type { History } from './history';

/** Milliseconds after which a child of the helper that ended has written what it took. */
const LAST_WORDS = 1000;

/** Adopts it each time; ends when it is disposed of. */
export function adoptRescued(
  { onDidConnect, onDidChangeState }: Pick<Helper, 'onDidConnect' | 'onDidChangeState'>,
  history: History,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let later: NodeJS.Timeout | undefined;
  const adopt = () =>
    void history.adoptRescued().catch((error: unknown) => log.warn(`history: ${String(error)}`));
  const ended = () => {
    adopt();
    clearTimeout(later);
    later = setTimeout(adopt, LAST_WORDS);
  };
  const listeners = [
    onDidConnect(ended),
    onDidChangeState((state) => {
      if (state === 'failed') ended();
    }),
  ];
  return {
    dispose: () => {
      clearTimeout(later);
      for (const listener of listeners) listener.dispose();
    },
  };
}
