/**
 * The only way in which text reaches VS Code's UI. Names, command lines and messages come from other programs, and VS Code
 * renders `[text](command:id)` as a link that runs the command even in plain messages, and `$(icon)` in quick picks. So
 * everything that passes here is disarmed, whoever wrote it; a lint rule keeps the API behind this file from all others.
 */
import * as vscode from 'vscode';
import type { Line } from '../../presentation/facts';
import { bounded, MOST, oneLine, visible } from '../../presentation/text';
import { factsMarkdown, markdownText } from './markdown';
import { t } from '../../presentation/translate';

export { bounded, markdownText, oneLine, visible };

/** Invisible, breaks no line, and stands between the two characters that together would mean something. */
const BREAK = '\u200b';

/** Text for any one-line place of the UI: no link, no icon, no control. Looks as it is. */
export function plain(text: string, most = MOST): string {
  return visible(bounded(text, most)).replace(/\]\(/g, `]${BREAK}(`).replace(/\$\(/g, `$${BREAK}(`);
}

/** Lines of a message or a question that a window has room for. */
const MOST_LINES = 60;

/** Text of our own that may have lines, around foreign parts: each line as `plain`. What does not fit is counted. */
export function lines(text: string): string {
  const all = text.split('\n').map((line) => plain(line, 600));
  const more = all.length - MOST_LINES + 1;
  return (more <= 1 ? all : [...all.slice(0, MOST_LINES - 1), t('… {0} lines more', more)]).join('\n');
}

/** A tooltip: a title, `verdicts` (what is so), a table of facts, and closing lines. */
export function factsTooltip(
  title: string,
  facts: readonly Line[],
  closing: readonly string[],
  verdicts: readonly string[] = [],
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(factsMarkdown(title, facts, closing, verdicts));
  tooltip.isTrusted = false;
  tooltip.supportThemeIcons = false;
  tooltip.supportHtml = false;
  return tooltip;
}

/** A message that needs no answer but may offer some. */
export async function showMessage(
  level: 'info' | 'warning' | 'error',
  text: string,
  ...answers: string[]
): Promise<string | undefined> {
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[level];
  return show(lines(text), ...answers);
}

/** Milliseconds after which work is shown as under way. */
const UNDER_WAY = 400;

/** Does something; what takes long is shown with a button that ends it. */
export async function showProgress<T>(
  title: string,
  work: (token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
  const source = new vscode.CancellationTokenSource();
  const done = work(source.token).finally(() => source.dispose());
  const ended = done.then(
    () => true,
    () => true,
  );
  const late = new Promise<false>((resolve) => setTimeout(resolve, UNDER_WAY, false));
  if (!(await Promise.race([ended, late])))
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: plain(title), cancellable: true },
      async (_progress, token) => {
        token.onCancellationRequested(() => source.cancel());
        await ended;
      },
    );
  return done;
}

/**
 * A modal question with one verb on its button. True only when that was pressed. VS Code makes the first button the one that Enter presses, and lets
 * nobody give that to its own Cancel: so the first one leaves everything as it is, and nothing is lost by Enter alone.
 */
export async function confirm(question: string, detail: string, verb: string): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    lines(question),
    { modal: true, detail: lines(detail) },
    t('Leave as Is'),
    verb,
  );
  return answer === verb;
}

/** A line of a quick pick. `icon` is a codicon of ours. */
export interface PickItem<T> {
  icon?: string;
  /** The icon has the colour of a warning. */
  attention?: boolean;
  label: string;
  description?: string;
  detail?: string;
  value: T;
}

/** Fills a quick pick; only `icon` is rendered as one. */
export function pickItems<T>(items: readonly PickItem<T>[]): (vscode.QuickPickItem & { value: T })[] {
  return items.map(({ icon, attention, label, description, detail, value }) => ({
    label: plain(label),
    ...(icon && {
      iconPath: attention
        ? new vscode.ThemeIcon(icon, new vscode.ThemeColor('list.warningForeground'))
        : new vscode.ThemeIcon(icon),
    }),
    ...(description !== undefined && { description: plain(description) }),
    ...(detail !== undefined && { detail: plain(detail) }),
    value,
  }));
}

/** An empty quick pick with its words disarmed. */
export function createPick<T>(
  title: string,
  placeholder: string,
): vscode.QuickPick<vscode.QuickPickItem & { value: T }> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { value: T }>();
  pick.title = plain(title);
  pick.placeholder = plain(placeholder);
  return pick;
}

/** An input box with its words disarmed; `setProblem` shows what is wrong with the value. */
export function createInput(title: string, prompt: string, value: string) {
  const input = vscode.window.createInputBox();
  input.title = plain(title);
  input.prompt = plain(prompt);
  input.value = value;
  const setProblem = (problem: string | undefined) => {
    input.validationMessage = problem === undefined ? '' : plain(problem);
  };
  return { input, setProblem };
}

/** A word in the status bar that goes by itself. */
export function tellBriefly(text: string): void {
  vscode.window.setStatusBarMessage(plain(text), 2000);
}
