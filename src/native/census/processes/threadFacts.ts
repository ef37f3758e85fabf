/** The threads of processes that somebody looks at: state, name, and what each waits for. */
import { type Thread, THREADS_MOST } from '../../../protocol/snapshot';
import type { Wait } from '../../../protocol/waits';
import { readRecord } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import { threadsOf } from '../../proc/threads';
import type { SinceTable } from '../waits/since';
import type { ProcessThreads, SleepingThread } from '../waits/threads';

/** A thread as its `stat` has it. */
interface Task {
  tid: number;
  state: string;
  name: string;
}

interface CachedTasks {
  clock: number | undefined;
  tasks: readonly Task[];
  look: number;
}

/** Threads between two places where a walk may pause. */
const BREATH = 32;
/** As in `Clocked`: nothing is taken for unchanged in more looks than this. */
const EVERY = 60;

/** Kept from one look to the next: the threads of a process that has not run are what they were. */
export class ThreadFacts {
  private readonly known = new Map<number, CachedTasks>();
  private looks = 0;

  constructor(private readonly since: SinceTable) {}

  /** Starts a new look. */
  begin(): void {
    this.looks++;
    for (const [pid, { look }] of this.known) if (look < this.looks - 1) this.known.delete(pid);
  }

  /** Those of one process. `clock`: its CPU clock as it was before the threads were walked. `waitOf`: with the objects. */
  *of(
    { pid, name }: { pid: number; name: string },
    clock: number | undefined,
    threads: ProcessThreads | undefined,
    waitOf: (thread: SleepingThread) => Wait,
  ): Generator<undefined, Thread[]> {
    const tasks = yield* this.tasksOf(pid, clock);
    const sleeping = new Map(threads?.sleeping.map((thread) => [thread.tid, thread]));
    const facts: Thread[] = [];
    for (const task of chosen(tasks, sleeping)) {
      const asleep = sleeping.get(task.tid);
      const wait = task.state === 'R' ? 'runs' : asleep && this.waitSince(pid, task, asleep, waitOf);
      facts.push({
        tid: task.tid,
        state: task.state,
        ...(task.name !== name && { name: task.name }),
        ...(wait !== undefined && { wait }),
      });
      if (facts.length % BREATH === 0) yield;
    }
    return facts;
  }

  private waitSince(
    pid: number,
    { tid, state }: Task,
    thread: SleepingThread,
    waitOf: (thread: SleepingThread) => Wait,
  ): Wait | undefined {
    // Stopped, or ended, since it was seen asleep.
    if (!/^[SDI]$/.test(state)) return undefined;
    return { ...waitOf(thread), ...this.since.of(pid, tid) };
  }

  private *tasksOf(pid: number, clock: number | undefined): Generator<undefined, readonly Task[]> {
    const before = this.known.get(pid);
    const still = before && clock !== undefined && before.clock === clock;
    // Who runs at this moment is counted at its next tick only.
    const same =
      still && (this.looks + pid) % EVERY !== 0 && before.tasks.every(({ state }) => state !== 'R');
    if (same) {
      before.look = this.looks;
      return before.tasks;
    }
    const tasks: Task[] = [];
    for (const tid of threadsOf(pid)) {
      const line = readRecord(`/proc/${pid}/task/${tid}/stat`);
      const stat = line && parseStat(line);
      if (stat) tasks.push({ tid, state: stat.state, name: stat.name.text });
      if (tasks.length % BREATH === 0) yield;
    }
    this.known.set(pid, { clock, tasks, look: this.looks });
    return tasks;
  }
}

/** All, or of too many first those that wait on what others may change; in the order of their ids. */
function chosen(tasks: readonly Task[], sleeping: ReadonlyMap<number, SleepingThread>): readonly Task[] {
  if (tasks.length <= THREADS_MOST) return tasks;
  const matters = ({ tid }: Task) => (sleeping.get(tid)?.target.is ?? 'none') !== 'none';
  const some = [...tasks.filter(matters), ...tasks.filter((task) => !matters(task))].slice(0, THREADS_MOST);
  return some.sort((a, b) => a.tid - b.tid);
}
