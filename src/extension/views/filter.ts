/** The filter of a view, remembered in the workspace. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { type Scope, SCOPES } from './scope';

const { t } = vscode.l10n;

const stateSchema = v.object({ scope: v.picklist(SCOPES), text: v.pipe(v.string(), v.maxLength(200)) });
export type FilterState = v.InferOutput<typeof stateSchema>;

/** Lets everything through. */
const OFF: FilterState = { scope: 'all', text: '' };

export class Filter implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<FilterState>();
  readonly onDidChange = this.changed.event;
  private current: FilterState;

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
  return [words[scope], ...(text === '' ? [] : [t('with "{0}"', text)])].filter(Boolean).join(', ');
}
