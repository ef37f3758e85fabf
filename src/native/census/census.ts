/** One pass over the machine: every kind that somebody looks at, and the processes that the objects name. */
import type { Interest } from '../../protocol/calls';
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import {
  KINDS,
  kindOf,
  type Kind,
  parseMappingRef,
  parsePosixRef,
  parseProcessRef,
  type Ref,
  SYSV_KINDS,
} from '../../protocol/ref';
import type { Blind, Host, Process } from '../../protocol/snapshot';
import type { WaitOn } from '../../protocol/waits';
import { pageSize } from '../libc/time';
import { isCount, type Mechanism, type Mechanisms, type Reading, type Wanted } from './mechanism';
import { readHost, readLimits, unseenProcesses } from '../proc/host';
import { groups, users } from '../proc/users';
import { beginReading } from '../reader/reading';
import { aboveParents } from './processes/ancestors';
import { descriptors, descriptorTable } from './descriptors/descriptors';
import { fifoFolders } from './streams/fifoFiles';
import { keyOf, mention } from './memory/held';
import { otherIpcNamespaces } from './processes/ipcNamespaces';
import { Look, type Means, Memory } from './look';
import { processFacts } from './processes/processFacts';
import { detailsOf } from './processes/processSubject';
import { ProcessTable } from './processes/processes';
import { sinceTable } from './waits/since';
import { WaitsSince } from './waits/sinceOf';
import { ThreadFacts } from './processes/threadFacts';
import { families } from './processes/families';
import { type SleepingThread, threads } from './waits/threads';
import { WaitRefs } from './waits/waitRefs';
import { WatchedObjects } from './watchers/watched';

/** What one pass found. Objects that did not change are the same JavaScript objects as in the pass before. */
export interface Findings {
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number;
  host: Host;
  counts: Partial<Record<Kind, number>>;
  objects: IpcObject[];
  processes: Process[];
  blind: Blind[];
  /** What was wanted and is not read yet: nothing here is of these kinds. */
  pending: Kind[];
}

/** A pass under way. */
export interface Pass {
  /** Goes on; ends with all that was wanted. */
  readonly steps: Generator<undefined, Findings>;
  /** What was found by now, of whole kinds; processes only as far as their objects name them. */
  soFar(): Findings;
}

interface PassOptions {
  processes?: ProcessTable;
  /** Nothing is taken for unchanged because its process did not run. */
  full?: boolean;
  /** Somebody asked for it. */
  fresh?: boolean;
  /** Kinds that are read before the others. */
  first?: readonly Kind[];
  /** Processes that somebody asks about: they are told also where no object names them, as far as they live. */
  asked?: Iterable<Ref>;
  /** All processes that show are told. */
  everybody?: boolean;
}

/** Everything, as the command line prints it. */
export const EVERYTHING: Interest = {
  levels: Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const])),
  details: [],
  processes: true,
};

/** Stands for the details of every object. */
const ALL_DETAILS: Ref[] = [];
/** The same with all details. */
export const EVERY_DETAIL: Interest = { ...EVERYTHING, details: ALL_DETAILS };
/** Stands for the details that are read without a trace. */
const TRACELESS_DETAILS: Ref[] = [];
/** The same with all details that are read without a trace: for who looks again and again at what nobody chose. */
export const EVERY_TRACELESS_DETAIL: Interest = { ...EVERYTHING, details: TRACELESS_DETAILS };

/** Kinds of which descriptors of processes are a part. */
const NEEDS_DESCRIPTORS: ReadonlySet<Kind> = new Set(KINDS.filter((kind) => !kind.startsWith('sysv.')));
/** What needs no descriptors, or them last, is read first: by then the other thread has listed some. */
const FIRST: readonly Kind[] = [...SYSV_KINDS, 'unix', 'inet'];
const ORDER: readonly Kind[] = [...FIRST, ...KINDS.filter((kind) => !FIRST.includes(kind))];

/** Kinds of which each ipc namespace has its own. */
const NAMESPACED: readonly Kind[] = [...SYSV_KINDS, 'posix.mq'];

