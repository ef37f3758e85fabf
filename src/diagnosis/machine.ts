/** One look at a machine, as the rules ask it: who is whose child, who holds which end, which threads wait. */
import type { Endpoint } from '../protocol/facts';
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import { type Kind, kindOf, processRef, type Ref } from '../protocol/ref';
import type { Blind, Host, Process, Thread } from '../protocol/snapshot';
import type { Wait } from '../protocol/waits';
import { processesOf, type Waiting } from './edge';
import { type Choice, Objects } from './objects';

/** What a step looks at: a snapshot, with details and processes. */
export interface Observation {
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
  readonly home: Home;
  readonly process: Process;
  readonly thread: Thread;
  /** Whether it can do nothing before another acts on it. */
  readonly inert: boolean;
  /** What it waits for; undefined where it runs, is stopped or ended, or where that is not known. */
  readonly wait: Wait | undefined;
}

/** A process with the threads of it that are known: none where it may not be looked at. `place`: its own among all processes of the look. */
export interface Home {
  readonly place: number;
  readonly process: Process;
  readonly threads: readonly ThreadNode[];
  /** What it comes to that one of them waits for the others: the same for all. */
  readonly woken: Waiting;
}

/** Stopped by a signal or a debugger, or ended: it does nothing until somebody else does something (proc(5), stat). */
const INERT: ReadonlySet<string> = new Set(['T', 't', 'Z', 'X', 'x']);

/** An index over one look. Objects, of which there may be tens of thousands, are indexed a kind at a time, once somebody asks. */
export class Machine {
  /** When the look ended. */
  readonly at: number;
  readonly threads: readonly ThreadNode[];
  readonly homes: readonly Home[];
  readonly objects: Objects;
  private readonly byPid = new Map<number, Home>();
  private readonly byParent = new Map<number, Process[]>();
  private ends: Map<number, ObjectOf<'pipe' | 'fifo' | 'unix'>[]> | undefined;
  private blind: Map<Ref | undefined, Blind[]> | undefined;

  /** `before`: the objects of the look before; what is as it was there is not indexed again. */
  constructor(
    readonly look: Observation,
    before?: Objects,
  ) {
    this.at = look.endedAt;
    this.objects = Objects.of(look.objects, before);
    const all: ThreadNode[] = [];
    this.homes = look.processes.map((process, place) => {
      const threads: ThreadNode[] = [];
      const home: Home = { place, process, threads, woken: wokenIn(process) };
      this.byPid.set(process.pid, home);
      if (process.parent !== undefined) add(this.byParent, process.parent, process);
      for (const thread of process.threads ?? []) {
        const inert = isInert(thread) || process.frozen === true;
        const wait = inert || thread.wait === 'runs' ? undefined : thread.wait;
        const node = { number: all.length, home, process, thread, inert, wait };
        threads.push(node);
        all.push(node);
      }
      return home;
    });
    this.threads = all;
  }

  process(pid: number): Process | undefined {
    return this.byPid.get(pid)?.process;
  }

  home(pid: number): Home | undefined {
    return this.byPid.get(pid);
  }

  object(ref: Ref | undefined): IpcObject | undefined {
    const kind = ref === undefined ? undefined : kindOf(ref);
    return ref === undefined || kind === undefined ? undefined : this.objects.find(kind, ref);
  }

  /** The objects of a kind. */
  of<K extends Kind>(kind: K): readonly ObjectOf<K>[] {
    return this.objects.kind(kind);
  }

  /** Those of its kind that a choice has. */
  chosen<K extends Kind>(choice: Choice<K>): readonly ObjectOf<K>[] {
    return this.objects.chosen(choice);
  }

  /** The pipes, FIFOs and Unix sockets of which a process has an end. */
  endsOf(pid: number): readonly ObjectOf<'pipe' | 'fifo' | 'unix'>[] {
    if (!this.ends) {
      this.ends = new Map();
      for (const object of [...this.of('pipe'), ...this.of('fifo'), ...this.of('unix')])
        for (const one of new Set(object.endpoints?.map((end) => end.pid))) add(this.ends, one, object);
    }
    return this.ends.get(pid) ?? [];
  }

  /** The ref of a process; undefined of one that is not in the look. */
  refOf(pid: number): Ref | undefined {
    const process = this.process(pid);
    return process && processRef(pid, process.startTime);
  }

  /** The threads of a process that are known; empty where it may not be looked at. */
  threadsOf(pid: number): readonly ThreadNode[] {
    return this.byPid.get(pid)?.threads ?? [];
  }

  /** A thread by its number alone: the tids of a machine are unique. */
  threadOf(pid: number, tid: number): ThreadNode | undefined {
    return this.threadsOf(pid).find(({ thread }) => thread.tid === tid);
  }

  /** Of the processes above one, the nearest first, as far as they are known. */
  ancestorsOf(pid: number): number[] {
    const line: number[] = [];
    for (let at = this.process(pid); at; at = this.process(line.at(-1) ?? 0)) {
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
    this.blind ??= blindByRef(this.look.blind);
    const hidden = (one: Blind) =>
      one.code === 'inFlight' ||
      ((one.kind === undefined || one.kind === kind) && (one.field === undefined || one.field === field));
    const has = (of: Ref | undefined) => this.blind?.get(of)?.some(hidden) === true;
    return has(undefined) || (ref !== undefined && has(ref));
  }
}

/** FUTEX_PRIVATE_FLAG: only other threads of the same process can wake it (futex(2)). */
function wokenIn({ pid }: Process): Waiting {
  const members = processesOf([pid]);
  return { is: 'edge', edge: { need: 'any', members, closing: 'closed', holes: [], own: true } };
}

/** What may not be looked at, by the object that it is of: of undefined what is so of many. */
function blindByRef(all: readonly Blind[]): Map<Ref | undefined, Blind[]> {
  const blind = new Map<Ref | undefined, Blind[]>();
  for (const one of all) if (one.count !== 0) add(blind, one.ref, one);
  return blind;
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
