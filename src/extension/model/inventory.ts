/** The current objects and processes, and the event that says what changed. */
import * as vscode from 'vscode';
import { type Batch, type Interest, KEEP_ALIVE } from '../../protocol/calls';
import { asFailure } from '../../protocol/errors';
import type { Finding } from '../../protocol/findings';
import type { IpcObject } from '../../protocol/kinds';
import { goneBy, owedAfter } from '../../protocol/pending';
import { KINDS, kindOf, type Kind, type Ref } from '../../protocol/ref';
import type { Blind, Host, Process, Snapshot } from '../../protocol/snapshot';
import { hiddenHolders } from '../../presentation/absence';
import type { Context } from '../../presentation/facts';
import type { Find } from '../../presentation/values';
import type { Helper } from '../helper/helper';
import { SETTINGS } from '../ids';
import { orderOf } from '../../presentation/kinds';
import { answeredWith, covers, grew, InterestBook, type ViewInterest, within } from './interest';
import { Wrong } from './wrong';

/** What differs from the last event. */
export interface InventoryChange {
  added: IpcObject[];
  changed: IpcObject[];
  /** Gone from the machine. */
  removed: Ref[];
  /** Kinds of which nobody looks at the rows any more. */
  dropped: Kind[];
  /** Pids whose process came, went or differs. */
  processes: ReadonlySet<number>;
  /** What is wrong differs, or nobody knows any more. */
  wrong: boolean;
  /** Another helper answers, or somebody asked for a refresh: whatever is shown is to be drawn anew. */
  whole: boolean;
}

/** Pause after a failed request, in milliseconds, so that a failure never spins. */
const PAUSE = 500;
/** How much slower the refresh is while the window is not active. */
const INACTIVE = 5;

/** Milliseconds between two looks that are for the status bar alone. */
const CALM = 10_000;

/** What it is called among processes. */
const HELPER_NAME = 'IPC Inspector';
const NOBODY: ReadonlySet<number> = new Set();
const NOTHING: InventoryChange = {
  added: [],
  changed: [],
  removed: [],
  dropped: [],
  processes: NOBODY,
  wrong: false,
  whole: false,
};
const NO_INTEREST: Interest = Object.freeze({ levels: {}, details: [] });

export class Inventory implements vscode.Disposable {
  private readonly changedEmitter = new vscode.EventEmitter<InventoryChange>();
  readonly onDidChange = this.changedEmitter.event;
  private readonly objects = new Map<Ref, IpcObject>();
  private processes = new Map<number, Process>();
  /** The refs of a kind in the order of their rows, until members come or go. */
  private readonly ordered = new Map<Kind, Ref[]>();
  /** Those of a snapshot that somebody took, for as long as no look has better ones. */
  private learned = new Map<number, Process>();
  private readonly book = new InterestBook();
  /** What the helper was asked with last. */
  private asked: Interest = NO_INTEREST;
  private answered: Interest = NO_INTEREST;
  /** As `protocol/pending.ts` has it. */
  private owed: ReadonlySet<Kind> = new Set();
  private pendingNow: ReadonlySet<Kind> = new Set();
  /** When each kind was read last, and how many there were. */
  private readonly lastRead = new Map<Kind, { endedAt: number; count: number | undefined }>();
  private position: { epoch: string | null; seq: number } = { epoch: null, seq: 0 };
  private current: vscode.CancellationTokenSource | undefined;
  private fresh = false;
  /** How the request that is under way was asked. */
  private begun = { fresh: false, thorough: false };
  private thorough = false;
  private disposed = false;
  private readonly listeners: vscode.Disposable[];
  private wake: () => void = () => undefined;
  counts: Partial<Record<Kind, number>> = {};
  host: Host | undefined;
  /** As the last snapshot told it, where nobody looks at anything. */
  private lastHost: Host | undefined;

  /** Whose rights the helper has, as far as it told. */
  get actingHost(): Host | undefined {
    return this.host ?? this.lastHost;
  }
  /** What is wrong, where somebody looks at that. */
  readonly wrong: Wrong;
  blind: Blind[] = [];
  /** When the last census began and ended, in milliseconds since the epoch. */
  readAt: { startedAt: number; endedAt: number } | undefined;

