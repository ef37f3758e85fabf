/** Copying what names an object. */
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { KINDS } from '../../protocol/ref';
import { hexKey } from '../../protocol/text';
import { COMMANDS, type CommandId } from '../ids';
import { viewOf } from '../kinds';
import { type Command, targets } from './command';

const { t } = vscode.l10n;

function copying(id: CommandId, title: string, text: (object: IpcObject) => string): Command {
  return {
    id,
    async run(parts, node, nodes) {
      const objects = await targets(parts, title, KINDS, node, nodes);
      if (objects.length === 0) return;
      await vscode.env.clipboard.writeText(objects.map(text).join('\n'));
      parts.ask.tellBriefly(t('Copied.'));
    },
  };
}

export const copyId = copying(COMMANDS.copyId, t('Copy Id'), ({ id }) => String(id));
export const copyKey = copying(COMMANDS.copyKey, t('Copy Key'), ({ key }) => hexKey(key));
export const copyIpcrm = copying(COMMANDS.copyIpcrm, t('Copy ipcrm Command'), (object) =>
  viewOf(object).ipcrm(object),
);