/** Children that are told since their parent waits for any of them; of one with more nothing is told for that. */
const AWAITED_MOST = 64;
/** Milliseconds for which the views hold a number still. */
const COUNT_HOLD = 3000;
/** Milliseconds after which a closed group is held not to be opened again soon. */
const IDLE = 10_000;

/** What a census may be given. */
interface CensusOptions extends Partial<Omit<Means, 'ipcNamespace'>> {
  /** The waiting and holding acts of this helper, which show among the endpoints of their objects. */
  own?: (ref: Ref, processes: ProcessTable) => Endpoint[];
}

/** Takes the passes; what it learned in one makes the next cheaper. Whatever is kept is its own, so that there may be several. */
export class Census {
  private readonly processes = new ProcessTable();
  private readonly machine = readHost();
  private readonly memory: Memory;
  private readonly own: NonNullable<CensusOptions['own']>;
  private readonly pageSize = pageSize();
  /** Of the kinds that the last pass looked at. */
  private readonly last = new Map<Kind, Reading<Kind>>();
  /** When a kind was read of which only the number was wanted, by the clock of `performance.now()`. */
  private readonly countedAt = new Map<Kind, number>();
  /** When rows were read last, by the same clock. */
  private readonly openedAt = new Map<Kind, number>();
  private readonly waitsSince: WaitsSince;
  private readonly watched = new WatchedObjects();
  private readonly threadFacts: ThreadFacts;
  private readonly failing = new Set<Kind | 'folders'>();
  private readonly unseen = unseenProcesses(this.machine.pidNamespace);

  /** `mechanisms`: its own too. `sources`: what it asks instead of walking. */
  constructor(
    readonly mechanisms: Mechanisms,
    { own = () => [], once = false, second, sources = [] }: CensusOptions = {},
  ) {
    this.own = own;
    this.memory = new Memory({ ipcNamespace: this.machine.ipcNamespace, once, second, sources });
    const since = this.memory.of(sinceTable);
    this.waitsSince = new WaitsSince(since);
    this.threadFacts = new ThreadFacts(since);
    // It takes a moment to be there.
    beginReading();
  }

  /** Names this boot of the machine. */
  get bootId(): string {
    return this.machine.bootId;
  }

  /** The caller is gone: what it has not acknowledged must not be lost. */
  end(): void {
    for (const mechanism of Object.values(this.mechanisms)) mechanism.end?.();
  }

  /** The look of one act, apart from any pass under way. */
  lookOnce(): Look {
    const processes = new ProcessTable();
    processes.begin();
    return this.look(processes, false);
  }

  /** One pass over what is wanted. Yields often; a second pass in between needs a table of its own. */
  take(interest: Interest, options: PassOptions = {}): Generator<undefined, Findings> {
    return this.begin(interest, options).steps;
  }

  /** The same, for whoever may not be able to wait for its end. */
  begin(
    interest: Interest,
    {
      processes = this.processes,
      full = false,
      fresh = false,
      first = [],
      asked = [],
      everybody = false,
    }: PassOptions = {},
  ): Pass {
    const found: Findings = {
      startedAt: Date.now(),
      endedAt: 0,
      host: { ...this.machine, limits: readLimits(this.pageSize), usage: {} },
      counts: {},
      objects: [],
      processes: [],
      blind: [],
      pending: [],
    };
    const readings = new Map<Kind, Reading<Kind>>();
    const steps = this.pass(interest, { processes, full, fresh, first, asked, everybody }, found, readings);
    const soFar = () => {
      const now: Findings = {
        ...found,
        endedAt: Date.now(),
        host: { ...found.host, usage: {} },
        counts: {},
        objects: [],
        blind: found.blind.filter(({ kind }) => kind === undefined || readings.has(kind)),
        pending: KINDS.filter((kind) => !readings.has(kind) && this.wanted(kind, interest) !== undefined),
        processes: processes.mentioned(),
      };
      join(now, readings, interest);
      return now;
    };
    return { steps, soFar };
  }

