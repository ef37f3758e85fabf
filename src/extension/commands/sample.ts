/** *Start Sample* and *Stop Sample*: something to look at, made and removed; and the walkthrough that begins with it. */
import * as vscode from 'vscode';
import { t } from '../../presentation/translate';
import { attempt } from '../acts/attempt';
import { demandTrust } from '../acts/check';
import { COMMANDS, VIEWS, WALKTHROUGH } from '../ids';
import type { Command } from './command';

export const startSample: Command = {
  id: COMMANDS.startSample,
  async run(parts) {
    const isNew = await attempt(parts, t('start the sample'), () => {
      demandTrust();
      return parts.sample.start();
    });
    if (isNew === undefined) return;
    if (!isNew) parts.ask.tellBriefly(t('The sample runs already.'));
    await vscode.commands.executeCommand(`${VIEWS.findings}.focus`);
    parts.inventory.refresh();
  },
};

export const stopSample: Command = {
  id: COMMANDS.stopSample,
  async run(parts) {
    const ran = await parts.sample.stop();
    if (!ran) parts.ask.tellBriefly(t('No sample runs in this window.'));
    parts.inventory.refresh();
  },
};

export const openWalkthrough: Command = {
  id: COMMANDS.openWalkthrough,
  run: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false),
};
