/** Processes that share one table of descriptors or one memory (CLONE_FILES, CLONE_VM), found by kcmp(2), which gives an order to sort by. */
import { compare } from '../../libc/kcmp';
import { isKernelThread } from '../../proc/threads';
import type { Together } from './clocked';

/** Tasks with the same thing. */
interface Group {
  members: Set<number>;
}

/** A process has its thing as its leader, but for threads with one of their own: so it is tasks that are compared. */
export class Sharing implements Together {
  /** In the order of kcmp. */
  private groups: Group[] = [];
  private readonly groupOf = new Map<number, Group>();
  /** Of each task its process, and the other way round. */
  private readonly processOf = new Map<number, number>();
  private readonly tasksOf = new Map<number, readonly number[]>();
  /** Those whose things may not be compared: nobody can know with whom they share, so they are never taken for unchanged. */
  readonly unknown = new Set<number>();
  /** Processes, since `begin`. */
  private readonly placed = new Set<number>();

  /** `doubtful`: whether those that may not be compared count as unknown. Where kcmp(2) is refused to all that is everybody. */
  constructor(
    private readonly type: 'files' | 'memory',
    private readonly doubtful = true,
  ) {}

  *partners(pid: number): Iterable<number> {
    for (const task of this.tasksOf.get(pid) ?? [])
      for (const member of this.groupOf.get(task)?.members ?? []) {
        const process = this.processOf.get(member);
        if (process !== undefined && process !== pid) yield process;
      }
  }

  begin(pids: ReadonlySet<number>): void {
    // An exec or unshare gives a process a table of its own; a birth may share another's. Whoever still stood at its old place would lead the
    // search for others astray.
    for (const pid of pids) this.leave(pid);
    // So may one have done that ran while the last were placed, and which only now is known to have run.
    const again = [...this.placed].filter((pid) => !pids.has(pid) && this.tasksOf.has(pid));
    const tasks = again.map((pid) => this.tasksOf.get(pid) ?? []);
    this.placed.clear();
    for (const pid of again) this.leave(pid);
    for (const [at, pid] of again.entries()) this.join(pid, tasks[at] ?? []);
  }

  ran(pid: number, tasks: readonly number[]): void {
    this.leave(pid);
    this.join(pid, tasks);
    this.placed.add(pid);
  }

  gone(pid: number): void {
    this.leave(pid);
    this.placed.delete(pid);
  }

  private join(pid: number, tasks: readonly number[]): void {
    this.tasksOf.set(pid, tasks);
    for (const task of tasks) {
      this.processOf.set(task, pid);
      // Compared with itself: whether it may be compared at all. One that may not would lead the search for all others astray.
      const self = compare(this.type, task, task);
      if (self === 'same') this.place(task, pid);
      else if (self === 'denied' && this.doubtful && !isKernelThread(pid)) this.unknown.add(pid);
    }
  }

  private leave(pid: number): void {
    this.unknown.delete(pid);
    for (const task of this.tasksOf.get(pid) ?? []) {
      if (this.processOf.get(task) === pid) this.processOf.delete(task);
      const group = this.groupOf.get(task);
      if (!group) continue;
      this.groupOf.delete(task);
      group.members.delete(task);
      const at = group.members.size === 0 ? this.groups.indexOf(group) : -1;
      if (at >= 0) this.groups.splice(at, 1);
    }
    this.tasksOf.delete(pid);
  }

  /** Binary search among those that may be compared; a comparison that cannot be made with one member is made with another. */
  private place(task: number, pid: number): void {
    let [low, high] = [0, this.groups.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const group = this.groups[middle];
      if (!group) break;
      const order = this.compareWith(group, task);
      if (order === 'same') {
        // Kernel threads have nothing, and all share it.
        if (isKernelThread(pid)) return;
        group.members.add(task);
        this.groupOf.set(task, group);
        return;
      }
      if (order === 'denied' || order === 'gone') {
        // It may be this one that has ended just now.
        if (order === 'gone' && compare(this.type, task, task) !== 'same') return;
        // Its members have ended, or may not be compared any more (an exec with other rights).
        this.groups.splice(middle, 1);
        high--;
        for (const member of group.members) {
          this.groupOf.delete(member);
          if (order === 'denied' && this.doubtful) this.unknown.add(this.processOf.get(member) ?? member);
        }
      } else if (order === 'less') high = middle;
      else low = middle + 1;
    }
    const group = { members: new Set([task]) };
    this.groups.splice(low, 0, group);
    this.groupOf.set(task, group);
  }

  private compareWith(group: Group, task: number): ReturnType<typeof compare> {
    let found: ReturnType<typeof compare> = 'gone';
    for (const member of group.members) {
      found = compare(this.type, task, member);
      if (found !== 'gone') return found;
    }
    return found;
  }
}
