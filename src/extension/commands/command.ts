/** What every command works with, and how it finds the objects that it is about. */
import type { Debuggees } from '../model/debuggees';
import type { Sample } from '../model/sample';
import type { Silences } from '../model/silences';
import type { IpcObject } from '../../protocol/kinds';
import { refusalOf } from '../../protocol/mayAct';
import type { Kind } from '../../protocol/ref';
import type { Blind, Snapshot } from '../../protocol/snapshot';
import { absenceOfObjects } from '../../presentation/absence';
import { noneText } from '../../presentation/hidden';
import { BACK } from '../ui/ask';
import type { PickItem } from '../ui/foreign';
import { type Find, findIn, grouped, pastText, userText } from '../../presentation/values';
import type { CommandId } from '../ids';
import { viewOf } from '../../presentation/kinds';
import { frontOf, isSocket } from '../../presentation/kinds/connections';
import type { Panels } from '../panels/panels';
import { attempt } from '../acts/attempt';
import { actorOf } from '../model/actor';
import type { ObjectsNode, ProcessesNode } from '../views/nodes';
import type { FindingsView } from '../views/findings';
import type { ObjectsView } from '../views/objects';
import type { ProcessesView } from '../views/processes';
import { rowOf } from '../views/rows';
import type { ActContext } from '../acts/context';
import { t } from '../../presentation/translate';

export interface CommandParts extends ActContext {
  panels: Panels;
  findings: FindingsView;
  objects: ObjectsView;
  processes: ProcessesView;
  silences: Silences;
  sample: Sample;
  debuggees: Debuggees;
}

/** A command: its id, and what it does with the row it was called on and the rows that are selected. */
export interface Command {
  readonly id: CommandId;
  readonly run: (parts: CommandParts, node?: unknown, nodes?: unknown) => unknown;
}

/** In place of a row: what is selected in one of the trees (from a keybinding, which hands no row). */
export const SELECTION = 'selection';
export const PROCESSES_SELECTION = 'processesSelection';

/**
 * The objects that a command is about: of the row, else of the selection, else the user's choice among all that it `fits` (an ability: those on which it may succeed). What is
 * pointed at is answered also where it does not fit, so that the command can say why. Empty: the user closed the question.
 */
export async function targets(
  parts: CommandParts,
  title: string,
  kinds: readonly Kind[],
  node: unknown,
  nodes: unknown,
  fits?: string | ((object: IpcObject) => boolean),
): Promise<IpcObject[]> {
  // A key acts on what is selected, and on nothing else.
  if (node === SELECTION || node === PROCESSES_SELECTION) {
    const { selection } = node === SELECTION ? parts.objects : parts.processes;
    if (selection.length === 0) parts.ask.tellBriefly(t('No row is selected. Select one, and try again.'));
    return pointedAt(parts, selection, kinds);
  }
  const rows =
    Array.isArray(nodes) && nodes.length > 0 ? (nodes as unknown[]) : node === undefined ? [] : [node];
  if (rows.length > 0) return pointedAt(parts, rows, kinds);
  const { visible, selection } = parts.objects;
  const selected = visible ? objectsOf(parts, selection, kinds) : [];
  if (selected.length > 0) return selected;
  const chosen = await choose(parts, title, kinds, fits);
  return chosen ? [chosen] : [];
}

/** What a panel hands over in place of a row. */
interface Handed {
  object: IpcObject;
}

/** The object that a row stands for, if it is still here. */
function objectOf({ inventory }: CommandParts, row: ObjectsNode | ProcessesNode): IpcObject | undefined {
  return row.is === 'object' || row.is === 'held' ? inventory.get(row.ref) : undefined;
}

/** The same, where the user pointed at these rows: of those whose object is not there any more that is said, since nothing else happens. */
function pointedAt(parts: CommandParts, rows: readonly unknown[], kinds: readonly Kind[]): IpcObject[] {
  const { inventory, ask } = parts;
  const missing = rows
    .filter(
      (row): row is ObjectsNode | ProcessesNode => typeof row === 'object' && row !== null && 'is' in row,
    )
    .flatMap((row) =>
      (row.is === 'object' || row.is === 'held') && !inventory.get(row.ref) ? [row.kind] : [],
    );
  if (missing.length > 0)
    ask.tellBriefly(
      missingText(missing, { hasRows: (kind) => inventory.hasRows(kind), blind: inventory.blind }),
    );
  return objectsOf(parts, rows, kinds);
}

