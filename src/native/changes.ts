/**
 * Changes are pulled: one request stays open until something differs, and its answer is one atomic batch. So however slowly
 * somebody reads, at most one answer is under way.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { IpcFailure } from '../protocol/errors';
import { ANSWER_BOUND, type Batch, type ChangesParameters, KEEP_ALIVE } from '../protocol/calls';
import type { Diagnosis } from '../protocol/findings';
import type { IpcObject } from '../protocol/kinds';
import { kindOf, KINDS, type Kind, type Ref } from '../protocol/ref';
import type { Process } from '../protocol/snapshot';
import type { Census, Findings, Pass } from './census/census';
import type { Diagnosing } from './diagnosing';
import { Pace } from './pace';
import { PAUSED, runSliced } from './slices';
import { sameData } from './unchanged';

/** How a request learns that nobody wants its answer any more. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): unknown;
}

/** What the caller has after the last answer. */
interface Delivered {
  /** By kind; of a kind that is not here nobody knows what the caller has. */
  objects: ReadonlyMap<Kind, readonly IpcObject[]>;
  /** What was asked for, as JSON. */
  interest: string;
  /** JSON of what is compared as a whole. */
  frame: string;
  processes: readonly Process[];
  diagnosis: Diagnosis | undefined;
}

/** A look that was answered in part. */
interface Begun {
  pass: Pass;
  /** All of what was asked for, as JSON. */
  interest: string;
  /** It has come to its end, and was too much for one answer. */
  found?: Findings;
  /** When it is too old to be told, by the clock of `performance.now()`. */
  until: number;
}

/** Who says what is wrong. */
type Diagnoses = Pick<Diagnosing, 'want' | 'last' | 'onDiffers'>;

/** Of the bound of an answer, what goes to looking; the rest is for telling. */
const LOOKING = 0.4;
/** Of the same, what is not planned with. */
const SPARE = 0.2;
/**
 * Milliseconds for which a look that was answered in part is kept. Who is told asks for the rest at once; after that what was read is old news, and its walk would go on holding
 * the folders open in which it stands.
 */
const REST = 3000;

/** Answers `changes` for one caller. */
export class ChangeFeed {
  private readonly epoch = randomUUID();
  private seq = 0;
  private known: Delivered | undefined;
  private begun: Begun | undefined;
  private resting: NodeJS.Timeout | undefined;
  private last: Findings | undefined;
  /** End of the last census, on the clock of `performance.now()`. */
  private lastEnd = -Infinity;
  private supersede: () => void = () => undefined;
  private wake: () => void = () => undefined;
  private diagnosing: Diagnoses | undefined;

  /** `bound`: milliseconds from the begin of a look to its answer. `pace`: how fast answers are told. `rest`: milliseconds for which a look is kept between two answers. */
  constructor(
    private readonly census: Pick<Census, 'begin'>,
    private readonly bound = ANSWER_BOUND,
    private readonly pace: Pick<Pace, 'perObject' | 'worked' | 'tells' | 'arrived'> = new Pace(),
    private readonly rest = REST,
  ) {}

  /** From now on it can also tell what is wrong. */
  diagnoseWith(diagnosing: Diagnoses): void {
    this.diagnosing = diagnosing;
    diagnosing.onDiffers(() => this.wake());
  }

  /** Stays open until something differs from answer `seq`, or the keep-alive is due. Throws `superseded` and `cancelled`. */
  async changes(asked: ChangesParameters, cancellation: Cancellation): Promise<Batch> {
    const leave = asked.interest.findings
      ? this.diagnosing?.want(asked.fresh ?? false, asked.interest)
      : undefined;
    try {
      return await this.pull(asked, cancellation);
    } finally {
      leave?.();
    }
  }

