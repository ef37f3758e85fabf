/** Words about processes. */
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';

const { t } = vscode.l10n;

/** Milliseconds for which the names of users are kept. */
const NAMES_KEPT = 60_000;
let names = new Map<number, string>();
let readAt = -Infinity;

/** The name of a user in /etc/passwd, else `uid 33`. */
export function userName(uid: number): string {
  if (Date.now() - readAt > NAMES_KEPT) {
    readAt = Date.now();
    names = readNames();
  }
  return names.get(uid) ?? `uid ${uid}`;
}

function readNames(): Map<number, string> {
  const found = new Map<number, string>();
  try {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const [name = '', , uid = ''] = line.split(':');
      if (/^\d+$/.test(uid) && !found.has(Number(uid))) found.set(Number(uid), name);
    }
  } catch {
    // A machine without that file has no names.
  }
  return found;
}

/** The state of proc(5) in a word, with its letter. */
export function stateText(state: string): string {
  const words: Readonly<Record<string, string>> = {
    R: t('running'),
    S: t('sleeping'),
    D: t('sleeping, not to be disturbed'),
    T: t('stopped'),
    t: t('stopped by a debugger'),
    Z: t('ended, not yet collected (zombie)'),
    X: t('ended'),
    I: t('idle'),
  };
  return Object.hasOwn(words, state) ? t('{0} ({1})', words[state] ?? '', state) : state;
}
