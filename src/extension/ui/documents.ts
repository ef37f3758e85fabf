/** Read-only documents: a group as a table, the content of a message. */
import * as vscode from 'vscode';
import { decodeText, fromBytes } from '../../protocol/bytes';
import type { HistoryEntry } from '../../protocol/pages/object';
import { kindOf } from '../../protocol/ref';
import { timeText } from '../../presentation/values';
import { DOCUMENT_SCHEME } from '../ids';
import { t } from '../../presentation/translate';

export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly contents = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[] = [
    vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.contents.delete(uri.toString())),
  ];

  /** Shows a text; one of the same name is replaced. `name` becomes the title of its tab. */
  async show(name: string, content: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: DOCUMENT_SCHEME, path: `/${name}` });
    this.contents.set(uri.toString(), content);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.contents.get(uri.toString()) ?? '';
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}

type Received = Pick<HistoryEntry, 'content' | 'type' | 'priority' | 'ref' | 'at'>;

/** The content of something that was received: as text, else as hex. */
export async function showReceived(
  documents: Documents,
  { content, type, priority, ref, at }: Received,
): Promise<void> {
  const bytes = fromBytes(content);
  const text = decodeText(bytes) ?? Buffer.from(bytes).toString('hex').replace(/(..)/g, '$1 ');
  await documents.show(`${receivedTitle({ type, priority, ref, at })}.txt`, text);
}

/** What it was, and when it was taken: a message has a type or a priority, by the kind of its queue. */
export function receivedTitle({ type, priority, ref, at }: Omit<Received, 'content'>): string {
  if (kindOf(ref) === 'fifo') return t('read from FIFO, {0}', timeText(at));
  if (priority !== undefined) return t('message of priority {0}, {1}', priority, timeText(at));
  return type === undefined
    ? t('message, {0}', timeText(at))
    : t('message of type {0}, {1}', type, timeText(at));
}

/** A table in plain text: columns padded to their widest cell. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    rows.reduce((widest, row) => Math.max(widest, (row[at] ?? '').length), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line), ''].join('\n');
}
