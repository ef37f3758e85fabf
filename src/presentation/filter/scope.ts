/** Which objects and processes a filter lets through. Pure: no word of a language in here. */
import type { IpcObject } from '../../protocol/kinds';
import type { Process } from '../../protocol/snapshot';
import type { Find } from '../values';
import type { Held } from '../holders';

export const SCOPES = ['mine', 'workspace', 'debugged', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a filter is measured by. */
export interface Measure {
  /** The user. */
  uid: number;
  /** Paths of the folders of the workspace, as they are named and as they really are. */
  folders: readonly string[];
  /** Pids of debugged processes and their descendants. */
  debugged: ReadonlySet<number>;
  /** How many debug sessions run, and the names of those of which no process is known. */
  sessions: number;
  unknown: readonly string[];
}

/** Whether a path is a folder or something under it. */
export function isUnder(path: string, folder: string): boolean {
  const whole = folder.endsWith('/') ? folder : `${folder}/`;
  return path === folder || path.startsWith(whole);
}

/** Whether a process belongs to a scope. One of which nothing is known belongs to `all` only. */
export function processIn(process: Process | undefined, scope: Scope, measure: Measure): boolean {
  if (scope === 'all') return true;
  if (!process) return false;
  switch (scope) {
    case 'mine':
      return process.uid === measure.uid;
    case 'debugged':
      return measure.debugged.has(process.pid);
    case 'workspace':
      return [process.workingDirectory, process.executable].some(
        (path) => path !== undefined && measure.folders.some((folder) => isUnder(path, folder)),
      );
  }
}

/** An object as far as its scope depends on it; `what` is a mapping's. */
type Scoped = Pick<IpcObject, 'owner'> &
  Held & { what?: string; path?: string; name?: string | { is: string; text?: string } | undefined };

/** Whether an object belongs to a scope: `mine` is what I own or hold, the others by who holds it; what is a file in its folders is the workspace's (a mapped file, a FIFO, a socket). */
export function objectIn(object: Scoped, scope: Scope, measure: Measure, find: Find): boolean {
  if (scope === 'all') return true;
  const { owner, endpoints = [] } = object;
  if (scope === 'mine' && owner?.uid === measure.uid) return true;
  if (scope === 'workspace' && liesIn(object, measure)) return true;
  return (
    endpoints.some(
      ({ pid, own }) => (scope === 'mine' && own === true) || processIn(find(pid), scope, measure),
    ) || (object.recent ?? []).some(({ pid }) => processIn(find(pid), scope, measure))
  );
}

/** Whether an object is a file in a folder of the workspace. */
function liesIn(object: Scoped, { folders }: Measure): boolean {
  const path = pathOf(object);
  return path !== undefined && folders.some((folder) => isUnder(path, folder));
}

/** The path by which an object is found; undefined where it has none. */
function pathOf({ what, name, path }: Scoped): string | undefined {
  if (path !== undefined) return path;
  if (typeof name === 'object') return name.is === 'path' ? name.text : undefined;
  return what === 'file' ? name : undefined;
}

/** Processes and everything that descends from them. */
export function descendants(processes: Iterable<Process>, roots: ReadonlySet<number>): Set<number> {
  const found = new Set(roots);
  if (roots.size === 0) return found;
  const parents = new Map<number, number>();
  for (const { pid, parent, ancestors = [] } of processes) {
    let child = pid;
    for (const above of parent === undefined ? [] : [parent, ...ancestors]) {
      parents.set(child, above);
      child = above;
    }
  }
  for (const pid of parents.keys()) {
    const way: number[] = [];
    // A parent that came while its children were read might stand in a circle.
    for (let at: number | undefined = pid; at !== undefined && !way.includes(at); at = parents.get(at)) {
      if (found.has(at)) {
        for (const one of way) found.add(one);
        break;
      }
      way.push(at);
    }
  }
  return found;
}
