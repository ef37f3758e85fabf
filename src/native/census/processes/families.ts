/** Families of processes: who has ended and was not collected, and how many children each has. Of these some hold nothing, so that no object names them. */
import { kept, survey } from '../look';
import type { Clocks } from './clocks';
import type { ProcessTable } from './processes';

interface CachedStat {
  clock: number;
  parent: number | undefined;
  ended: boolean;
}

/** What one look found. */
interface Families {
  /** Ended and not collected, with their parents; a process whose leader alone has ended is among them too. */
  zombies: { pid: number; parent: number }[];
  /** By pid: its children, zombies included. */
  children: ReadonlyMap<number, readonly number[]>;
}

/** Who ends runs for it, so that whoever's clock stands still is what it was; it has another parent only where that one has ended. */
class FamilyTable {
  private known = new Map<number, CachedStat>();

  forget(): void {
    this.known.clear();
  }

  *all(clocks: Clocks, processes: ProcessTable): Generator<undefined, Families> {
    const now = new Map<number, CachedStat>();
    const zombies: Families['zombies'] = [];
    const children = new Map<number, number[]>();
    for (const [pid, clock] of clocks) {
      const before = this.known.get(pid);
      const stands = before?.clock === clock && (before.parent === undefined || clocks.has(before.parent));
      const one = stands ? before : { clock, ...read(processes, pid) };
      now.set(pid, one);
      const { parent, ended } = one;
      if (parent !== undefined) {
        const known = children.get(parent);
        if (known) known.push(pid);
        else children.set(parent, [pid]);
        if (ended) zombies.push({ pid, parent });
      }
      if (!stands) yield;
    }
    this.known = now;
    return { zombies, children };
  }
}

function read(processes: ProcessTable, pid: number): Pick<CachedStat, 'parent' | 'ended'> {
  const stat = processes.leader(pid);
  return { parent: stat?.parent, ended: stat?.state === 'Z' };
}

const familyTable = kept(() => new FamilyTable());
export const families = survey((look) => look.kept(familyTable).all(look.clocks, look.processes));
