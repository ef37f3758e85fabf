/** What can be done with a process: the command finds which one is meant, and performs it. */
import { attemptOf } from '../../presentation/abilities';
import { t } from '../../presentation/translate';
import { pidText } from '../../presentation/values';
import type { ProcessSubject } from '../../protocol/kinds';
import { parseProcessRef, processRef, type Ref } from '../../protocol/ref';
import { SIGNALS } from '../../protocol/signals';
import { attempt } from '../acts/attempt';
import { demandTrust } from '../acts/check';
import type { Given } from '../acts/context';
import { calledIn, perform } from '../acts/perform';
import { offerUndo } from '../acts/undoing';
import { COMMANDS, type CommandId } from '../ids';
import { BACK } from '../ui/ask';
import { type Command, type CommandParts, PROCESSES_SELECTION } from './command';
import { everybody } from './everybody';

/** `title`: asked with where the command was called on nothing. */
function doing(id: CommandId, title: string, ability: 'signal' | 'signalGroup', given: Given = {}): Command {
  return {
    id,
    async run(parts, node) {
      const what = attemptOf(ability, t('a process'));
      const may = await attempt(parts, what, () => {
        demandTrust();
        return Promise.resolve(true);
      });
      if (!may) return;
      const ref = await processMeant(parts, node, title);
      if (ref === undefined) return;
      const process = await attempt(parts, what, () => looked(parts, ref));
      if (!process) return;
      const name = calledIn(parts, process, ability);
      const done = await attempt(parts, attemptOf(ability, name), () =>
        perform(parts, process, ability, given),
      );
      if (done !== undefined) offerUndo(parts, node, process);
    },
  };
}

export const processVerbs: readonly Command[] = [
  doing(COMMANDS.sendSignal, t('Send Signal'), 'signal'),
  doing(COMMANDS.signalGroup, t('Send Signal to a Process Group'), 'signalGroup'),
  doing(COMMANDS.continueProcess, t('Continue a Process'), 'signal', { signal: SIGNALS.SIGCONT, ...whole() }),
  doing(COMMANDS.endProcess, t('End a Process'), 'signal', { signal: SIGNALS.SIGTERM, ...whole() }),
];

/** Neither to one thread nor with a value: nobody is asked for these. */
function whole(): Given {
  return { tid: undefined, value: undefined };
}

/** The process as it is now. Throws IpcFailure. */
function looked({ helper }: Pick<CommandParts, 'helper'>, ref: Ref): Promise<ProcessSubject> {
  return helper.act('process', 'inspect', { ref });
}

/** Opens the page of a process; by a click on its row the focus stays there. */
export const openProcess: Command = {
  id: COMMANDS.openProcess,
  async run(parts, node) {
    const ref = await processMeant(parts, node, t('Open Process'));
    if (ref !== undefined) showProcess(parts, ref, { keep: false, preserveFocus: isRow(node) });
  },
};

/** Shows the page of a process. */
export function showProcess(
  { panels, inventory }: Pick<CommandParts, 'panels' | 'inventory'>,
  ref: Ref,
  how: { keep: boolean; preserveFocus: boolean },
): void {
  const { pid = 0 } = parseProcessRef(ref) ?? {};
  panels.showPage({ page: 'process', ref, title: pidText(pid, inventory.process) }, how);
}

function isRow(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'is' in node;
}

/** The process that a row stands for, or that is handed over by its ref (`{ ref }`); else the user's choice. Undefined where the question was closed. */
async function processMeant(parts: CommandParts, node: unknown, title: string): Promise<Ref | undefined> {
  const rows = node === PROCESSES_SELECTION ? parts.processes.selection : node === undefined ? [] : [node];
  for (const row of rows) {
    const ref = processRefOf(row);
    if (ref !== undefined) return ref;
  }
  if (rows.length > 0) return undefined;
  const [selected] = parts.processes.visible ? parts.processes.selection : [];
  return processRefOf(selected) ?? (await chooseProcess(parts, title));
}

/** The ref of the process that a row of any view stands for; undefined of others. */
export function processRefOf(row: unknown): Ref | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  if ('ref' in row && typeof row.ref === 'string' && parseProcessRef(row.ref)) return row.ref as Ref;
  if (!('is' in row) || !('pid' in row) || typeof row.pid !== 'number') return undefined;
  if (row.is === 'holder' && 'startTime' in row) return processRef(row.pid, String(row.startTime));
  if ((row.is === 'process' || row.is === 'peer') && 'key' in row) {
    // As `processKey` makes it.
    const startTime = /^\d+:(\d+)$/.exec(String(row.key))?.[1];
    return startTime === undefined ? undefined : processRef(row.pid, startTime);
  }
  return undefined;
}

/** One of all that show. */
async function chooseProcess(parts: CommandParts, title: string): Promise<Ref | undefined> {
  const answer = await parts.ask.pick<Ref>({
    ...{ title, placeholder: t('Which one? Type a name, a pid or a command.'), items: [] },
    more: everybody(parts).then((all) => all?.map(({ item }) => item)),
    none: t('No process can be seen.'),
  });
  return answer === BACK ? undefined : answer;
}
