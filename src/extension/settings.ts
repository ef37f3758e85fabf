/** The settings, read where they are used; package.json has their defaults and limits. */
import * as vscode from 'vscode';
import { SETTINGS } from './ids';

const DEFAULT = 1000;
const LEAST = 250;
const MOST = 60_000;

/** Milliseconds between two refreshes. A value by hand outside the limits is brought within them. */
export function refreshInterval(): number {
  const value = vscode.workspace.getConfiguration().get<unknown>(SETTINGS.refreshInterval);
  if (typeof value !== 'number' || !Number.isFinite(value)) return DEFAULT;
  return Math.round(Math.min(MOST, Math.max(LEAST, value)));
}

/** The folders whose files are shown as soon as one process maps them shared and writes: the workspace's and those of the setting. */
export function lookedAtFolders(): string[] {
  return [...new Set([...workspaceFolders(), ...mappingFolders()])];
}

/** Paths of the folders of the workspace that lie on this machine. */
export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}

/** Paths that are not absolute mean nothing. */
function mappingFolders(): string[] {
  const value = vscode.workspace.getConfiguration().get<unknown>(SETTINGS.mappingFolders);
  if (!Array.isArray(value)) return [];
  return value.filter((path): path is string => typeof path === 'string' && path.startsWith('/'));
}
