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