  private async pull(asked: ChangesParameters, cancellation: Cancellation): Promise<Batch> {
    const stop = new AbortController();
    const end = (code: 'superseded' | 'cancelled') => stop.abort(new IpcFailure({ code }));
    this.supersede();
    this.supersede = () => end('superseded');
    cancellation.onCancellationRequested(() => end('cancelled'));
    // A token that was cancelled before we got it never fires (vscode-jsonrpc's CancellationToken.Cancelled).
    if (cancellation.isCancellationRequested) end('cancelled');
    if (this.base(asked)) this.pace.arrived();
    this.narrow(asked);

    const keepAlive = performance.now() + (asked.keepAlive ?? KEEP_ALIVE);
    for (let fresh = asked.fresh ?? false; ; fresh = false) {
      // What is owed is not put off.
      const due = this.owes(asked) ? -Infinity : this.lastEnd + asked.interval;
      const begun = fresh ? undefined : this.goingOn(asked);
      const next = Math.min(due, keepAlive);
      if (!fresh && !begun) {
        // Findings come at a pace of their own, and need no look at what else is asked for.
        if (this.last && this.base(asked) && this.untold(asked) && !this.owes(asked))
          return this.answer(asked, this.last, { added: [], changed: [], removed: [] });
        await this.until(next, stop.signal);
        stop.signal.throwIfAborted();
        if (performance.now() < next) continue;
      }
      stop.signal.throwIfAborted();
      // The next look is not due before the keep-alive: the answer says that we live, and repeats the last look's times.
      if (!fresh && !begun && keepAlive < due && this.last && this.base(asked))
        return this.answer(asked, this.last, { added: [], changed: [], removed: [] });
      const batch = await this.look(asked, begun, fresh, keepAlive, stop.signal);
      if (batch) return batch;
    }
  }

  /** Takes a look, or goes on with one, for as long as the bound allows. */
  private async look(
    asked: ChangesParameters,
    before: Begun | undefined,
    fresh: boolean,
    keepAlive: number,
    stopped: AbortSignal,
  ): Promise<Batch | undefined> {
    const start = performance.now();
    if (this.begun === before) this.take();
    else this.forget();
    // Who has nothing yet gets a look that takes nothing for granted.
    const full = this.base(asked) === undefined || (fresh && asked.thorough === true);
    const begun = before ?? {
      // Else kinds that come late would never be read, where each look is too old before it comes to them.
      pass: this.census.begin(asked.interest, { full, fresh, first: this.last?.pending ?? [] }),
      interest: JSON.stringify(asked.interest),
      until: Infinity,
    };
    const cpu = process.cpuUsage();
    const late = () => performance.now() >= start + this.bound * LOOKING;
    const done = begun.found ?? (await runSliced(begun.pass.steps, () => stopped.aborted, late));
    this.lastEnd = performance.now();
    if (stopped.aborted) begun.pass.steps.return(undefined as never);
    stopped.throwIfAborted();
    const { user, system } = process.cpuUsage(cpu);
    this.pace.worked(performance.now() - start, (user + system) / 1000);
    const found = done === PAUSED || !done ? begun.pass.soFar() : done;
    // Where hardly any time has gone to looking there will be no better moment for a kind of many objects.
    const some = before?.found !== undefined || performance.now() < start + (this.bound * SPARE) / 2;
    const room = (this.bound * (1 - SPARE) - (performance.now() - start)) / this.pace.perObject;
    const kinds = this.kindsThatFit(found, asked, room, some);
    const told = only(found, kinds, asked);
    const isWhole = told === done;
    // What has been read to its end grows no younger by being told in many answers.
    const until = begun.found ? begun.until : this.lastEnd + this.rest;
    if (!isWhole) this.keep({ ...begun, until, ...(done !== PAUSED && done && { found: done }) });
    this.last = told;
    // Who asks for a fresh look wants to hear of it also where nothing differs.
    return this.compare(told, asked, fresh || !isWhole || before !== undefined || start >= keepAlive);
  }

  /** The look that was answered in part, where it is still what is asked for. */
  private goingOn(asked: ChangesParameters): Begun | undefined {
    const { begun } = this;
    // On a machine that is busy the timer may be late.
    if (!begun || performance.now() >= begun.until || !this.base(asked)) return undefined;
    return begun.interest === JSON.stringify(asked.interest) ? begun : undefined;
  }

  /** Whether something of the last answer is still to be told. */
  private owes(asked: ChangesParameters): boolean {
    return this.base(asked) !== undefined && (this.last?.pending.length ?? 0) > 0;
  }

  /** Keeps a look for whoever asks for the rest of it, and no longer. */
  private keep(begun: Begun): void {
    this.begun = begun;
    this.resting = setTimeout(() => this.forget(), begun.until - performance.now()).unref();
  }

  private take(): void {
    clearTimeout(this.resting);
    this.begun = undefined;
  }

