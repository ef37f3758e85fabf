/** Who had something mapped a moment ago: a program may map for the time of one access only, and its partner too, so that no look ever sees both. */
import type { MappingObject } from '../../../protocol/kinds/mapping';
import type { HeldFile } from '../../census/memory/held';
import { keyOf } from '../../census/memory/held';
import type { Look } from '../../census/look';

/** Looks for which a holder is remembered, and milliseconds after which it is forgotten all the same. */
const LOOKS = 5;
const LONGEST = 30_000;

export type Recent = NonNullable<MappingObject['recent']>[number];

interface Remembered extends Recent {
  look: number;
}

interface HeldBefore {
  file: HeldFile;
  holders: Map<number, Remembered>;
}

/** Kept from one census to the next. */
export class RecentHolders {
  private readonly known = new Map<string, HeldBefore>();
  private looks = 0;

  /** Notes who has what now, and forgets who had it long ago. */
  note(files: Iterable<HeldFile>, look: Look): void {
    this.looks++;
    for (const file of files) {
      const key = keyOf(file);
      const known = this.known.get(key) ?? { file, holders: new Map<number, Remembered>() };
      known.file = file;
      for (const { pid, startTime, rights, role } of file.ends)
        if (role === 'mapped' && rights !== undefined)
          known.holders.set(pid, {
            pid,
            startTime,
            rights: wider(known.holders.get(pid)?.rights, rights),
            seenAt: look.startedAt,
            look: this.looks,
          });
      this.known.set(key, known);
    }
    for (const [key, { holders }] of this.known) {
      for (const [pid, one] of holders)
        if (this.looks - one.look > LOOKS || look.startedAt - one.seenAt > LONGEST) holders.delete(pid);
      if (holders.size === 0) this.known.delete(key);
    }
  }

  /** Everything that somebody has now or had a moment ago: the file as it was seen last, and those who live and have it no more. */
  *all(now: ReadonlyMap<string, HeldFile>, look: Look): Generator<{ file: HeldFile; recent: Recent[] }> {
    const keys = new Set([...now.keys(), ...this.known.keys()]);
    for (const key of keys) {
      const known = this.known.get(key);
      const file = now.get(key) ?? (known && { ...known.file, ends: [], sleepers: [] });
      if (!file) continue;
      const present = new Set(file.ends.filter(({ role }) => role === 'mapped').map(({ pid }) => pid));
      const recent: Recent[] = [];
      for (const { pid, startTime, rights, seenAt } of known?.holders.values() ?? [])
        if (!present.has(pid) && look.processes.bornAt(pid) === startTime)
          recent.push({ pid, startTime, rights, seenAt });
      yield { file, recent };
    }
  }
}

/** One that writes once and reads then is a writer. */
function wider(before: string | undefined, now: string): string {
  return before?.[1] === 'w' ? before : now;
}
