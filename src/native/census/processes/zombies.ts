/** Processes that have ended and that nobody has collected yet: they hold nothing any more, so that no object names them. */
import { readSmall } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import { kept, survey } from '../look';
import type { Clocks } from './clocks';

/** Who ends runs for it, so that whoever's clock stands still is what it was. */
class ZombieTable {
  private known = new Map<number, { clock: number; parent: number | undefined }>();

  forget(): void {
    this.known.clear();
  }

  *all(clocks: Clocks): Generator<undefined, { pid: number; parent: number }[]> {
    const now: typeof this.known = new Map();
    const found: { pid: number; parent: number }[] = [];
    for (const [pid, clock] of clocks) {
      const before = this.known.get(pid);
      const one = before?.clock === clock ? before : { clock, parent: parentOfZombie(pid) };
      now.set(pid, one);
      if (one.parent !== undefined) found.push({ pid, parent: one.parent });
      if (one !== before) yield;
    }
    this.known = now;
    return found;
  }
}

/** Undefined of one that has not ended, or is gone. */
function parentOfZombie(pid: number): number | undefined {
  const line = readSmall(`/proc/${pid}/stat`);
  const stat = line && parseStat(line);
  return stat?.state === 'Z' ? stat.parent : undefined;
}

const zombieTable = kept(() => new ZombieTable());
/** Each with its parent; a process whose leader alone has ended is among them too. */
export const zombies = survey((look) => look.kept(zombieTable).all(look.clocks));
