/** *Why Does This Terminal Hang?*: opens the page Why of whoever is in front of the terminal, in a terminal of a task too. */
import * as vscode from 'vscode';
import { t } from '../../presentation/translate';
import { pidText, processText } from '../../presentation/values';
import { processRef } from '../../protocol/ref';
import { COMMANDS } from '../ids';
import { foregroundOf } from '../model/foreground';
import { type Command, listed } from './command';
import { showWhy } from './why';

/** Without a terminal of its own, as from the palette, the active one is meant. */
export const whyTerminal: Command = {
  id: COMMANDS.whyTerminal,
  async run(parts) {
    const terminal = vscode.window.activeTerminal;
    const shell = await terminal?.processId;
    if (!terminal || shell === undefined) {
      void parts.ask.tell('info', t('No terminal is open whose process is known.'));
      return;
    }
    const snapshot = await listed(parts, { everybody: true });
    if (!snapshot) return;
    const process = foregroundOf(shell, snapshot.processes);
    if (!process) {
      const name = pidText(shell, parts.inventory.process);
      void parts.ask.tell(
        'info',
        t(
          'Nobody in the terminal of {0} can be seen: its programs may run on another machine, or be hidden from here.',
          name,
        ),
      );
      return;
    }
    showWhy(parts, processRef(process.pid, process.startTime), processText(process));
  },
};
