/** Objects without a name that a process and its descendants made by the dozen, as Python's multiprocessing does. Pure: no word of a language in here. */
import type { IpcObject } from '../../protocol/kinds';
import { processKey } from '../../presentation/holders';

/** So many of one family stand by themselves; more stand under it. */
const MOST_ALONE = 3;
/** All processes descend from it: that it is the nearest common ancestor says nothing. */
const INIT = 1;

export interface Family {
  key: string;
  pid: number;
  startTime: string;
  /** In the order in which they were given. */
  objects: IpcObject[];
}

/** The families that have many, by pid. An object that is in none of them stands by itself. */
export function familiesOf(objects: readonly IpcObject[]): Family[] {
  const found = new Map<string, Family>();
  for (const object of objects) {
    if (object.kind !== 'posix.sem' || !object.family || !object.flags.includes('unlinked')) continue;
    if (object.family.pid === INIT) continue;
    const key = processKey(object.family);
    const known = found.get(key);
    if (known) known.objects.push(object);
    else found.set(key, { key, ...object.family, objects: [object] });
  }
  return [...found.values()]
    .filter((family) => family.objects.length > MOST_ALONE)
    .sort((a, b) => a.pid - b.pid);
}
