/** The path of a file that is to be made: whole, or from the first folder of the workspace on. */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Asker } from './asker';
import { parseNewPath, type PathProblem } from './parse';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

export const askPath: Asker = (steps, { prompt }) => {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
  return steps.input<string>('path', {
    prompt,
    ...(folder !== undefined && { value: `${folder.replace(/\/$/, '')}/` }),
    parse: (text) => {
      const parsed = parseNewPath(text, homedir(), folder);
      return typeof parsed === 'string' ? parsed : new Wrong(problemWords(parsed));
    },
  });
};

function problemWords({ code }: PathProblem): string {
  const words: Record<PathProblem['code'], string> = {
    empty: t('A path is needed.'),
    relative: t('A whole path begins with / or ~; no folder is open from which another could go.'),
    name: t('The name of the file is missing at the end.'),
    zero: t('No path has a zero byte in it.'),
    long: t('No path is that long.'),
    longName: t('No file has a name of more than 255 bytes.'),
  };
  return words[code];
}
