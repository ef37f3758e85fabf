/** One look at the machine: each survey is made at most once in it, and only if somebody asks. What is kept for it from one look to the next is a census's own. */
import type { Endpoint } from '../../protocol/facts';
import type { Ref } from '../../protocol/ref';
import type { PassKind } from '../unchanged';
import { type Clocks, readClocks } from './processes/clocks';
import type { ProcessTable } from './processes/processes';
import type { WalkerThread } from './descriptors/walkerThread';

/** A walk over something of the machine: `yield* look.get(survey)` has what it found. */
export interface Survey<T> {
  readonly walk: (look: Look) => Generator<undefined, T>;
}

/** Declares one. `walk` yields often, and may ask for others. */
export function survey<T>(walk: Survey<T>['walk']): Survey<T> {
  return { walk };
}

/** Another source of what a survey finds, such as a tracer of the kernel: a census that is handed it asks it instead of walking, and who wants the survey does not know. */
export interface Source {
  readonly survey: Survey<unknown>;
  readonly walk: Survey<unknown>['walk'];
}

/** Declares one. `answer` is given the survey's own walk, for what it cannot say itself; it must find what that would find. */
export function source<T>(
  what: Survey<T>,
  answer: (look: Look, walk: Survey<T>['walk']) => Generator<undefined, T>,
): Source {
  return { survey: what, walk: (look) => answer(look, what.walk) };
}

/** How a census looks. */
export interface Means {
  ipcNamespace: string;
  /** What is asked instead of walking; of several for one survey the last. */
  sources: readonly Source[];
  /** For one look only, after which nothing is compared with anything. */
  once: boolean;
  /** Another thread that lists descriptors. */
  second?: WalkerThread | undefined;
}

/** What each census has one of, made once it is needed: `look.kept(table)`. */
export interface Kept<K extends object> {
  readonly make: (means: Means) => K;
}

/** Declares one; it may have methods of `Lasting`. */
export function kept<K extends object>(make: Kept<K>['make']): Kept<K> {
  return { make };
}

/** What is kept may be told. */
export interface Lasting {
  /** Takes nothing for unchanged in the next look: a full census. */
  forget?: () => void;
  /** Nobody wants rows any more: gives back what only they need, which would keep the garbage collector busy. */
  rest?: () => void;
}

/** All that one census keeps from look to look. */
export class Memory {
  private readonly all = new Map<Kept<object>, Lasting>();
  private readonly sources: ReadonlyMap<Survey<unknown>, Survey<unknown>['walk']>;

  constructor(readonly means: Means) {
    this.sources = new Map(means.sources.map((one) => [one.survey, one.walk]));
  }

  /** How a survey is made. */
  walkOf<T>(what: Survey<T>): Survey<T>['walk'] {
    return (this.sources.get(what) as Survey<T>['walk'] | undefined) ?? what.walk;
  }

  of<K extends object>(what: Kept<K>): K {
    let one = this.all.get(what);
    if (!one) this.all.set(what, (one = what.make(this.means)));
    return one as K;
  }

  /** As of `Lasting`. */
  forget(): void {
    for (const one of this.all.values()) one.forget?.();
  }

  /** As of `Lasting`. */
  rest(): void {
    for (const one of this.all.values()) one.rest?.();
  }
}

/** What a look is told. */
interface Given extends PassKind {
  processes: ProcessTable;
  pageSize: number;
  /** Why there may be processes that do not show at all, so that nobody can count them. */
  unseen: readonly ('hidepid' | 'pidNamespace')[];
  /** The waiting and holding acts of this helper on an object. */
  own: (ref: Ref) => Endpoint[];
  /** Of the workspace and of the settings: absolute paths. */
  folders: readonly string[];
}

export class Look implements Readonly<Given> {
  readonly remembered: boolean;
  /** In milliseconds since the epoch. */
  readonly startedAt = Date.now();
  readonly processes: ProcessTable;
  readonly pageSize: number;
  readonly unseen: Given['unseen'];
  readonly own: Given['own'];
  readonly folders: readonly string[];
  private readonly results = new Map<Survey<unknown>, unknown>();
  private readClocks: Clocks | undefined;

  constructor(
    private readonly memory: Memory,
    { remembered, processes, pageSize, unseen, own, folders }: Given,
  ) {
    this.remembered = remembered;
    this.processes = processes;
    this.pageSize = pageSize;
    this.unseen = unseen;
    this.own = own;
    this.folders = folders;
  }

  get ipcNamespace(): string {
    return this.memory.means.ipcNamespace;
  }

  /** What a survey finds: made now, if it was not made in this look yet. */
  *get<T>(what: Survey<T>): Generator<undefined, T> {
    if (!this.results.has(what)) this.results.set(what, yield* this.memory.walkOf(what)(this));
    return this.results.get(what) as T;
  }

  /** What it has found in this look; undefined where nothing that is wanted needed it. */
  found<T>(what: Survey<T>): T | undefined {
    return this.results.get(what) as T | undefined;
  }

  kept<K extends object>(what: Kept<K>): K {
    return this.memory.of(what);
  }

  /** Read once, before the first walk: what happens later moves them on, and is seen in the next look. */
  get clocks(): Clocks {
    return (this.readClocks ??= readClocks());
  }
}
