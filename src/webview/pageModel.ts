/** What the page of an answer or of a process knows: what the host told last, and what every such page can ask of it. */
import type { Copy } from '../protocol/copies';
import type { Channel } from '../protocol/pages/channel';
import type { frameRequests, openRequest, PageMemory, readyRequest } from '../protocol/pages/frame';
import type { Ref } from '../protocol/ref';
import type { GenericSchema } from 'valibot';
import type { Bus } from './bus';
import type { Memory } from './pageMemory';
import { sentenceOf } from './sentenceOf';
import { setStrings, t } from './strings';

/** The channel of a page whose host tells its whole state, again at each change. */
export interface StateChannel<S> extends Channel {
  readonly requests: typeof frameRequests & {
    ready: ReturnType<typeof readyRequest<GenericSchema<unknown, S>>>;
    open: typeof openRequest;
  };
  readonly events: { state: GenericSchema<unknown, S> };
}

export abstract class PageModel<S extends { memory: PageMemory }> {
  state: S | undefined;
  /** Why the last act failed. */
  problem: string | undefined;
  /** Tells a screen reader what came of an act. */
  announce: (text: string) => void = () => undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly frame: Pick<Bus<StateChannel<S>>, 'request' | 'on'>,
    readonly memory: Memory,
  ) {
    frame.on('state', (state) => this.take(state));
  }

  /** Calls back after every change. */
  subscribe(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** The first word to the host. */
  start(): Promise<void> {
    return this.attempt(async () => {
      const { state, strings } = await this.frame.request('ready', {});
      setStrings(strings);
      this.take(state);
    });
  }

  /** Does an act; its failure shows below the header until the next. */
  async attempt(act: () => Promise<unknown>): Promise<void> {
    this.problem = undefined;
    try {
      await act();
    } catch (error) {
      this.problem = sentenceOf(error);
    }
    this.changed();
  }

  setLive(live: boolean): Promise<void> {
    return this.attempt(() => this.frame.request('setLive', { live }));
  }

  refresh(): Promise<void> {
    return this.attempt(() => this.frame.request('refresh', {}));
  }

  keepOpen(): Promise<void> {
    return this.attempt(() => this.frame.request('keepOpen', {}));
  }

  open(ref: Ref): Promise<void> {
    return this.attempt(() => this.frame.request('open', { ref }));
  }

  copy(copy: Copy): Promise<void> {
    return this.attempt(async () => {
      await this.frame.request('copyText', copy);
      this.announce(t('Copied'));
    });
  }

  private take(state: S): void {
    this.memory.take(state.memory);
    this.state = state;
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
