/** Choosing what a view shows. */
import { BACK } from '../ui/ask';
import { COMMANDS, type CommandId } from '../ids';
import { countedText, scopeTitle, TEXT_MOST } from '../views/filter';
import { Misread, parseFilter, wordsOffered } from '../../presentation/filter/filterWords';
import { type Scope } from '../../presentation/filter/scope';
import type { Command, CommandParts } from './command';
import { t } from '../../presentation/translate';

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

async function choose(parts: CommandParts, name: 'objects' | 'processes', title: string): Promise<void> {
  const view = parts[name];
  const { filter } = view;
  const before = filter.state;
  const scopes: Scope[] = ['mine', 'workspace', 'debugged', 'all'];
  const answer = await parts.ask.narrow<Scope>({
    title,
    placeholder: t('Type what to show: a name, wrong, waits, mine, kind:pipe, pid:42, >1M'),
    value: before.text,
    items: scopes.map((scope) => ({
      label: scopeTitle(scope),
      description: words[name][scope] ?? '',
      icon: scope === before.scope ? 'check' : 'blank',
      value: scope,
    })),
    active: before.scope,
    words: wordsOffered(),
    typed(text) {
      const asked = text.length > TEXT_MOST ? new Misread(t('That is too long.')) : parseFilter(text);
      if (asked instanceof Misread) return { says: asked.why, wrong: true };
      if (text !== filter.state.text) filter.set({ text });
      const counted = view.counted();
      return { says: counted ? countedText(counted) : '', wrong: false };
    },
    onDidChange: (again) => parts.inventory.onDidChange(again),
  });
  if (answer === undefined || answer === BACK) filter.set(before);
  // All means all.
  else if (answer.choice === 'all') filter.off();
  else filter.set({ text: answer.text, ...(answer.choice && { scope: answer.choice }) });
}

export const filterObjects = filtering(COMMANDS.filterObjects, 'objects', t('Filter Objects'));
export const filterProcesses = filtering(COMMANDS.filterProcesses, 'processes', t('Filter Processes'));
