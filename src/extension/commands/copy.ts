/** Copying what names an object. */
import * as vscode from 'vscode';
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import { type Kind, KINDS, POSIX_KINDS, SYSV_KINDS } from '../../protocol/ref';
import { hexKey } from '../../presentation/text';
import { COMMANDS, type CommandId } from '../ids';
import { endlessText } from '../destroying';
import { kindViews, shellCommandOf, viewOf } from '../../presentation/kinds';
import { type Command, type CommandParts, PROCESSES_SELECTION, targets } from './command';
import { choosePid, pidOf } from './reveal';

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
      await copy(parts, (objects as ObjectOf<K>[]).map(text));
    },
  };
}

async function copy({ ask }: Pick<CommandParts, 'ask'>, lines: readonly string[]): Promise<void> {
  await vscode.env.clipboard.writeText(lines.join('\n'));
  ask.tellBriefly(t('Copied.'));
}

/** Kinds that a command removes. */
const removable = KINDS.filter((kind) => kindViews[kind].shellCommand !== undefined);

const copyObjectId = copying(COMMANDS.copyId, t('Copy Id'), KINDS, (object: IpcObject) =>
  viewOf(object).id(object),
);

/** Of a row of the view Processes that is no object: a pid, or what the row tells. */
export const copyId: Command = {
  id: COMMANDS.copyId,
  async run(parts, node, nodes) {
    const rows = node === PROCESSES_SELECTION ? parts.processes.tree.selection : [];
    const told = rows.flatMap((row) => parts.processes.textOf(row) ?? []);
    if (told.length === 0) return copyObjectId.run(parts, node, nodes);
    return copy(parts, told);
  },
};

/** Of processes, and of the holders of an object. */
export const copyPid: Command = {
  id: COMMANDS.copyPid,
  async run(parts, node, nodes) {
    const rows: readonly unknown[] = Array.isArray(nodes) && nodes.length > 0 ? nodes : [node];
    const given = rows.flatMap((row) => pidOf(row) ?? []);
    const pids = given.length > 0 ? given : [await choosePid(parts, undefined, t('Copy Process Id'))];
    const known = pids.filter((pid) => pid !== undefined);
    if (known.length > 0) await copy(parts, known.map(String));
  },
};
export const copyKey = copying(COMMANDS.copyKey, t('Copy Key'), SYSV_KINDS, ({ key }) => hexKey(key));
export const copyName = copying(
  COMMANDS.copyName,
  t('Copy Name'),
  POSIX_KINDS,
  ({ name, inode }) => name ?? inode,
);
export const copyPath = copying(COMMANDS.copyPath, t('Copy Path'), ['fifo', 'unix', 'mapping'], (object) =>
  object.kind === 'unix' && object.name.is === 'path' ? object.name.text : viewOf(object).id(object),
);
/** Never one that would remove another object. */
export const copyIpcrm: Command = {
  id: COMMANDS.copyIpcrm,
  async run(parts, node, nodes) {
    const fits = (object: IpcObject) => shellCommandOf(object) !== undefined;
    const objects = await targets(parts, t('Copy Command that Destroys It'), removable, node, nodes, fits);
    const lines = objects.flatMap((object) => shellCommandOf(object) ?? []);
    if (lines.length > 0) return copy(parts, lines);
    const [object] = objects;
    if (object) void parts.ask.tell('info', endlessText(object, parts.inventory.process));
  },
};
