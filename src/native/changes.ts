/**
 * Changes are pulled: one request stays open until something differs, and its answer is one atomic batch. So however slowly
 * somebody reads, at most one answer is under way.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { IpcFailure } from '../protocol/errors';
import { type Batch, type ChangesParameters, KEEP_ALIVE } from '../protocol/calls';
import type { IpcObject } from '../protocol/kinds';
import type { Ref } from '../protocol/ref';
import type { Census, Findings } from './census/census';
import { runSliced } from './slices';

/** How a request learns that nobody wants its answer any more. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): unknown;
}

/** What the caller has after the last answer. */
interface Known {
  objects: readonly IpcObject[];
  /** What was asked for, as JSON. */
  interest: string;
  /** JSON of what is compared as a whole. */
  frame: string;
  processes: string;
}

/** Answers `changes` for one caller. */
export class ChangeFeed {
  private readonly epoch = randomUUID();
  private seq = 0;
  private known: Known | undefined;
  private last: Findings | undefined;
  /** End of the last census, on the clock of `performance.now()`. */
  private lastEnd = -Infinity;
  private supersede: () => void = () => undefined;

  constructor(private readonly census: Pick<Census, 'take'>) {}

  /** Stays open until something differs from answer `seq`, or the keep-alive is due. Throws `superseded` and `cancelled`. */
  async changes(asked: ChangesParameters, cancellation: Cancellation): Promise<Batch> {
    const stop = new AbortController();
    const end = (code: 'superseded' | 'cancelled') => stop.abort(new IpcFailure({ code }));
    this.supersede();
    this.supersede = () => end('superseded');
    cancellation.onCancellationRequested(() => end('cancelled'));
    // A token that was cancelled before we got it never fires (vscode-jsonrpc's CancellationToken.Cancelled).
    if (cancellation.isCancellationRequested) end('cancelled');
    const interest = JSON.stringify([asked.interest.levels, asked.interest.details]);
    if (this.known && this.known.interest !== interest) {
      // The caller dropped what is of no interest to it any more, so we must not take it for known.
      const objects = this.known.objects.filter((object) => wanted(object, asked));
      this.known = { ...this.known, objects, interest };
    }

    const keepAlive = performance.now() + KEEP_ALIVE;
    for (let fresh = asked.fresh ?? false; ; fresh = false) {
      const due = this.lastEnd + asked.interval;
      if (!fresh) await until(Math.min(due, keepAlive), stop.signal);
      stop.signal.throwIfAborted();
      // The next look is not due before the keep-alive: the answer says that we live, and repeats the last look's times.
      if (!fresh && keepAlive < due && this.last && this.base(asked))
        return this.answer(this.last, { added: [], changed: [], removed: [] }, true);
      // Who has nothing yet gets a look that takes nothing for granted.
      const full = this.base(asked) === undefined || (fresh && asked.thorough === true);
      const found = await runSliced(
        this.census.take(asked.interest, { full, fresh }),
        () => stop.signal.aborted,
      );
      this.lastEnd = performance.now();
      if (found) this.last = found;
      stop.signal.throwIfAborted();
      // Who asks for a fresh look wants to hear of it also where nothing differs.
      const batch = found && this.compare(found, asked, fresh || performance.now() >= keepAlive);
      if (batch) return batch;
    }
  }

  /** What differs; undefined where nothing does, unless an answer is due all the same. */
  private compare(found: Findings, asked: ChangesParameters, due: boolean): Batch | undefined {
    const base = this.base(asked);
    const difference = differ(base?.objects ?? [], found.objects);
    const frame = frameOf(found);
    const processes = JSON.stringify(found.processes);
    const members = difference.added.length + difference.changed.length + difference.removed.length;
    const same = frame === base?.frame && processes === base.processes && members === 0;
    const interest = JSON.stringify([asked.interest.levels, asked.interest.details]);
    this.known = { objects: found.objects, interest, frame, processes };
    if (same && !due) return undefined;
    return { ...this.answer(found, difference, processes === base?.processes), full: !base };
  }

  /** What the caller has, if it is where we think it is. */
  private base(asked: ChangesParameters): Known | undefined {
    return asked.epoch === this.epoch && asked.seq === this.seq ? this.known : undefined;
  }

  private answer(found: Findings, difference: Difference, sameProcesses: boolean): Batch {
    const { startedAt, endedAt, host, counts, blind } = found;
    return {
      epoch: this.epoch,
      seq: ++this.seq,
      full: false,
      startedAt,
      endedAt,
      host,
      counts,
      ...difference,
      ...(!sameProcesses && { processes: found.processes }),
      blind,
    };
  }
}

/** Resolves at a time of `performance.now()`, or when the signal aborts. */
async function until(time: number, signal: AbortSignal): Promise<void> {
  const wait = time - performance.now();
  if (wait > 0) await setTimeout(wait, undefined, { signal }).catch(() => undefined);
}

interface Difference {
  added: IpcObject[];
  changed: IpcObject[];
  removed: Ref[];
}

/** What is compared as a whole. */
function frameOf(found: Findings): string {
  return JSON.stringify([found.host, found.counts, found.blind]);
}

/** Unchanged objects are the same JavaScript object, so this compares no facts; and mostly they stand in the same order, so that only what follows the first that came or went is looked up. */
function differ(before: readonly IpcObject[], now: readonly IpcObject[]): Difference {
  const difference: Difference = { added: [], changed: [], removed: [] };
  let at = 0;
  for (; at < before.length && before[at]?.ref === now[at]?.ref; at++) {
    const object = now[at];
    if (object && object !== before[at]) difference.changed.push(object);
  }
  const rest = new Map(before.slice(at).map((object) => [object.ref, object]));
  for (const object of now.slice(at)) {
    const old = rest.get(object.ref);
    if (!old) difference.added.push(object);
    else if (old !== object) difference.changed.push(object);
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