  private *pass(
    interest: Interest,
    { processes, full, fresh, first, asked, everybody }: Required<PassOptions>,
    found: Findings,
    readings: Map<Kind, Reading<Kind>>,
  ): Generator<undefined, Findings> {
    processes.begin();
    for (const ref of asked) isLiving(ref, processes);
    const incremental = processes === this.processes;
    this.memory.of(sinceTable).begin(incremental);
    if (full) this.memory.forget();
    // One in between leaves to the others what they know.
    if (incremental && this.isIdle(interest)) this.memory.rest();
    users.refresh();
    groups.refresh();
    const look = this.look(processes, incremental, interest.folders);
    if (everybody) for (const pid of look.clocks.keys()) processes.living(pid);
    found.startedAt = look.startedAt;
    found.blind = yield* this.search(interest, fresh);
    const closely = hasEveryDetail(interest) ? 'all' : new Set(interest.details);
    const due: { kind: Kind; wanted: Wanted }[] = [];
    for (const kind of new Set([...first, ...ORDER])) {
      const wanted = this.wanted(kind, interest);
      const young = wanted && incremental && !fresh && !full ? this.youngCount(kind, wanted) : undefined;
      if (young) readings.set(kind, young);
      else if (wanted) due.push({ kind, wanted: { ...wanted, idle: incremental && this.isClosed(kind) } });
      else if (incremental) this.last.delete(kind);
    }
    if (due.some(({ kind }) => NEEDS_DESCRIPTORS.has(kind))) look.kept(descriptorTable).foresee(look.clocks);
    for (const [at, { kind, wanted }] of due.entries()) {
      const mechanism = this.mechanisms[kind] as Mechanism<Kind>;
      const reading = yield* this.takeKind(mechanism, look, wanted, incremental);
      if (incremental) this.remember(kind, wanted, reading);
      yield;
      // Something is pending for as long as the processes are.
      const dated = yield* this.waitsSince.inAll(reading.objects, closely);
      const read = { ...reading, objects: yield* this.watched.inAll(dated, wanted.details, look) };
      const all = interest.processes && at === due.length - 1 ? [...readings.values(), read] : undefined;
      if (all) found.processes = yield* this.inFull(look, processes, interest, refsIn(all));
      readings.set(kind, read);
    }
    if (interest.processes && due.length === 0)
      found.processes = yield* this.inFull(look, processes, interest, refsIn([...readings.values()]));
    join(found, readings, interest);
    if (!interest.processes) found.processes = processes.mentioned();
    found.blind.push(...(yield* this.leftOut(look, interest, found.processes)));
    found.endedAt = Date.now();
    return found;
  }

  /** Whether nobody has wanted rows of it for a while. */
  private isClosed(kind: Kind): boolean {
    return performance.now() > (this.openedAt.get(kind) ?? 0) + IDLE;
  }

  private isIdle(interest: Interest): boolean {
    return isOfCounts(interest) && KINDS.every((kind) => this.isClosed(kind));
  }

  private remember(kind: Kind, wanted: Wanted, reading: Reading<Kind>): void {
    this.last.set(kind, reading);
    if (!isCount(wanted)) this.openedAt.set(kind, performance.now());
    if (isCount(wanted) && !this.failing.has(kind)) this.countedAt.set(kind, performance.now());
    else this.countedAt.delete(kind);
  }

  /** How many there were a moment ago, where nobody wants more: no view changes a number sooner. */
  private youngCount(kind: Kind, wanted: Wanted): Reading<Kind> | undefined {
    const at = isCount(wanted) ? this.countedAt.get(kind) : undefined;
    return at !== undefined && performance.now() < at + COUNT_HOLD ? this.last.get(kind) : undefined;
  }