  /** `interval` answers the refresh setting, in milliseconds; `folders` where FIFOs are looked for, and whose files are told of when one process alone maps them. */
  constructor(
    private readonly helper: Helper,
    private readonly log: vscode.LogOutputChannel,
    private readonly interval: () => number,
    private readonly folders: () => string[],
    private readonly thresholds: () => Interest['thresholds'] = () => undefined,
  ) {
    this.wrong = new Wrong(this.process, () => this.readAt?.endedAt ?? Date.now());
    helper.onDidChangeState((state) => {
      if (state === 'ready') this.again();
    });
    this.listeners = [
      vscode.window.onDidChangeWindowState(() => this.again()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTINGS.refreshInterval)) this.again();
        if (change.affectsConfiguration(SETTINGS.thresholds)) this.again();
      }),
    ];
    void this.run();
  }

  get(ref: Ref): IpcObject | undefined {
    return this.objects.get(ref);
  }

  /** The objects of a kind, in the order of their rows; undefined until their rows were read. */
  ofKind<K extends Kind>(kind: K): Extract<IpcObject, { kind: K }>[] | undefined {
    if (!this.hasRows(kind)) return undefined;
    let refs = this.ordered.get(kind);
    if (!refs) this.ordered.set(kind, (refs = this.refsOf(kind)));
    return refs.map((ref) => this.objects.get(ref) as Extract<IpcObject, { kind: K }>);
  }

  /** Whether the rows of a kind were read. */
  hasRows(kind: Kind): boolean {
    return this.answered.levels[kind] === 'rows';
  }

  private refsOf(kind: Kind): Ref[] {
    return [...this.objects.values()]
      .filter((object) => object.kind === kind)
      .sort(orderOf(kind))
      .map(({ ref }) => ref);
  }

  /** Kinds that the last look did not reach in time: what is known of them is as of before. */
  get pending(): ReadonlySet<Kind> {
    return this.pendingNow;
  }

  /** When a kind was read last, in milliseconds since the epoch. */
  asOf(kind: Kind): number | undefined {
    return this.lastRead.get(kind)?.endedAt;
  }

  /** Whether there was none of a kind when it was read last. */
  isEmpty(kind: Kind): boolean {
    return this.lastRead.get(kind)?.count === 0;
  }

  /** Whether the last answer had everything that somebody looks at. */
  covers(look: ViewInterest): boolean {
    return covers(this.answered, look);
  }

  /** Whether all that somebody looks at was read by the last look, rather than by one before it. */
  isWhole({ levels = {}, details = [] }: ViewInterest): boolean {
    const late = (kind: Kind | undefined) => kind !== undefined && this.pendingNow.has(kind);
    return !(Object.keys(levels) as Kind[]).some(late) && !details.map(kindOf).some(late);
  }

  /** Milliseconds between two looks as things are. */
  get pace(): number {
    if (this.book.calm) return CALM;
    return this.interval() * (vscode.window.state.focused ? 1 : INACTIVE);
  }

  /** Whether the last answer would have had this object, if it were there. */
  answers(ref: Ref): boolean {
    const kind = kindOf(ref);
    if (kind === undefined || this.hidden(kind) || this.pendingNow.has(kind)) return false;
    return this.answered.levels[kind] === 'rows' || this.answered.details.includes(ref);
  }

  /** Whether the kernel would not show the objects of a kind. */
  hidden(kind: Kind): boolean {
    return this.blind.some((one) => one.kind === kind && one.code === 'noSysvipc');
  }

  /** Every object that is known now. */
  all(): Iterable<IpcObject> {
    return this.objects.values();
  }

  /** Every process that is known now. */
  everyProcess(): Iterable<Process> {
    return this.processes.values();
  }

  /** Whether the last answer had all processes in full. */
  get hasProcesses(): boolean {
    return this.answered.processes === true;
  }

  /** A living process that an object names; `object`: another object that it names. */
  readonly process: Find = Object.assign((pid: number) => this.processes.get(pid) ?? this.learned.get(pid), {
    object: (ref: Ref) => this.objects.get(ref),
  });

  /** What surrounds an object of a kind while it is shown. */
  around(kind: Kind): Context {
    return { host: this.host, process: this.process, hidden: hiddenHolders(this.blind, kind) };
  }

  /** Somebody took a snapshot: its processes give names where nobody looks. */
  learn(processes: readonly Process[]): void {
    this.learned = new Map(processes.map((process) => [process.pid, process]));
  }

  /** Other findings are told from now on: `lets` says of each whether it is. */
  tellOnly(lets: (finding: Finding) => boolean): void {
    this.wrong.letOnly(lets);
    this.changedEmitter.fire({ ...NOTHING, wrong: true });
  }

  /** Notes what a view or panel looks at now; `{}` is nothing. */
  look(who: object, look: ViewInterest): void {
    if (this.book.set(who, look)) this.again(grew(this.asked, this.book.sum()));
  }

  /** One snapshot of everything, apart from what anybody looks at. `everybody`: as in the call. Rejects as requests do. */
  async snapshot(everybody = false): Promise<Snapshot> {
    const snapshot = await this.helper.request('snapshot', {
      folders: this.folders(),
      ...(everybody && { everybody }),
    });
    this.lastHost = snapshot.host;
    return { ...snapshot, processes: snapshot.processes.map((process) => this.named(process)) };
  }

  /** Our own helper is a Node among others: people ask what it is where it stands as the last process of an object. */
  private named(process: Process): Process {
    return process.pid === this.helper.pid ? { ...process, name: HELPER_NAME } : process;
  }

  /** Takes a census now. Does not wait for it. `thorough`: one that takes nothing for unchanged. */
  refresh({ thorough = false } = {}): void {
    this.thorough ||= thorough;
    this.fresh = true;
    // One that has begun afresh comes to its end, and the next follows at once: who asks again and again would never get an answer.
    if (this.current === undefined || !this.begun.fresh || (thorough && !this.begun.thorough))
      this.again(true);
  }

  /** Resolves when the rows of a kind are there, or cannot be had. */
  rowsOf(kind: Kind): Promise<void> {
    return this.until(() => this.answered.levels[kind] === 'rows' || this.book.sum().levels[kind] !== 'rows');
  }

  /** Resolves when an object is there among the rows of its kind, or a look that began after this call is without it: what somebody found may be newer than the rows. */
  async rowOf(kind: Kind, ref: Ref): Promise<void> {
    await this.rowsOf(kind);
    if (this.objects.has(ref)) return;
    const since = Date.now();
    this.refresh();
    await this.until(
      () =>
        this.objects.has(ref) ||
        (this.readAt?.startedAt ?? 0) >= since ||
        this.book.sum().levels[kind] !== 'rows',
    );
  }

  /** Resolves when all processes are there with everything that they hold, or cannot be had. */
  processRows(): Promise<void> {
    return this.until(() => this.everything || this.book.sum().processes !== true);
  }

  /** Whether the last answer had every process with everything that it holds. */
  get everything(): boolean {
    return this.hasProcesses && KINDS.every((kind) => this.answered.levels[kind] === 'rows');
  }

  private async until(done: () => boolean): Promise<void> {
    const waits = () => !this.disposed && !['failed', 'unsupported'].includes(this.helper.state);
    while (!done() && waits())
      await new Promise<void>((resolve) => {
        const again = () => {
          for (const listener of listeners) listener.dispose();
          resolve();
        };
        const listeners = [this.onDidChange(again), this.helper.onDidChangeState(again)];
      });
  }

  dispose(): void {
    this.disposed = true;
    for (const listener of this.listeners) listener.dispose();
    this.again();
    this.changedEmitter.dispose();
  }

  /** Ends the open request, so that the next one is asked with what is true now. */
  private again(fresh = false): void {
    this.fresh ||= fresh;
    this.current?.cancel();
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.disposed) {
      const { state } = this.helper;
      if (this.book.empty || state === 'failed' || state === 'unsupported') {
        this.drop(this.book.sum());
        // The helper does not hear of it, so what it takes for known is not known here any more.
        this.asked = this.answered = NO_INTEREST;
        // Nor do processes stay as they were: what somebody learns by a snapshot meanwhile is newer.
        this.processes = new Map();
        this.position = { epoch: null, seq: 0 };
        await new Promise<void>((resolve) => (this.wake = resolve));
      } else {
        await this.ask();
      }
    }
  }

  private async ask(): Promise<void> {
    const wanted = this.book.sum();
    const thresholds = wanted.findings === true ? this.thresholds() : undefined;
    const interest: Interest = { ...wanted, folders: this.folders(), ...(thresholds && { thresholds }) };
    this.drop(interest);
    this.asked = interest;
    const { fresh, thorough } = this;
    this.fresh = this.thorough = false;
    this.begun = { fresh, thorough };
    const source = (this.current = new vscode.CancellationTokenSource());
    const interval = this.pace;
    // Views must know that they were looked at again also where nothing differs.
    const keepAlive = Math.min(KEEP_ALIVE, 2 * interval);
    try {
      const batch = await this.helper.request(
        'changes',
        { ...this.position, interest, interval, keepAlive, fresh, thorough },
        source.token,
      );
      if (!this.disposed) this.apply(batch, interest, thorough);
    } catch (error) {
      const failure = asFailure(error);
      // What was asked for freshly is still wanted.
      this.fresh ||= fresh;
      this.thorough ||= thorough;
      if (failure.code === 'cancelled' || failure.code === 'superseded') return;
      if (failure.code !== 'helperEnded') this.log.error(`changes: ${failure.code} ${failure.text ?? ''}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    } finally {
      this.current = undefined;
      source.dispose();
    }
  }

  /** What nobody looks at any more is not kept, since nothing would keep it true. */
  private drop(interest: Interest): void {
    for (const [ref, object] of this.objects)
      if (!within(interest, object)) {
        this.objects.delete(ref);
        this.ordered.delete(object.kind);
      }
    const dropped = Object.entries(this.answered.levels)
      .filter(([kind, level]) => level === 'rows' && interest.levels[kind as Kind] !== 'rows')
      .map(([kind]) => kind as Kind);
    if (interest.processes !== true) delete this.answered.processes;
    const forgets = interest.findings !== true && this.wrong.known;
    if (forgets) this.wrong.diagnosis = undefined;
    if (interest.findings !== true) delete this.answered.findings;
    if (dropped.length === 0 && !forgets) return;
    for (const kind of dropped) this.answered.levels[kind] = interest.levels[kind];
    this.changedEmitter.fire({ ...NOTHING, dropped, wrong: forgets });
  }

  private apply(batch: Batch, interest: Interest, thorough: boolean): void {
    this.position = { epoch: batch.epoch, seq: batch.seq };
    const removed = goneBy(batch, this.objects.keys(), this.owed);
    this.owed = owedAfter(batch, this.owed);
    const pending = new Set(batch.pending);
    this.pendingNow = pending;
    for (const ref of removed) {
      this.objects.delete(ref);
      this.ordered.delete(kindOf(ref) as Kind);
    }
    const added: IpcObject[] = [];
    const changed: IpcObject[] = [...batch.changed];
    for (const object of batch.added) (this.objects.has(object.ref) ? changed : added).push(object);
    // A path changes when its file gets another name, and a pipe joins others once its process has forked.
    for (const object of changed) {
      const before = this.objects.get(object.ref);
      if (before && orderOf(object.kind)(before, object) !== 0) this.ordered.delete(object.kind);
    }
    for (const object of [...added, ...changed]) this.objects.set(object.ref, object);
    for (const { kind } of added) this.ordered.delete(kind);
    const processes = batch.processes ? this.applyProcesses(batch.processes) : NOBODY;
    this.counts = batch.counts;
    this.host = batch.host;
    const kept = this.blind.filter(({ kind }) => kind !== undefined && pending.has(kind));
    this.blind = [...batch.blind, ...kept];
    const { startedAt, endedAt } = batch;
    this.readAt = { startedAt, endedAt };
    for (const kind of KINDS)
      if (!pending.has(kind)) this.lastRead.set(kind, { endedAt, count: batch.counts[kind] });
    const wrong = batch.diagnosis !== undefined || (batch.full && this.wrong.known);
    if (wrong)
      this.wrong.diagnosis = batch.diagnosis && {
        ...batch.diagnosis,
        processes: batch.diagnosis.processes.map((process) => this.named(process)),
      };
    this.answered = answeredWith(this.answered, interest, pending);
    // They come later than the first answer.
    if (!this.wrong.known) delete this.answered.findings;
    const whole = batch.full || thorough;
    this.changedEmitter.fire({ added, changed, removed, dropped: [], processes, wrong, whole });
  }

  /** One that is as it was stays the same JavaScript object. Answers the pids of the others. */
  private applyProcesses(processes: readonly Process[]): ReadonlySet<number> {
    const before = this.processes;
    const differ = new Set(before.keys());
    this.processes = new Map();
    this.learned = new Map();
    for (const process of processes.map((one) => this.named(one))) {
      const old = before.get(process.pid);
      const same = old !== undefined && JSON.stringify(old) === JSON.stringify(process);
      this.processes.set(process.pid, same ? old : process);
      if (same) differ.delete(process.pid);
      else differ.add(process.pid);
    }
    return differ;
  }
}
