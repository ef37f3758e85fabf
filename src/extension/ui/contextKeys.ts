/** The one place that sets context keys, each only when it changes. */
import * as vscode from 'vscode';
import type { CONTEXT } from '../ids';

type Key = (typeof CONTEXT)[keyof typeof CONTEXT];
const set = new Map<Key, unknown>();

export function setContext(key: Key, value: string): void {
  if (set.get(key) === value) return;
  set.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
