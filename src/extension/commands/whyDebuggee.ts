/** *Why Does the Debugged Program Hang?*: opens the page Why of a process that a debug session runs. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { t } from '../../presentation/translate';
import { processText } from '../../presentation/values';
import { processRef } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { COMMANDS } from '../ids';
import { BACK } from '../ui/ask';
import { type Command, type CommandParts, listed } from './command';
import { showWhy } from './why';

/** What the menu of the call stack hands over, behind what its row is by itself. */
const handed = v.object({ sessionId: v.string() });

/** Without a row of the call stack, as from the palette, the session in front is meant. */
export const whyDebuggee: Command = {
  id: COMMANDS.whyDebuggee,
  async run(parts, _row, context) {
    const given = v.safeParse(handed, context);
    const id = given.success ? given.output.sessionId : vscode.debug.activeDebugSession?.id;
    // VS Code may go on calling one the active one that has ended.
    if (id === undefined || !parts.debuggees.has(id)) {
      void parts.ask.tell('info', t('Nothing is being debugged.'));
      return;
    }
    const pids = parts.debuggees.pidsOf(id);
    const snapshot = pids.length === 0 ? undefined : await listed(parts, { everybody: true });
    if (pids.length > 0 && !snapshot) return;
    const found = (snapshot?.processes ?? []).filter(({ pid }) => pids.includes(pid));
    if (found.length === 0) {
      void parts.ask.tell('info', noneText(pids));
      return;
    }
    const process = found.length === 1 ? found[0] : await choose(parts, found);
    if (process) showWhy(parts, processRef(process.pid, process.startTime), processText(process));
  },
};

function noneText(pids: readonly number[]): string {
  return pids.length === 0
    ? t(
        'Which process is debugged is not known: its debugger does not tell, or told before IPC Inspector ran. Restarting the session may help.',
      )
    : t(
        'The debugged process cannot be seen: it has ended, runs on another machine, or is hidden from here.',
      );
}

async function choose({ ask }: CommandParts, found: readonly Process[]): Promise<Process | undefined> {
  const answer = await ask.pick<Process>({
    ...{ title: t('Why Does the Debugged Program Hang?'), placeholder: t('Which process?') },
    items: found.map((process) => ({
      ...{ icon: 'server-process', label: processText(process), value: process },
      ...(process.command !== undefined && { detail: process.command }),
    })),
  });
  return answer === BACK ? undefined : answer;
}