/** What is said of selected rows whose objects the inventory has not; `missing`: the kind of each. */
export function missingText(
  missing: readonly Kind[],
  { hasRows, blind }: { hasRows: (kind: Kind) => boolean; blind: readonly Blind[] },
): string {
  const count = missing.length;
  if (!missing.every((kind) => hasRows(kind)))
    return count === 1
      ? t('This object was not read yet. Try again in a moment.')
      : t('{0} of these objects were not read yet. Try again in a moment.', grouped(count));
  if (missing.every((kind) => absenceOfObjects(blind, kind) === 'proved'))
    return count === 1 ? t('This object is gone.') : t('{0} of these objects are gone.', grouped(count));
  return count === 1
    ? t('This object is not seen any more.')
    : t('{0} of these objects are not seen any more.', grouped(count));
}

function objectsOf(parts: CommandParts, rows: readonly unknown[], kinds: readonly Kind[]): IpcObject[] {
  return rows
    .filter((row): row is ObjectsNode | ProcessesNode | Handed => typeof row === 'object' && row !== null)
    .map((row) => ('is' in row ? objectOf(parts, row) : row.object))
    .filter((object) => object !== undefined)
    .filter((object) => kinds.includes(object.kind));
}

/** The user's choice among all objects of these kinds, of one fresh snapshot. */
async function choose(
  parts: CommandParts,
  title: string,
  kinds: readonly Kind[],
  fits: string | ((object: IpcObject) => boolean) = () => true,
): Promise<IpcObject | undefined> {
  let blind: readonly Blind[] = [];
  const answer = await parts.ask.pick<IpcObject>({
    title,
    placeholder: t('Which one? Type a key, an id, a path, a user or the name of a process.'),
    items: [],
    more: listed(parts).then((snapshot) => {
      if (!snapshot) return undefined;
      ({ blind } = snapshot);
      const actor = actorOf(snapshot.host);
      const may = typeof fits === 'string' ? (object: IpcObject) => !refusalOf(object, fits, actor) : fits;
      return pickObjects(snapshot, kinds).filter(({ value }) => may(value));
    }),
    none: () => noneText(blind, kinds, typeof fits === 'string'),
  });
  return answer === BACK ? undefined : answer;
}

/** A fresh snapshot; undefined where there is none, which was told then. `everybody`: as in the call. */
export async function listed(parts: CommandParts, { everybody = false } = {}): Promise<Snapshot | undefined> {
  const what = everybody ? t('list the processes') : t('list the objects');
  const snapshot = await attempt(parts, what, () => parts.inventory.snapshot(everybody));
  if (snapshot) parts.inventory.learn(snapshot.processes);
  return snapshot;
}

/** The objects of a snapshot as lines of a quick pick; `objects`: some of them. */
export function pickObjects(
  snapshot: Snapshot,
  kinds: readonly Kind[],
  find = findIn(snapshot),
  objects: readonly IpcObject[] = snapshot.objects,
): PickItem<IpcObject>[] {
  return objects
    .filter((object) => kinds.includes(object.kind) && isFront(object, find))
    .map((object) => {
      const row = rowOf(object, snapshot.host, find);
      const parts = [viewOf(object).labels.one, ...(object.owner ? [userText(object.owner)] : [])];
      if (object.kind === 'sysv.msg' && object.lastSend)
        parts.push(t('last sender {0}', pastText(object.lastSend, find)));
      if (object.kind === 'sysv.shm') parts.push(t('created by {0}', pastText(object.createdBy, find)));
      return {
        icon: row.icon,
        attention: row.severity !== undefined,
        label: row.label,
        description: row.description,
        detail: parts.join(' · '),
        value: object,
      };
    });
}

/** A connection is one line for its two sockets. */
function isFront(object: IpcObject, find: Find): boolean {
  return !isSocket(object) || frontOf(object, find.object) === object;
}
