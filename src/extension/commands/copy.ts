/** Copying what names an object. Which text that is `protocol/copying.ts` says, for panels too. */
import * as vscode from 'vscode';
import type { Copy } from '../../protocol/copies';
import { copiedText } from '../../presentation/copies';
import { copiesOf, copyOf, joined } from '../../presentation/copying';
import { type CopyWhat, exact } from '../../presentation/copies';
import { contracts, type IpcObject } from '../../protocol/kinds';
import { type Kind, KINDS, POSIX_KINDS, SYSV_KINDS } from '../../protocol/ref';
import { COMMANDS, type CommandId } from '../ids';
import { indestructibleText } from '../acts/destroy';
import { type Command, type CommandParts, PROCESSES_SELECTION, targets } from './command';
import { choosePid, pidOf } from './reveal';
import { t } from '../../presentation/translate';
import { actTitles, titleOfCopy } from '../../presentation/shared';

function copying(id: CommandId, title: string, kinds: readonly Kind[], what: CopyWhat): Command {
  return {
    id,
    async run(parts, node, nodes) {
      // Whoever chooses is offered what has such a text; every object has an id.
      const fits = (object: IpcObject) => what === 'id' || copiesOf(object).some((one) => one.what === what);
      const objects = await targets(parts, title, kinds, node, nodes, fits);
      if (objects.length === 0) return;
      // What has no such name has another.
      await copy(
        parts,
        objects.flatMap((object) => copyOf(object, what) ?? copyOf(object, 'id') ?? []),
      );
    },
  };
}

async function copy({ ask }: Pick<CommandParts, 'ask'>, copies: readonly Copy[]): Promise<void> {
  const { text, how } = joined(copies);
  await vscode.env.clipboard.writeText(text);
  ask.tellBriefly(copiedText(how));
}

/** Kinds that a command removes. */
const removable = KINDS.filter((kind) => 'destroy' in contracts[kind].abilities);

const copyObjectId = copying(COMMANDS.copyId, actTitles.copyId(), KINDS, 'id');

/** Of a row of the view Processes that is no object: a pid, or what the row tells. */
export const copyId: Command = {
  id: COMMANDS.copyId,
  async run(parts, node, nodes) {
    const rows = node === PROCESSES_SELECTION ? parts.processes.selection : [];
    const told = rows.flatMap((row) => parts.processes.textOf(row) ?? []);
    if (told.length === 0) return copyObjectId.run(parts, node, nodes);
    return copy(parts, told.map(exact));
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
    if (known.length > 0)
      await copy(
        parts,
        known.map((pid) => exact(String(pid))),
      );
  },
};
export const copyKey = copying(COMMANDS.copyKey, actTitles.copyKey(), SYSV_KINDS, 'key');
export const copyName = copying(
  COMMANDS.copyName,
  actTitles.copyName(),
  [...POSIX_KINDS, 'unix', 'mapping'],
  'name',
);
export const copyPath = copying(COMMANDS.copyPath, actTitles.copyPath(), ['fifo', 'unix', 'mapping'], 'path');

/** Never one that would remove another object. */
export const copyIpcrm: Command = {
  id: COMMANDS.copyIpcrm,
  async run(parts, node, nodes) {
    const fits = (object: IpcObject) => copyOf(object, 'command') !== undefined;
    const objects = await targets(parts, titleOfCopy('command'), removable, node, nodes, fits);
    const copies = objects.flatMap((object) => copyOf(object, 'command') ?? []);
    if (copies.length > 0) return copy(parts, copies);
    const [object] = objects;
    if (object) void parts.ask.tell('info', indestructibleText(object, parts.inventory.process));
  },
};

/** A finding with its evidence, as Markdown. */
export const copyFinding: Command = {
  id: COMMANDS.copyFinding,
  async run(parts, node) {
    const text = parts.findings.textOf(node);
    if (text !== undefined) await copy(parts, [exact(text)]);
  },
};