  private forget(): void {
    const { begun } = this;
    this.take();
    // It closes what it holds open.
    begun?.pass.steps.return(undefined as never);
  }

  /** The caller dropped what is of no interest to it any more, so we must not take it for known. */
  private narrow(asked: ChangesParameters): void {
    const interest = JSON.stringify([asked.interest.levels, asked.interest.details]);
    if (this.known && !asked.interest.findings) this.known = { ...this.known, diagnosis: undefined };
    if (!this.known || this.known.interest === interest) return;
    const objects = new Map<Kind, readonly IpcObject[]>();
    for (const [kind, known] of this.known.objects) {
      const kept = known.filter((object) => wanted(object, asked));
      objects.set(kind, kept);
    }
    this.known = { ...this.known, objects, interest };
  }

  /** What can be told in time, and first what was not told last time. `room`: so many objects. `some`: at least one kind, however many objects it has. */
  private kindsThatFit(
    found: Findings,
    asked: ChangesParameters,
    room: number,
    some: boolean,
  ): ReadonlySet<Kind> {
    const before = new Set(this.last?.pending);
    const read = KINDS.filter((kind) => asksFor(asked, kind) && !found.pending.includes(kind));
    const order = [...read.filter((kind) => before.has(kind)), ...read.filter((kind) => !before.has(kind))];
    const byKind = groupByKind(found.objects);
    const fits = new Set<Kind>();
    let [left, told] = [room, 0];
    for (const kind of order) {
      const difference = differ(this.base(asked)?.objects.get(kind) ?? [], byKind.get(kind) ?? []);
      const many = difference.added.length + difference.changed.length;
      // What has nothing new costs nothing.
      if (many > 0 && many > left && !(some && told === 0)) continue;
      fits.add(kind);
      left -= many;
      told += many;
    }
    return fits;
  }

  /** What differs; undefined where nothing does, unless an answer is due all the same. */
  private compare(found: Findings, asked: ChangesParameters, due: boolean): Batch | undefined {
    const base = this.base(asked);
    const pending = new Set(found.pending);
    const byKind = groupByKind(found.objects);
    const objects = new Map<Kind, readonly IpcObject[]>();
    const all: Difference = { added: [], changed: [], removed: [] };
    for (const kind of KINDS) {
      const before = base?.objects.get(kind);
      // What is not told the caller keeps as it is.
      const now = pending.has(kind) ? before : (byKind.get(kind) ?? []);
      if (!now) continue;
      objects.set(kind, now);
      if (pending.has(kind)) continue;
      const { added, changed, removed } = differ(before ?? [], now);
      for (const object of added) all.added.push(object);
      for (const object of changed) all.changed.push(object);
      for (const ref of removed) all.removed.push(ref);
    }
    const frame = frameOf(found);
    const processes = pending.size > 0 ? withKnown(found.processes, base?.processes ?? []) : found.processes;
    const sameProcesses = base !== undefined && JSON.stringify(processes) === JSON.stringify(base.processes);
    const members = all.added.length + all.changed.length + all.removed.length;
    const diagnosis = base?.diagnosis;
    const same = frame === base?.frame && sameProcesses && members === 0 && !this.untold(asked);
    const interest = JSON.stringify([asked.interest.levels, asked.interest.details]);
    this.known = { objects, interest, frame, processes, diagnosis };
    if (same && !due) return undefined;
    this.pace.tells(all.added.length + all.changed.length);
    return { ...this.answer(asked, found, all, sameProcesses ? undefined : processes), full: !base };
  }

  /** What the caller has, if it is where we think it is. */
  private base(asked: ChangesParameters): Delivered | undefined {
    return asked.epoch === this.epoch && asked.seq === this.seq ? this.known : undefined;
  }

  /** What was found wrong, where the caller wants it and has not heard it yet. */
  private untold({ interest }: ChangesParameters): Diagnosis | undefined {
    const last = interest.findings ? this.diagnosing?.last : undefined;
    return last === this.known?.diagnosis ? undefined : last;
  }

  /** Resolves at a time of `performance.now()`, when the signal aborts, or when something else is found wrong. */
  private async until(time: number, stopped: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = (this.wake = () => woken.abort());
    await until(time, AbortSignal.any([stopped, woken.signal]));
    if (this.wake === wake) this.wake = () => undefined;
  }

