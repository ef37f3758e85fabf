/** Who would notice an act on an object: what stands in the question before it. */
import * as vscode from 'vscode';
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import type { Blind, Process } from '../protocol/snapshot';
import type { Acting } from './acts/acting';
import { grouped } from './format';
import { actText, ownActs } from './kinds/ownActs';
import { attachedNames, attachedTo } from './kinds/segmentWords';
import { waitSums } from './kinds/setWords';

const { t } = vscode.l10n;

export type Find = (pid: number) => Process | undefined;

/** Finds the living processes that objects name, and says what is hidden; asks for a snapshot where nobody has looked at them yet. */
export async function finder(
  { helper, inventory }: Acting,
  objects: readonly IpcObject[],
): Promise<{ find: Find; blind: readonly Blind[] }> {
  const known = objects.flatMap(pidsOf).every((pid) => inventory.process(pid));
  if (known && objects.every(({ ref }) => inventory.answers(ref)))
    return { find: inventory.process, blind: inventory.blind };
  const snapshot = await helper.request('snapshot', {}).catch(() => undefined);
  const fresh = new Map(snapshot?.processes.map((process) => [process.pid, process]));
  return {
    find: (pid) => fresh.get(pid) ?? inventory.process(pid),
    blind: snapshot?.blind ?? inventory.blind,
  };
}

/** That there may be others who hold these objects or wait on them; empty where nothing is hidden. */
export function hiddenText(blind: readonly Blind[], objects: readonly IpcObject[]): string[] {
  const counts = blind
    .filter(({ field, kind }) => field === 'endpoints' && objects.some((object) => object.kind === kind))
    .map(({ count = 0 }) => count);
  const most = Math.max(0, ...counts);
  if (most === 0) return [];
  return [
    most === 1
      ? t('1 process may not be looked at; it might use it too.')
      : t('{0} processes may not be looked at; they might use it too.', grouped(most)),
  ];
}

/** Every process that an object names: those that hold it and those that it remembers, each once. */
export function pidsOf(object: IpcObject | undefined): number[] {
  if (!object) return [];
  const pids = new Set(object.endpoints?.map(({ pid }) => pid));
  for (const past of pastsOf(object)) if (past && past.pid !== 0) pids.add(past.pid);
  return [...pids];
}

function pastsOf(object: IpcObject) {
  switch (object.kind) {
    case 'sysv.msg':
      return [object.lastSend, object.lastReceive];
    case 'sysv.sem':
      return object.details?.past ?? [];
    case 'sysv.shm':
      return [object.createdBy, object.lastUse];
  }
}

/** Who waits on a set; undefined where its mode hides that. */
export function waitersText(set: ObjectOf<'sysv.sem'>): string | undefined {
  const sums = waitSums(set);
  if (!sums) return undefined;
  const { increase, zero } = sums;
  if (increase + zero === 0) return t('Nobody waits on it.');
  return t('{0} wait for a value to rise and {1} for zero.', grouped(increase), grouped(zero));
}

/** Which processes have a segment attached. */
export function attachersText(segment: ObjectOf<'sysv.shm'>, find: Find): string {
  const names = attachedNames(segment, find);
  if (segment.attachments === 0 && attachedTo(segment).pids.length === 0)
    return t('No process has it attached.');
  return names === undefined
    ? t('Attachments: {0}.', grouped(segment.attachments))
    : t('Attached by: {0}.', names);
}

/** Our own waits and holds at an object; each a sentence. */
export function ownTexts(object: IpcObject): string[] {
  return ownActs(object).map((act) =>
    act.holds ? t('You hold: {0}.', actText(act)) : t('You wait: {0}.', actText(act)),
  );
}
