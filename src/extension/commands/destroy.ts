/** The command Destroy, on one object or several. */
import * as vscode from 'vscode';
import { KINDS } from '../../protocol/ref';
import { hasEnd, isDestroyable } from '../acts/objects';
import { destroyObjects } from '../destroying';
import { COMMANDS } from '../ids';
import { type Command, targets } from './command';

export const destroyCommand: Command = {
  id: COMMANDS.destroy,
  async run(parts, node, nodes) {
    const kinds = KINDS.filter(isDestroyable);
    const objects = await targets(parts, vscode.l10n.t('Destroy'), kinds, node, nodes, hasEnd);
    if (objects.length > 0) await destroyObjects(parts, objects);
  },
};
