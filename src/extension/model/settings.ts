/** The settings, read where they are used; package.json has their defaults and limits. */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { type Thresholds, thresholdsOf, thresholdsSchema } from '../../protocol/thresholds';
import { SETTINGS } from '../ids';

const DEFAULT = 1000;
const LEAST = 250;
const MOST = 60_000;
const MOST_FOLDERS = 100;

/** Milliseconds between two refreshes. A value by hand outside the limits is brought within them. */
export function refreshInterval(): number {
  const value = vscode.workspace.getConfiguration().get<unknown>(SETTINGS.refreshInterval);
  if (typeof value !== 'number' || !Number.isFinite(value)) return DEFAULT;
  return Math.round(Math.min(MOST, Math.max(LEAST, value)));
}

/** Whether errors and warnings are counted in the status bar. */
export function statusBarWanted(): boolean {
  return vscode.workspace.getConfiguration().get<unknown>(SETTINGS.statusBar) === true;
}

/** From when on rules speak, as far as the user says so; values by hand that are none are left out. Undefined: as they do by themselves. */
export function thresholds(): Thresholds | undefined {
  const value = vscode.workspace.getConfiguration().get<unknown>(SETTINGS.thresholds);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return undefined;
  const fits = Object.entries(value).filter(([name, one]) =>
    v.is(thresholdsSchema, { [name]: one as unknown }),
  );
  return thresholdsOf(Object.fromEntries(fits));
}

/** Where FIFOs are looked for also while nobody has them open, and files that one process alone maps: the folders of the workspace on this machine, and those of the setting. */
export function lookedAtFolders(): string[] {
  const named = vscode.workspace.getConfiguration().get<unknown>(SETTINGS.folders);
  const absolute = Array.isArray(named)
    ? named.filter((path): path is string => typeof path === 'string' && path.startsWith('/'))
    : [];
  return [...new Set([...workspaceFolders(), ...absolute])].slice(0, MOST_FOLDERS);
}

/** Paths of the folders of the workspace that lie on this machine. */
export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
