/** One look at a machine, as the rules ask it: who is whose child, who holds which end, which threads wait. */
import type { Endpoint } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';
import type { Ref } from '../protocol/ref';
import type { Blind, Process, Thread } from '../protocol/snapshot';
import type { Wait } from '../protocol/waits';

/** What a step looks at. `at`: when the look ended, milliseconds since the epoch. */
export interface Look {
  at: number;
  objects: readonly IpcObject[];
  processes: readonly Process[];
  blind: readonly Blind[];
}

/** A thread and the process that it is of. `number`: its place among all threads of the look. */
export interface ThreadNode {
  readonly number: number;
  readonly process: Process;
  readonly thread: Thread;
}

/** Stopped by a signal or a debugger, or ended: it does nothing until somebody else does something (proc(5), stat). */
const INERT: ReadonlySet<string> = new Set(['T', 't', 'Z', 'X', 'x']);

/** An index over one look. */
export class Machine {
  readonly at: number;
  readonly threads: ThreadNode[] = [];
  private readonly byPid = new Map<number, Process>();
  private readonly byRef = new Map<Ref, IpcObject>();
  private readonly ofProcess = new Map<number, ThreadNode[]>();
  private readonly byParent = new Map<number, Process[]>();

  constructor(readonly look: Look) {
    this.at = look.at;
    for (const object of look.objects) this.byRef.set(object.ref, object);
    for (const process of look.processes) {
      this.byPid.set(process.pid, process);
      if (process.parent !== undefined) add(this.byParent, process.parent, process);
      for (const thread of process.threads ?? []) {
        const node = { number: this.threads.length, process, thread };
        this.threads.push(node);
        add(this.ofProcess, process.pid, node);
      }
    }
  }

  process(pid: number): Process | undefined {
    return this.byPid.get(pid);
  }

  object(ref: Ref | undefined): IpcObject | undefined {
    return ref === undefined ? undefined : this.byRef.get(ref);
  }

  /** The threads of a process that are known; empty where it may not be looked at. */
  threadsOf(pid: number): readonly ThreadNode[] {
    return this.ofProcess.get(pid) ?? [];
  }

  /** A thread by its number alone: the tids of a machine are unique. */
  threadOf(pid: number, tid: number): ThreadNode | undefined {
    return this.threadsOf(pid).find(({ thread }) => thread.tid === tid);
  }

  childrenOf(pid: number): readonly Process[] {
    return this.byParent.get(pid) ?? [];
  }

  /** Whether processes of this kind of object may be hidden from us: who holds or waits that nobody can see. */
  hides(field: 'endpoints' | 'waits', kind: IpcObject['kind']): boolean {
    return this.look.blind.some(
      (one) =>
        one.ref === undefined &&
        one.count !== 0 &&
        (one.kind === undefined || one.kind === kind) &&
        (one.field === undefined || one.field === field),
    );
  }
}

/** What a thread waits for; undefined where it runs, is stopped or ended, or where that is not known. */
export function waitOf({ thread }: ThreadNode): Wait | undefined {
  return thread.wait === 'runs' || isInert(thread) ? undefined : thread.wait;
}

/** Whether a thread can do nothing before another acts on it. */
export function isInert({ state }: Pick<Thread, 'state'>): boolean {
  return INERT.has(state);
}

/** The processes that hold an object in one of these roles, each once; our own waiting acts and mere waiters are none. */
export function holdersIn(object: IpcObject, ...roles: Endpoint['role'][]): number[] {
  const held = (object.endpoints ?? []).filter(({ role }) => roles.includes(role));
  return [...new Set(held.map(({ pid }) => pid))];
}

function add<K, V>(to: Map<K, V[]>, key: K, value: V): void {
  const known = to.get(key);
  if (known) known.push(value);
  else to.set(key, [value]);
}
