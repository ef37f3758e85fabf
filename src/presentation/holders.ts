/** The processes that have an object, one for each role, and which of them stand in a group. Pure: no word of a language in here. */
import type { Endpoint } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';

/** `recent`: had it a moment ago, and has it not any more. */
export type HolderRole = Endpoint['role'] | 'recent';

/** More of one role than this stand in a group of their own. */
const MOST_UNGROUPED = 10;

/** In the order in which they are shown. */
const ROLES: readonly HolderRole[] = [
  ...(['writer', 'reader', 'both', 'attached', 'mapped', 'open', 'bound', 'connected'] as const),
  ...(['slave', 'master'] as const),
  ...(['waiter', 'holder', 'recent'] as const),
];

/** One process in one role. */
export interface Holder {
  pid: number;
  startTime: string;
  role: HolderRole;
  /** A waiting or holding act of our own. */
  own: boolean;
  /** Each of its descriptors, mappings or waits; none of a recent one. */
  ends: Endpoint[];
}

/** An object as far as it tells who has it, and who had it a moment ago. */
export type Held = Pick<IpcObject, 'endpoints'> & {
  recent?: readonly { pid: number; startTime: string }[] | undefined;
};

/** Names a process: a pid alone may come again. */
export function processKey({ pid, startTime }: { pid: number; startTime: string }): string {
  return `${pid}:${startTime}`;
}

/** The processes of an object by role, each role by pid. */
export function holdersOf(object: Held): Map<HolderRole, Holder[]> {
  const found = new Map<string, Holder>();
  for (const end of object.endpoints ?? []) {
    const key = `${processKey(end)} ${end.role}`;
    const known = found.get(key);
    const { pid, startTime, role } = end;
    if (known) known.ends.push(end);
    else found.set(key, { pid, startTime, role, own: end.own === true, ends: [end] });
  }
  for (const { pid, startTime } of object.recent ?? [])
    found.set(`${processKey({ pid, startTime })} recent`, recentHolder(pid, startTime));
  const roles = new Map<HolderRole, Holder[]>();
  for (const role of ROLES) {
    const here = [...found.values()].filter((holder) => holder.role === role);
    if (here.length > 0)
      roles.set(
        role,
        here.sort((a, b) => a.pid - b.pid),
      );
  }
  return roles;
}

/** Whether a process had a mapping a moment ago, and has it not any more. */
export function isRecent({ recent = [] }: Held, process: { pid: number; startTime: string }): boolean {
  return recent.some(({ pid, startTime }) => pid === process.pid && startTime === process.startTime);
}

export function recentHolder(pid: number, startTime: string): Holder {
  return { pid, startTime, role: 'recent', own: false, ends: [] };
}

/** Whether anything stands under an object. */
export function hasHolders({ endpoints = [], recent = [] }: Held): boolean {
  return endpoints.length > 0 || recent.length > 0;
}

/** Whether so many stand in a group. */
export function isGrouped(holders: readonly Holder[]): boolean {
  return holders.length > MOST_UNGROUPED;
}
