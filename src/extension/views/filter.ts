/** The filter of a view, remembered in the workspace. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { type Measure, type Scope, SCOPES } from '../../presentation/filter/scope';
import { type Asked, askedBy } from '../../presentation/filter/filterWords';
import { t } from '../../presentation/translate';
import { grouped } from '../../presentation/values';

/** Letters that are kept of what was typed. */
export const TEXT_MOST = 200;

const stateSchema = v.object({ scope: v.picklist(SCOPES), text: v.pipe(v.string(), v.maxLength(TEXT_MOST)) });
export type FilterState = v.InferOutput<typeof stateSchema>;

/** Lets everything through. */
const OFF: FilterState = { scope: 'all', text: '' };

export class Filter implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<FilterState>();
  readonly onDidChange = this.changed.event;
  private current: FilterState;
  private understood: { of: string; asked: Asked } | undefined;

  /** `key`: the name under which it is remembered. */
  constructor(
    private readonly memory: vscode.Memento,
    private readonly key: string,
  ) {
    const stored = v.safeParse(stateSchema, memory.get(key));
    this.current = stored.success ? stored.output : OFF;
  }

  get state(): FilterState {
    return this.current;
  }

  /** What its text asks for. */
  get asked(): Asked {
    if (this.understood?.of !== this.current.text)
      this.understood = { of: this.current.text, asked: askedBy(this.current.text) };
    return this.understood.asked;
  }

  /** Whether it keeps anything away. */
  get active(): boolean {
    return this.current.scope !== 'all' || this.current.text !== '';
  }

  set(state: Partial<FilterState>): void {
    this.current = { ...this.current, ...state };
    void this.memory.update(this.key, this.current);
    this.changed.fire(this.current);
  }

  /** Lets everything through. */
  off(): void {
    this.set(OFF);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** A scope as a choice. */
export function scopeTitle(scope: Scope): string {
  const titles: Record<Scope, string> = {
    mine: t('Mine'),
    workspace: t("The Workspace's"),
    debugged: t('Debugged'),
    all: t('All'),
  };
  return titles[scope];
}

/** What a filter lets through, for the view's description; empty where that is everything. */
export function filterText({ scope, text }: FilterState): string {
  const words: Record<Scope, string> = {
    mine: t('mine'),
    workspace: t("the workspace's"),
    debugged: t('debugged'),
    all: '',
  };
  return [words[scope], ...(text === '' ? [] : [t('that fit: {0}', text)])].filter(Boolean).join(', ');
}

/** How many a filter lets through. */
export interface Counted {
  shown: number;
  all: number;
}

export function countedText({ shown, all }: Counted): string {
  return t('{0} of {1} shown', grouped(shown), grouped(all));
}

/** The first row while a filter is on: what it lets through, and how many that are, once that is known. */
export function filterRowText(state: FilterState, counted: Counted | undefined): string {
  const words = filterText(state);
  return counted ? t('Filter: {0} · {1}', words, countedText(counted)) : t('Filter: {0}', words);
}

/** Debug sessions named one by one. */
const MOST_NAMED = 3;

/** Why a filter may keep everything away; undefined where it knows whom it lets through. */
export function filterNote(
  { scope }: FilterState,
  { folders, sessions, unknown }: Omit<Measure, 'uid' | 'debugged'>,
): string | undefined {
  if (scope === 'workspace' && folders.length === 0) return t('No folder of this machine is open.');
  if (scope !== 'debugged') return undefined;
  if (sessions === 0) return t('Nothing is being debugged.');
  if (unknown.length === 0) return undefined;
  const names = unknown.slice(0, MOST_NAMED).map((name) => `"${name}"`);
  if (unknown.length > MOST_NAMED) names.push(t('{0} more', unknown.length - MOST_NAMED));
  return t(
    'Which process {0} debugs is not known: its debugger does not tell, or told before IPC Inspector ran. Restarting the session may help.',
    names.join(', '),
  );
}
