/** What the page of an object says beside its facts: what is wrong with it, and what each process that has it does by itself. */
import type { IpcObject } from '../../protocol/kinds';
import type { PanelState } from '../../protocol/pages/object';
import { processRef } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { refOfWait, type Wait } from '../../protocol/waits';
import { waitersIn } from '../../presentation/findings/evidence';
import { pageVerdicts } from '../../presentation/findings/verdicts';
import { processKey } from '../../presentation/holders';
import { ownState } from '../../presentation/ownState';
import type { Find } from '../../presentation/values';
import { DOABLE } from '../model/cures';
import type { Wrong } from '../model/wrong';

export type Beside = Pick<PanelState, 'doing' | 'verdicts' | 'moreVerdicts'>;

/** Nobody knows of anything. */
export const NOTHING_BESIDE: Beside = { doing: {}, verdicts: [], moreVerdicts: 0 };

type WrongWith = Pick<Wrong, 'about' | 'around'>;

/** As it is now, of an object and the other socket of its connection. */
export function besideOf(objects: readonly IpcObject[], wrong: WrongWith, find: Find): Beside {
  const findings = wrong.about(...objects.map(({ ref }) => ref));
  const { said, more } = pageVerdicts(findings, wrong.around, DOABLE);
  return { doing: doingOf(objects, wrong, find), verdicts: said, moreVerdicts: more };
}

function doingOf(objects: readonly IpcObject[], wrong: WrongWith, find: Find): Beside['doing'] {
  const here = new Map<string, Set<number>>();
  for (const { endpoints = [] } of objects)
    for (const { own, waits = [], ...end } of endpoints) {
      if (own === true) continue;
      const key = processKey(end);
      const known = here.get(key) ?? new Set();
      for (const { tid } of waits) known.add(tid);
      here.set(key, known);
    }
  const doing: Beside['doing'] = {};
  for (const [key, waiting] of here) {
    const process = find(Number(key.slice(0, key.indexOf(':'))));
    if (!process || processKey(process) !== key) continue;
    const says = ownState(withFound(process, wrong), waiting, wrong.around.find);
    if (says.length > 0) doing[key] = says;
  }
  return doing;
}

/** A look at one object knows no others: on which of them a thread waits the findings may tell, if it still is in the same call. */
function withFound(process: Process, wrong: Pick<Wrong, 'about'>): Process {
  const { pid, startTime, threads } = process;
  const found = new Map<number, Wait>();
  for (const finding of wrong.about(processRef(pid, startTime)))
    for (const waiter of waitersIn(finding)) if (waiter.pid === pid) found.set(waiter.tid, waiter.wait);
  if (!threads || found.size === 0) return process;
  return { ...process, threads: threads.map((thread) => named(thread, found.get(thread.tid))) };
}

type Thread = NonNullable<Process['threads']>[number];

function named(thread: Thread, found: Wait | undefined): Thread {
  const { wait } = thread;
  if (!found || typeof wait !== 'object' || refOfWait(wait) !== undefined) return thread;
  return wait.call === found.call && withoutNames(wait) === withoutNames(found)
    ? { ...thread, wait: found }
    : thread;
}

/** What a thread waits on, but for what only a look at all objects tells. */
function withoutNames({ on }: Wait): string {
  return JSON.stringify(on, (key, value: unknown) => (key === 'ref' || key === 'type' ? undefined : value));
}
