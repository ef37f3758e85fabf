/** The rows of the processes under an object. */
import type * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import type { Host, Process } from '../../protocol/snapshot';
import type { Line } from '../../presentation/facts';
import { factsTooltip } from '../ui/foreign';
import { type Find, grouped, pidText } from '../../presentation/values';
import {
  type Holder,
  holdersOf,
  isGrouped,
  isRecent,
  processKey,
  recentHolder,
} from '../../presentation/holders';
import type { ObjectsNode } from './nodes';
import { ownState } from '../../presentation/ownState';
import { endFacts, haltedParts, roleGroup, roleParts, roleText } from '../../presentation/roles';
import { makeRow, type Row } from './rows';
import { factsOfProcess } from '../../presentation/processFacts';
import { userName } from '../model/userNames';
import { t } from '../../presentation/translate';
import { processRef } from '../../protocol/ref';
import { type Mark, markOf, markOfAll } from '../../presentation/findings/marks';
import type { Wrong } from '../model/wrong';

/** At most so many of one role; the panel has all. */
const MOST_HOLDERS = 1000;

/** What stands under an object: its processes, many of one role in a group. */
export function holderNodes(object: IpcObject, make: (node: ObjectsNode) => ObjectsNode): ObjectsNode[] {
  const { kind, ref } = object;
  return [...holdersOf(object)].flatMap(([role, holders]) =>
    isGrouped(holders)
      ? [make({ is: 'role', id: `${ref}/${role}`, kind, ref, role })]
      : nodesOf(object, holders, make),
  );
}

/** What stands under a group of one role. */
export function roleNodes(
  object: IpcObject,
  { role }: ObjectsNode & { is: 'role' },
  make: (node: ObjectsNode) => ObjectsNode,
): ObjectsNode[] {
  const { kind, ref } = object;
  const holders = holdersOf(object).get(role) ?? [];
  const nodes = nodesOf(object, holders.slice(0, MOST_HOLDERS), make);
  return holders.length > MOST_HOLDERS
    ? [...nodes, make({ is: 'moreHolders', id: `${ref}/${role}/more`, kind, ref, role })]
    : nodes;
}

function nodesOf(
  { kind, ref }: IpcObject,
  holders: readonly Holder[],
  make: (node: ObjectsNode) => ObjectsNode,
): ObjectsNode[] {
  return holders.map((holder) => {
    const { role, pid, startTime } = holder;
    return make({
      is: 'holder',
      id: `${ref}/${role}/${processKey(holder)}`,
      kind,
      ref,
      role,
      pid,
      startTime,
    });
  });
}

/** How many more of a role there are than rows. */
export function moreHolders(object: IpcObject, { role }: ObjectsNode & { is: 'moreHolders' }): number {
  return (holdersOf(object).get(role)?.length ?? 0) - MOST_HOLDERS;
}

/** The process of a node, as the object has it now. */
export function holderOf(
  object: IpcObject,
  { role, pid, startTime }: ObjectsNode & { is: 'holder' },
): Holder | undefined {
  if (role === 'recent')
    return isRecent(object, { pid, startTime }) ? recentHolder(pid, startTime) : undefined;
  const ends = (object.endpoints ?? []).filter(
    (end) => end.pid === pid && end.startTime === startTime && end.role === role,
  );
  return ends.length === 0
    ? undefined
    : { pid, startTime, role, own: ends.some(({ own }) => own === true), ends };
}

/** What was found wrong with whom. */
type WrongWith = Pick<Wrong, 'of'>;

export function holderRow(holder: Holder, host: Host, find: Find, wrong: WrongWith): Row {
  const { pid, own, ends, role } = holder;
  const uid = find(pid)?.uid;
  return makeRow({
    mark: processMark(holder, wrong),
    label: own ? t('you ({0})', pid) : pidText(pid, find),
    steady: [
      ...haltedParts(find(pid), find),
      ...(role === 'recent'
        ? [roleText(role)]
        : ends.some(({ act }) => act?.ability === 'talk')
          ? [t('talks')]
          : roleParts(ends)),
    ],
    icon: 'server-process',
    contextValue: 'holder',
    foreign: uid !== undefined && uid !== host.uid,
  });
}

/** The mark of a process. */
function processMark(
  { pid, startTime }: { pid: number; startTime: string },
  wrong: WrongWith,
): Mark | undefined {
  return markOf(wrong.of(processRef(pid, startTime)));
}

export function roleRow(object: IpcObject, { role }: ObjectsNode & { is: 'role' }, wrong: WrongWith): Row {
  const holders = holdersOf(object).get(role) ?? [];
  return makeRow({
    mark: markOfAll(holders.map(({ pid, startTime }) => wrong.of(processRef(pid, startTime)))),
    label: roleGroup(role),
    steady: [],
    counters: [grouped(holders.length)],
    icon: 'organization',
    contextValue: 'role',
    collapsible: true,
  });
}

/** Everything that is known of a process and of how it has the object. */
export function holderTooltip(
  holder: Holder,
  find: Find,
  closing: string,
  verdicts: readonly string[],
): vscode.MarkdownString {
  return factsTooltip(
    pidText(holder.pid, find),
    [...processFacts(find(holder.pid), find), ...endFacts(holder.ends)],
    [closing],
    [...verdicts, ...ownState(find(holder.pid), waitingHere(holder), find)],
  );
}

/** The threads of a process that wait on the object that it has. */
function waitingHere({ ends }: Holder): ReadonlySet<number> {
  return new Set(ends.flatMap(({ waits = [] }) => waits.map(({ tid }) => tid)));
}

/** What the tooltip of an object tells of a process that has it. */
const TOLD = ['pid', 'parent', 'state', 'command', 'program', 'folder', 'user', 'threads'];

function processFacts(process: Process | undefined, find: Find): Line[] {
  if (!process) return [];
  return factsOfProcess(process, { process: find, user: userName }).filter(({ key }) => TOLD.includes(key));
}
