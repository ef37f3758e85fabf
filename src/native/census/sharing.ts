/** Processes that share one table of descriptors or one memory (CLONE_FILES, CLONE_VM), found by kcmp(2), which gives an order to sort by. */
import { compare } from '../libc/kcmp';
import { isKernelThread } from '../proc/threads';
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

  constructor(private readonly type: 'files' | 'memory') {}

  *partners(pid: number): Iterable<number> {
    for (const member of this.groupOf.get(pid)?.members ?? []) if (member !== pid) yield member;
  }

  ran(pid: number): void {
    if (this.stands(pid)) return;
    // An exec or unshare gave it a table of its own; a birth may share another's.
    this.leave(pid);
    this.unknown.delete(pid);
    // Compared with itself: whether it may be compared at all.
    const self = compare(this.type, pid, pid);
    if (self === 'gone') return;
    if (self === 'same') this.place(pid);
    else if (!isKernelThread(pid)) this.unknown.add(pid);
  }

  gone(pid: number): void {
    this.leave(pid);
    this.unknown.delete(pid);
  }

  /** Whether it stands where it belongs: what it has is still between what its neighbours have. Only a birth begins to share. */
  private stands(pid: number): boolean {
    const group = this.groupOf.get(pid);
    if (!group) return false;
    for (const member of group.members) if (member !== pid) return compare(this.type, pid, member) === 'same';
    const at = this.groups.indexOf(group);
    const [before, after] = [this.groups[at - 1], this.groups[at + 1]];
    return (
      (before === undefined || this.compareWith(before, pid) === 'greater') &&
      (after === undefined || this.compareWith(after, pid) === 'less')
    );
  }

  private leave(pid: number): void {
    const group = this.groupOf.get(pid);
    if (!group) return;
    this.groupOf.delete(pid);
    group.members.delete(pid);
    if (group.members.size === 0) this.groups.splice(this.groups.indexOf(group), 1);
  }

  /** Binary search among those that may be compared. */
  private place(pid: number): void {
    let [low, high] = [0, this.groups.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const group = this.groups[middle];
      if (!group) break;
      const order = this.compareWith(group, pid);
      if (order === 'same') {
        // Kernel threads have nothing, and all share it.
        if (isKernelThread(pid)) return;
        group.members.add(pid);
        this.groupOf.set(pid, group);
        return;
      }
      if (order === 'denied' || order === 'gone') {
        // Its members have ended, or may not be compared any more (an exec with other rights).
        this.groups.splice(middle, 1);
        high--;
        for (const member of group.members) {
          this.groupOf.delete(member);
          if (order === 'denied') this.unknown.add(member);
        }
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
