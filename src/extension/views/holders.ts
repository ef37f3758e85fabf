/** The processes that have an object, one for each role, and which of them stand in a group. Pure: no word of a language in here. */
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';

type Role = Endpoint['role'];

/** More of one role than this stand in a group of their own. */
const MOST_UNGROUPED = 10;

/** In the order in which they are shown. */
const ROLES: readonly Role[] = [
  ...(['writer', 'reader', 'both', 'attached', 'mapped', 'open', 'bound', 'connected'] as const),
  ...(['waiter', 'holder'] as const),
];

/** One process in one role. */
export interface Holder {
  pid: number;
  startTime: string;
  role: Role;
  /** A waiting or holding act of our own. */
  own: boolean;
  /** Each of its descriptors, mappings or waits. */
  ends: Endpoint[];
}

/** Names a process: a pid alone may come again. */
export function processKey({ pid, startTime }: { pid: number; startTime: string }): string {
  return `${pid}:${startTime}`;
}

/** The processes of an object by role, each role by pid. */
export function holdersOf({ endpoints = [] }: Pick<IpcObject, 'endpoints'>): Map<Role, Holder[]> {
  const found = new Map<string, Holder>();
  for (const end of endpoints) {
    const key = `${processKey(end)} ${end.role}`;
    const known = found.get(key);
    const { pid, startTime, role } = end;
    if (known) known.ends.push(end);
    else found.set(key, { pid, startTime, role, own: end.own === true, ends: [end] });
  }
  const roles = new Map<Role, Holder[]>();
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

/** Whether so many stand in a group. */
export function isGrouped(holders: readonly Holder[]): boolean {
  return holders.length > MOST_UNGROUPED;
}