  /** The processes that have IPC, have ended uncollected or are looked at closely, with everything about them. `known`: what of the snapshot a ref names. */
  private *inFull(
    look: Look,
    processes: ProcessTable,
    { details }: Pick<Interest, 'details'>,
    known: (ref: Ref | undefined) => Ref | undefined,
  ): Generator<undefined, Process[]> {
    const all = yield* look.get(threads);
    const refs = new WaitRefs(look, known);
    this.threadFacts.begin();
    const closely = new Set(
      details.flatMap((ref) => (isLiving(ref, processes) ? [parseProcessRef(ref)?.pid] : [])),
    );
    if (closely.size > 0) yield* look.get(descriptors);
    const { zombies, children } = yield* look.get(families);
    for (const { pid, parent } of zombies) {
      processes.living(pid);
      processes.living(parent);
    }
    const full: Process[] = [];
    const told = new Set<number>();
    // Who is waited for is told too, whatever it has; and for whom that waits.
    for (
      let left = processes.mentioned();
      left.length > 0;
      left = processes.mentioned().filter(({ pid }) => !told.has(pid))
    )
      for (const process of left) {
        const { pid } = process;
        told.add(pid);
        const waitOf = (thread: SleepingThread) => refs.of(pid, thread);
        const facts = yield* this.threadFacts.of(process, look.clocks.get(pid), all.get(pid), waitOf);
        const read = processFacts(process, processes, facts);
        const own = children.get(pid) ?? [];
        const waits = facts.flatMap(({ wait }) => (typeof wait === 'object' ? [wait.on] : []));
        for (const on of waits) for (const child of awaitedOf(on, own)) processes.living(child);
        const counted = waits.some(({ is }) => is === 'children')
          ? { ...read, childCount: own.length }
          : read;
        full.push(
          closely.has(pid) ? { ...counted, details: yield* detailsOf(counted, look, refs) } : counted,
        );
        yield;
      }
    full.sort((a, b) => a.pid - b.pid);
    const above = yield* aboveParents(full);
    return full.map((process) => {
      const ancestors = above.get(process.pid);
      return ancestors ? { ...process, ancestors } : process;
    });
  }

  /** What was found on the machine and is no part of what is wanted. */
  private *leftOut(
    look: Look,
    interest: Interest,
    reported: readonly Process[],
  ): Generator<undefined, Blind[]> {
    const namespaces = NAMESPACED.some((kind) => this.wanted(kind, interest))
      ? yield* look.get(otherIpcNamespaces)
      : 0;
    const without = interest.processes && KINDS.every((kind) => interest.levels[kind] === 'rows');
    const processes = without ? withoutObjects(look, reported) : 0;
    return [
      ...(namespaces > 0
        ? [{ field: 'ipcNamespace', code: 'otherIpcNamespace', count: namespaces } as const]
        : []),
      ...(processes > 0 ? [{ field: 'processes', code: 'notShown', count: processes } as const] : []),
    ];
  }

  /** Looks for FIFOs in the folders that are named; what could not be searched. */
  private *search(interest: Interest, fresh: boolean): Generator<undefined, Blind[]> {
    if (!interest.folders || !this.wanted('fifo', interest)) return [];
    try {
      yield* this.memory.of(fifoFolders).walk(interest.folders, fresh);
      this.failing.delete('folders');
      return [];
    } catch (error) {
      this.complain('folders', error);
      return [{ kind: 'fifo', field: 'folders', code: 'failed' }];
    }
  }

  /** What fails in one kind ends no look at the others, and what was known of it before is not called gone. `incremental`: of the passes that follow one another. */
  private *takeKind(
    mechanism: Mechanism<Kind>,
    look: Look,
    wanted: Wanted,
    incremental: boolean,
  ): Generator<undefined, Reading<Kind>> {
    const { kind } = mechanism;
    try {
      const reading = yield* mechanism.read(look, wanted);
      this.failing.delete(kind);
      return reading;
    } catch (error) {
      this.complain(kind, error);
      const before = incremental ? this.last.get(kind) : undefined;
      const objects = (before?.objects ?? []).filter(
        ({ ref }) => wanted.rows || wanted.allDetails === true || wanted.details.has(ref),
      );
      for (const { endpoints = [] } of objects) mention(endpoints, look.processes);
      const blind = (before?.blind ?? []).filter(({ code }) => code !== 'failed');
      return { ...before, objects, blind: [...blind, { kind, code: 'failed' }] };
    }
  }

