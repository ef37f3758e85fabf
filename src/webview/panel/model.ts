/** What a panel knows: the state that the host tells, what was seen of it so far, and the acts of the frame. */
import type { Copy } from '../../protocol/copies';
import { copiedText } from '../../presentation/copies';
import type { Context } from '../../presentation/facts';
import type { IpcObject } from '../../protocol/kinds';
import { SMALL_SET } from '../../protocol/kinds/sysvSem';
import { refusalOf } from '../../protocol/mayAct';
import type { HistoryEntry, ObjectChannel, PanelState } from '../../protocol/pages/object';
import { refusalText } from '../../presentation/refusals';
import type { Ref } from '../../protocol/ref';
import { userOf } from '../../protocol/rights';
import type { Bus } from '../bus';
import { SPARK_MOST } from '../parts/sparkline';
import { sentenceOf } from '../sentenceOf';
import { setStrings } from '../strings';
import { contextOf } from './context';
import type { Memory } from '../pageMemory';

/** Before the host has told anything. */
const NOTHING: Context = { process: () => undefined };

export class PanelModel {
  state: PanelState | undefined;
  history: readonly HistoryEntry[] = [];
  /** The object as it was at each refresh, for the charts. */
  samples: readonly IpcObject[] = [];
  /** When the host noticed that the object is gone; undefined where it was gone already. */
  goneAt: number | undefined;
  /** Why the last act of the frame failed. */
  problem: string | undefined;
  /** Rises with each explicit refresh, and when the panel turns to another object. */
  refreshes = 0;
  /** Tells a screen reader what came of an act. */
  announce: (text: string) => void = () => undefined;
  private readonly listeners = new Set<() => void>();
  private sampler: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly bus: Bus<ObjectChannel>,
    readonly memory: Memory,
  ) {
    bus.on('state', (state) => this.take(state));
    bus.on('history', (history) => this.takeHistory(history));
  }

  /** True where acts on the object can be asked for. */
  get acts(): boolean {
    return this.state?.status === 'present';
  }

  /** What surrounds the object. */
  get context(): Context {
    return this.state ? contextOf(this.state) : NOTHING;
  }

  /** Why an act on the object must fail, as a sentence; undefined where it may succeed. */
  refusal(ability: string, given?: Readonly<Record<string, unknown>>): string | undefined {
    const { object, host, trusted = true } = this.state ?? {};
    if (!object || !host) return undefined;
    const actor = { ...userOf(host), trusted, stickyMemory: host.stickyMemory };
    const refusal = refusalOf(object, ability, actor, given);
    return refusal && refusalText(refusal);
  }

  /** Whether an act may be asked for now. */
  may(ability: string, given?: Readonly<Record<string, unknown>>): boolean {
    return this.acts && this.refusal(ability, given) === undefined;
  }

  /** The first word to the host. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      const { state, strings } = await this.bus.request('ready', {});
      setStrings(strings);
      this.take(state);
      this.takeHistory(await this.bus.request('history', {}));
    });
  }

  /** Does an act of the frame; its failure shows below the header until the next. */
  async attempt(act: () => Promise<unknown>): Promise<void> {
    this.problem = undefined;
    this.changed();
    try {
      await act();
    } catch (error) {
      this.problem = sentenceOf(error);
    }
    this.changed();
  }

  async setLive(live: boolean): Promise<void> {
    await this.attempt(async () => {
      await this.bus.request('setLive', { live });
      if (this.state) this.take({ ...this.state, live });
    });
  }

  async refresh(): Promise<void> {
    await this.attempt(async () => {
      await this.bus.request('refresh', {});
      this.refreshes++;
    });
  }

  /** Opens the page of an object or a process that is named here. */
  async open(ref: Ref): Promise<void> {
    await this.attempt(() => this.bus.request('open', { ref }));
  }

  async copy({ text, how }: Copy): Promise<void> {
    await this.attempt(async () => {
      await this.bus.request('copyText', { text, how });
      this.announce(copiedText(how));
    });
  }

  /** Adds a line that an answer brought, in case the event that lists all has not come yet. */
  addHistory(entry: HistoryEntry): void {
    if (!this.history.some((known) => known.id === entry.id)) this.takeHistory([entry, ...this.history]);
  }

  /** Calls back after every change. */
  subscribe(listener: () => void): void {
    this.listeners.add(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  private take(state: PanelState): void {
    const before = this.state;
    if (this.memory.take(state.memory)) this.turn();
    this.goneAt = state.status === 'gone' ? state.goneAt : undefined;
    this.state = state;
    if (before?.interval !== state.interval) this.sample(state.interval);
    if (this.samples.length === 0) this.look();
    this.changed();
  }

  /** The preview panel now shows another object: nothing of the last one may stay. */
  private turn(): void {
    this.samples = [];
    this.history = [];
    this.goneAt = undefined;
    this.problem = undefined;
    this.refreshes++;
    void this.attempt(async () => this.takeHistory(await this.bus.request('history', {})));
  }

  private takeHistory(history: readonly HistoryEntry[]): void {
    this.history = [...history].sort((a, b) => b.at - a.at);
    this.changed();
  }

  private sample(interval: number): void {
    clearInterval(this.sampler);
    this.sampler = setInterval(
      () => {
        if (document.hidden || !this.state?.live) return;
        this.look();
        this.changed();
      },
      Math.max(250, interval),
    );
  }

  private look(): void {
    const { state } = this;
    if (state?.status === 'present' && state.object)
      this.samples = [...this.samples, slim(state.object)].slice(-SPARK_MOST);
  }
}

/** No chart shows the details of a large set, and sixty times 32,000 semaphores are too much to keep. */
function slim(object: IpcObject): IpcObject {
  if (object.kind !== 'sysv.sem' || object.semaphores <= SMALL_SET) return object;
  return { ...object, details: undefined };
}
