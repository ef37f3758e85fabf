/** Processes that share one table of descriptors or one memory (CLONE_FILES, CLONE_VM), found by kcmp(2), which gives an order to sort by. */
import { compare } from '../libc/kcmp';
import type { Together } from './clocked';

/** Processes with the same thing. */
interface Group {
  members: Set<number>;
}

export class Sharing implements Together {
  /** In the order of kcmp. */
  private groups: Group[] = [];
  private readonly groupOf = new Map<number, Group>();
  /** Those whose things may not be compared: nobody can know with whom they share, so they are never taken for unchanged. */
  readonly unknown = new Set<number>();

  /** Since `begin`. */
  private readonly placed = new Set<number>();

  constructor(private readonly type: 'files' | 'memory') {}

  *partners(pid: number): Iterable<number> {
    for (const member of this.groupOf.get(pid)?.members ?? []) if (member !== pid) yield member;
  }

  begin(pids: ReadonlySet<number>): void {
    // An exec or unshare gives a process a table of its own; a birth may share another's. Whoever still stood at its old place would lead the
    // search for others astray.
    for (const pid of pids) this.leave(pid);
    // So may one have done that ran while the last were placed, and which only now is known to have run.
    const again = [...this.placed].filter((pid) => !pids.has(pid) && this.groupOf.has(pid));
    this.placed.clear();
    for (const pid of again) this.leave(pid);
    for (const pid of again) this.place(pid);
  }

  ran(pid: number): void {
    this.leave(pid);
    this.place(pid);
    this.placed.add(pid);
  }

  gone(pid: number): void {
    this.leave(pid);
    this.unknown.delete(pid);
  }

  private leave(pid: number): void {
    const group = this.groupOf.get(pid);
    if (!group) return;
    this.groupOf.delete(pid);
    group.members.delete(pid);
    if (group.members.size === 0) this.groups.splice(this.groups.indexOf(group), 1);
  }

  /** Binary search; a comparison that cannot be made with one member is made with another. */
  private place(pid: number): void {
    this.unknown.delete(pid);
    let [low, high] = [0, this.groups.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const group = this.groups[middle];
      if (!group) break;
      const order = this.compareWith(group, pid);
      if (order === 'same') {
        group.members.add(pid);
        this.groupOf.set(pid, group);
        return;
      }
      if (order === 'denied') {
        this.unknown.add(pid);
        return;
      }
      if (order === 'gone') {
        // Its members have ended; they are taken out when the walk notices.
        this.groups.splice(middle, 1);
        high--;
        for (const member of group.members) this.groupOf.delete(member);
      } else if (order === 'less') high = middle;
      else low = middle + 1;
    }
    const group = { members: new Set([pid]) };
    this.groups.splice(low, 0, group);
    this.groupOf.set(pid, group);
  }

  private compareWith(group: Group, pid: number): ReturnType<typeof compare> {
    let found: ReturnType<typeof compare> = 'gone';
    for (const member of group.members) {
      found = compare(this.type, pid, member);
      if (found !== 'gone') return found;
    }
    return found;
  }
}