  /** For the log: once until it succeeds again. */
  private complain(what: Kind | 'folders', error: unknown): void {
    if (this.failing.has(what)) return;
    this.failing.add(what);
    console.error(`could not read ${what}:`, error);
  }

  private wanted(kind: Kind, interest: Interest): Wanted | undefined {
    const level = interest.levels[kind];
    const details = new Set(interest.details.filter((ref) => kindOf(ref) === kind));
    if (level === undefined && details.size === 0) return undefined;
    const traces = this.mechanisms[kind].detailsLeaveTraces === true;
    const allDetails = traces ? interest.details === ALL_DETAILS : hasEveryDetail(interest);
    return { rows: level === 'rows', details, allDetails };
  }

  private look(processes: ProcessTable, remembered: boolean, folders: readonly string[] = []): Look {
    const own = (ref: Ref) => this.own(ref, processes);
    const { pageSize, unseen } = this;
    return new Look(this.memory, { remembered, processes, pageSize, unseen, own, folders });
  }
}

/** The children that a wait is for, of those that there are; none of very many, since it is not known which of them is meant before all are told. */
function awaitedOf(on: WaitOn, children: readonly number[]): readonly number[] {
  // It has the memory of one of them, whichever that is.
  if (on.is === 'vfork') return children;
  if (on.is !== 'children') return [];
  if (on.who === 'pid') return children.filter((pid) => pid === on.number);
  return children.length > AWAITED_MOST ? [] : children;
}

/** Whether a process lives; one that does is reported from then on. */
function isLiving(ref: Ref, processes: ProcessTable): boolean {
  const parts = parseProcessRef(ref);
  return parts !== undefined && processes.living(parts.pid)?.startTime === parts.startTime;
}

function hasEveryDetail({ details }: Pick<Interest, 'details'>): boolean {
  return details === ALL_DETAILS || details === TRACELESS_DETAILS;
}

/** How many living processes there are of which nothing is reported, though they may be looked at as far as anybody did: they have none of the objects. */
function withoutObjects(look: Look, reported: readonly { pid: number }[]): number {
  const pids = new Set(look.clocks.keys());
  for (const { pid } of reported) pids.delete(pid);
  for (const [pid, { denied }] of look.found(descriptors) ?? []) if (denied) pids.delete(pid);
  return pids.size;
}

/** What a wait may name: an object of the same snapshot. One of memory is known by its file: whether it has a name, and which kind it is, stands in its object. */
function refsIn(readings: readonly Reading<Kind>[]): (ref: Ref | undefined) => Ref | undefined {
  const refs = new Set<Ref>();
  const files = new Map<string, Ref>();
  for (const { objects } of readings)
    for (const { ref } of objects) {
      refs.add(ref);
      const file = parsePosixRef(ref) ?? parseMappingRef(ref);
      if (file) files.set(keyOf(file), ref);
    }
  return (ref) => {
    if (ref === undefined || refs.has(ref)) return ref;
    const file = parsePosixRef(ref) ?? parseMappingRef(ref);
    return file && files.get(keyOf(file));
  };
}

/** Whether nobody wants more than to know how many there are. */
function isOfCounts({ levels, details, processes }: Interest): boolean {
  // Not every detail stands in a list.
  if (processes || hasEveryDetail({ details }) || details.length > 0) return false;
  return Object.values(levels).every((level) => level === 'count');
}

function join(found: Findings, readings: ReadonlyMap<Kind, Reading<Kind>>, { levels }: Interest): void {
  for (const kind of KINDS) {
    const reading = readings.get(kind);
    if (reading) add(found, kind, reading, levels[kind] === 'rows');
  }
}

/** `rows`: all of them are in `objects`, and whoever vanished while they were read is in neither. */
function add(
  found: Findings,
  kind: Kind,
  { count, usage, objects, blind }: Reading<Kind>,
  rows: boolean,
): void {
  if (count !== undefined) found.counts[kind] = rows ? objects.length : count;
  if (usage) Object.assign(found.host.usage, { [kind]: usage });
  for (const object of objects) found.objects.push(object);
  found.blind.push(...blind);
}