  /** `processes`: where they are not as in the last answer. */
  private answer(
    asked: ChangesParameters,
    found: Findings,
    difference: Difference,
    processes?: readonly Process[],
  ): Batch {
    const diagnosis = this.untold(asked);
    if (diagnosis && this.known) this.known = { ...this.known, diagnosis };
    const { startedAt, endedAt, host, counts, blind, pending } = found;
    return {
      epoch: this.epoch,
      seq: ++this.seq,
      full: false,
      startedAt,
      endedAt,
      host,
      counts,
      ...difference,
      ...(processes && { processes: [...processes] }),
      blind,
      pending,
      ...(diagnosis && { diagnosis }),
    };
  }
}

/** What was found of these kinds; the others that were asked for are pending. */
function only(found: Findings, kinds: ReadonlySet<Kind>, asked: ChangesParameters): Findings {
  const pending = KINDS.filter((kind) => asksFor(asked, kind) && !kinds.has(kind));
  if (pending.length === 0) return found;
  const told = <T extends object>(of: T) =>
    Object.fromEntries(Object.entries(of).filter(([kind]) => kinds.has(kind as Kind))) as T;
  return {
    ...found,
    host: { ...found.host, usage: told(found.host.usage) },
    counts: told(found.counts),
    objects: found.objects.filter(({ kind }) => kinds.has(kind)),
    blind: found.blind.filter(({ kind }) => kind === undefined || kinds.has(kind)),
    pending,
  };
}

function groupByKind(objects: readonly IpcObject[]): Map<Kind, IpcObject[]> {
  const groups = new Map<Kind, IpcObject[]>();
  for (const object of objects) {
    const group = groups.get(object.kind);
    if (group) group.push(object);
    else groups.set(object.kind, [object]);
  }
  return groups;
}

/** Pending kinds name processes too, and what was known of one in full is more than what a look that is under way knows. */
function withKnown(now: readonly Process[], before: readonly Process[]): Process[] {
  const processes = new Map(now.map((process) => [process.pid, process]));
  for (const process of before) {
    const { startTime } = processes.get(process.pid) ?? process;
    if (startTime === process.startTime) processes.set(process.pid, process);
  }
  return [...processes.values()].sort((a, b) => a.pid - b.pid);
}

/** Resolves at a time of `performance.now()`, or when the signal aborts. */
async function until(time: number, signal: AbortSignal): Promise<void> {
  const wait = time - performance.now();
  if (wait > 0) await pause(wait, undefined, { signal }).catch(() => undefined);
}

interface Difference {
  added: IpcObject[];
  changed: IpcObject[];
  removed: Ref[];
}

/** What is compared as a whole. */
function frameOf(found: Findings): string {
  return JSON.stringify([found.host, found.counts, found.blind, found.pending]);
}

/** Unchanged objects are mostly the same JavaScript object, so this compares few facts; and mostly they stand in the same order, so that only what follows the first that came or went is looked up. */
function differ(before: readonly IpcObject[], now: readonly IpcObject[]): Difference {
  const difference: Difference = { added: [], changed: [], removed: [] };
  let at = 0;
  for (; at < before.length && before[at]?.ref === now[at]?.ref; at++) {
    const object = now[at];
    const old = before[at];
    if (object && old && !sameData(old, object)) difference.changed.push(object);
  }
  const rest = new Map(before.slice(at).map((object) => [object.ref, object]));
  for (const object of now.slice(at)) {
    const old = rest.get(object.ref);
    if (!old) difference.added.push(object);
    else if (!sameData(old, object)) difference.changed.push(object);
    rest.delete(object.ref);
  }
  // What stood twice before, and stands once now, is not gone.
  if (rest.size > 0) for (const { ref } of now.slice(0, at)) rest.delete(ref);
  return { ...difference, removed: [...rest.keys()] };
}

/** Whether the caller looks at this object. */
function wanted({ ref, kind }: IpcObject, { interest }: ChangesParameters): boolean {
  return interest.levels[kind] === 'rows' || interest.details.includes(ref);
}

/** Whether the caller wants to know anything of a kind. */
function asksFor({ interest }: ChangesParameters, kind: Kind): boolean {
  return interest.levels[kind] !== undefined || interest.details.some((ref) => kindOf(ref) === kind);
}
