/** One look at a machine, as the rules ask it: who is whose child, who holds which end, which threads wait. */
import type { Endpoint } from '../protocol/facts';
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import { type Kind, kindOf, processRef, type Ref } from '../protocol/ref';
import type { Blind, Host, Process, Thread } from '../protocol/snapshot';
import type { Wait } from '../protocol/waits';

/** What a step looks at: a snapshot, with details and processes. */
export interface Look {
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number;
  /** Absent: limits and uses are not known. */
  host?: Pick<Host, 'limits' | 'usage' | 'uid'>;
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

/** An index over one look. Objects, of which there may be tens of thousands, are indexed a kind at a time, once somebody asks. */
export class Machine {
  /** When the look ended. */
  readonly at: number;
  readonly threads: ThreadNode[] = [];
  private readonly byPid = new Map<number, Process>();
  private readonly byKind = new Map<Kind, IpcObject[]>();
  private readonly byRef = new Map<Kind, Map<Ref, IpcObject>>();
  private readonly ofProcess = new Map<number, ThreadNode[]>();
  private readonly byParent = new Map<number, Process[]>();

  constructor(readonly look: Look) {
    this.at = look.endedAt;
    for (const object of look.objects) add(this.byKind, object.kind, object);
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
    const kind = ref === undefined ? undefined : kindOf(ref);
    if (ref === undefined || kind === undefined) return undefined;
    let known = this.byRef.get(kind);
    if (!known) {
      known = new Map(this.of(kind).map((object) => [object.ref, object]));
      this.byRef.set(kind, known);
    }
    return known.get(ref);
  }

  /** The objects of a kind. */
  of<K extends Kind>(kind: K): readonly ObjectOf<K>[] {
    return (this.byKind.get(kind) ?? []) as ObjectOf<K>[];
  }

  /** The ref of a process; undefined of one that is not in the look. */
  refOf(pid: number): Ref | undefined {
    const process = this.byPid.get(pid);
    return process && processRef(pid, process.startTime);
  }

  /** The threads of a process that are known; empty where it may not be looked at. */
  threadsOf(pid: number): readonly ThreadNode[] {
    return this.ofProcess.get(pid) ?? [];
  }

  /** A thread by its number alone: the tids of a machine are unique. */
  threadOf(pid: number, tid: number): ThreadNode | undefined {
    return this.threadsOf(pid).find(({ thread }) => thread.tid === tid);
  }

  /** Of the processes above one, the nearest first, as far as they are known. */
  ancestorsOf(pid: number): number[] {
    const line: number[] = [];
    for (let at = this.byPid.get(pid); at; at = this.byPid.get(line.at(-1) ?? 0)) {
      const next = at.parent === undefined ? [] : [at.parent, ...(at.ancestors ?? [])];
      // Numbers that were given anew while the look went on might close a circle.
      if (next.length === 0 || next.some((one) => line.includes(one))) break;
      line.push(...next);
    }
    return line;
  }

  childrenOf(pid: number): readonly Process[] {
    return this.byParent.get(pid) ?? [];
  }

  /** Whether somebody may have such an object, or this very one, who cannot be seen: in a process that is hidden, or on its way to one. */
  hides(field: 'endpoints' | 'waits', kind: Kind, ref?: Ref): boolean {
    return this.look.blind.some(
      (one) =>
        (one.ref === undefined || one.ref === ref) &&
        one.count !== 0 &&
        (one.code === 'inFlight' ||
          ((one.kind === undefined || one.kind === kind) &&
            (one.field === undefined || one.field === field))),
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

/** Adds to the list that a key has. */
export function add<K, V>(to: Map<K, V[]>, key: K, value: V): void {
  const known = to.get(key);
  if (known) known.push(value);
  else to.set(key, [value]);
}
