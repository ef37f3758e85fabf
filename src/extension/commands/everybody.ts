/** Every process that shows as lines of a quick pick, those that somebody in trouble looks for first. */
import * as vscode from 'vscode';
import { stateText } from '../../presentation/processes';
import { waitsInText } from '../../presentation/roles';
import { t } from '../../presentation/translate';
import { processText } from '../../presentation/values';
import { processRef, type Ref } from '../../protocol/ref';
import { type Process, type Snapshot, waitsOf } from '../../protocol/snapshot';
import { ranksOf, type Standing } from '../model/ranks';
import type { PickItem } from '../ui/foreign';
import { type CommandParts, listed } from './command';

/** A line, and why it stands where it does. */
interface Somebody {
  item: PickItem<Ref>;
  standing: Standing;
}

/** Undefined where nobody could be looked at, which was told then. */
export async function everybody(parts: CommandParts): Promise<Somebody[] | undefined> {
  const [shells, snapshot] = await Promise.all([shellsNow(), listed(parts, { everybody: true })]);
  return snapshot && linesOf(parts, snapshot, shells);
}

/** The processes of a snapshot. `shells`: the leaders of the sessions of terminals. */
export function linesOf(
  { inventory }: Pick<CommandParts, 'inventory'>,
  snapshot: Snapshot,
  shells: readonly number[],
): Somebody[] {
  const wrong = (ref: Ref) => inventory.wrong.of(ref).length > 0;
  return ranksOf(snapshot, { wrong, shells }).map(({ process, standing }) => ({
    item: itemOf(process, standing),
    standing,
  }));
}

/** The shells of the terminals of this window. */
export async function shellsNow(): Promise<number[]> {
  const found = await Promise.all(vscode.window.terminals.map(({ processId }) => processId));
  return found.filter((pid) => pid !== undefined);
}

function itemOf(process: Process, standing: Standing): PickItem<Ref> {
  const { pid, startTime, command = '', state } = process;
  const waits = waitsOf(process) ?? [];
  const does = waits.length > 0 ? waitsInText(waits) : stateText(state);
  return {
    icon: 'server-process',
    attention: standing === 'wrong',
    label: processText(process),
    description: standing === 'inFront' ? t('in front of a terminal, {0}', does) : does,
    ...(command !== '' && { detail: command }),
    value: processRef(pid, startTime),
  };
}
