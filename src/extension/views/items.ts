/** A row as VS Code takes it. */
import * as vscode from 'vscode';
import type { Severity } from '../../protocol/findings';
import { severityText } from '../../presentation/findings/severity';
import { plain } from '../ui/foreign';
import type { Row } from './rows';

const COLOURS: Readonly<Record<Severity, string>> = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  note: 'problemsInfoIcon.foreground',
};

/** An icon in a colour of the theme. */
export function coloured(icon: string, colour: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));
}

/** `spoken`: what stands before the label when it is read out, as `queue`. */
export function itemOf(row: Row, id: string, spoken = ''): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(plain(row.label), row.collapsible ? Collapsed : None);
  item.id = id;
  item.description = plain(row.description);
  item.iconPath = row.severity ? coloured(row.icon, COLOURS[row.severity]) : new vscode.ThemeIcon(row.icon);
  item.contextValue = row.contextValue;
  // A colour says nothing to who listens.
  const grave = row.severity ? severityText(row.severity) : '';
  const words = [row.label, grave, row.description.replaceAll(' · ', ', ')].filter(Boolean).join(', ');
  item.accessibilityInformation = { label: plain(`${spoken} ${words}`.trim()) };
  return item;
}

/** A row that only tells something, or does something when it is clicked. */
export function noteItem(label: string, id: string, icon: string, description = ''): vscode.TreeItem {
  const item = new vscode.TreeItem(plain(label));
  item.id = id;
  item.iconPath = new vscode.ThemeIcon(icon);
  if (description !== '') item.description = plain(description);
  item.accessibilityInformation = { label: plain([label, description].filter(Boolean).join(', ')) };
  return item;
}

/** Brings a view to sight, and resolves when it is there (after two seconds at most). */
export async function showView(tree: vscode.TreeView<unknown>, id: string): Promise<void> {
  await vscode.commands.executeCommand(`${id}.focus`);
  if (tree.visible) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(end, 2000);
    const listener = tree.onDidChangeVisibility(({ visible }) => {
      if (visible) end();
    });
  });
}
