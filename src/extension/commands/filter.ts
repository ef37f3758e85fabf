/** Choosing what a view shows. */
import { type Ask, BACK } from '../ui/ask';
import { COMMANDS, type CommandId } from '../ids';
import { type Filter, scopeTitle } from '../views/filter';
import { type Scope } from '../views/scope';
import type { Command, CommandParts } from './command';
import { t } from '../../presentation/translate';

type Choice = Scope | 'text';

/** What each choice lets through, for objects and for processes. */
const words: Record<'objects' | 'processes', Partial<Record<Scope, string>>> = {
  objects: {
    mine: t('what I own, and what my processes have'),
    workspace: t('what processes have that run in a folder of the workspace, or whose program lies there'),
    debugged: t('what processes have that are debugged now, and their children'),
    all: t('everything on this machine'),
  },
  processes: {
    mine: t('processes of mine'),
    workspace: t('those that run in a folder of the workspace, or whose program lies there'),
    debugged: t('those that are debugged now, and their children'),
    all: t('everybody on this machine'),
  },
};

function filtering(id: CommandId, view: 'objects' | 'processes', title: string): Command {
  return { id, run: (parts) => choose(parts, view, title) };
}

async function choose(parts: CommandParts, view: 'objects' | 'processes', title: string): Promise<void> {
  const { filter } = parts[view];
  const scopes: Scope[] = ['mine', 'workspace', 'debugged', 'all'];
  const choice = await parts.ask.pick<Choice>({
    title,
    placeholder: t('What do you want to see?'),
    items: [
      ...scopes.map((scope) => ({
        label: scopeTitle(scope),
        description: words[view][scope] ?? '',
        value: scope,
      })),
      ...(view === 'processes'
        ? [{ label: t('By Text...'), description: t('name, pid, command or folder'), value: 'text' as const }]
        : []),
    ],
    active: filter.state.scope,
  });
  if (choice === undefined || choice === BACK) return;
  if (choice === 'text') return askText(parts.ask, filter, title);
  // All means all.
  if (choice === 'all') filter.off();
  else filter.set({ scope: choice });
}

async function askText(ask: Ask, filter: Filter, title: string): Promise<void> {
  const text = await ask.input({
    title,
    prompt: t('Words that stand in the name, pid, command or folder; empty shows all again'),
    value: filter.state.text,
    problem: (typed) => (typed.length > 200 ? t('That is too long.') : undefined),
  });
  if (typeof text === 'string') filter.set({ text: text.trim() });
}

export const filterObjects = filtering(COMMANDS.filterObjects, 'objects', t('Filter Objects'));
export const filterProcesses = filtering(COMMANDS.filterProcesses, 'processes', t('Filter Processes'));
