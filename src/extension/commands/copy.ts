/** Copying what names an object. */
import * as vscode from 'vscode';
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import { type Kind, KINDS, SYSV_KINDS } from '../../protocol/ref';
import { hexKey } from '../../protocol/text';
import { COMMANDS, type CommandId } from '../ids';
import { kindViews, viewOf } from '../kinds';
import { type Command, targets } from './command';

const { t } = vscode.l10n;

function copying<K extends Kind>(
  id: CommandId,
  title: string,
  kinds: readonly K[],
  text: (object: ObjectOf<K>) => string,
): Command {
  return {
    id,
    async run(parts, node, nodes) {
      const objects = await targets(parts, title, kinds, node, nodes);
      if (objects.length === 0) return;
      // All are of these kinds.
      await vscode.env.clipboard.writeText((objects as ObjectOf<K>[]).map(text).join('\n'));
      parts.ask.tellBriefly(t('Copied.'));
    },
  };
}

/** Kinds that a command removes. */
const removable = KINDS.filter((kind) => kindViews[kind].shellCommand !== undefined);

export const copyId = copying(COMMANDS.copyId, t('Copy Id'), KINDS, (object: IpcObject) =>
  viewOf(object).id(object),
);
export const copyKey = copying(COMMANDS.copyKey, t('Copy Key'), SYSV_KINDS, ({ key }) => hexKey(key));
export const copyPath = copying(COMMANDS.copyPath, t('Copy Path'), ['fifo', 'unix'], (object) =>
  object.kind === 'fifo'
    ? object.path
    : object.name.is === 'path'
      ? object.name.text
      : viewOf(object).id(object),
);
export const copyIpcrm = copying(
  COMMANDS.copyIpcrm,
  t('Copy Command that Destroys It'),
  removable,
  (object: IpcObject) => viewOf(object).shellCommand?.(object) ?? '',
);
