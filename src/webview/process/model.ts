/** What the page of a process knows: what the host told last, and what can be asked of it. */
import type { Copy } from '../../protocol/copies';
import type { ProcessChannel, ProcessState } from '../../protocol/pages/process';
import type { Ref } from '../../protocol/ref';
import type { Bus } from '../bus';
import type { Memory } from '../pageMemory';
import { sentenceOf } from '../sentenceOf';
import { setStrings, t } from '../strings';

/** What is sent. */
export interface Sending {
  signal: number;
  value?: number;
  tid?: number;
}

export class ProcessModel {
  state: ProcessState | undefined;
  /** Why the last act failed. */
  problem: string | undefined;
  /** Tells a screen reader what came of an act. */
  announce: (text: string) => void = () => undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly bus: Bus<ProcessChannel>,
    readonly memory: Memory,
  ) {
    bus.on('state', (state) => this.take(state));
  }

  /** Whether anything can be done with it. */
  get acts(): boolean {
    return this.state?.trusted === true && this.state.status === 'present';
  }

  subscribe(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** The first word to the host. */
  start(): Promise<void> {
    return this.attempt(async () => {
      const { state, strings } = await this.bus.request('ready', {});
      setStrings(strings);
      this.take(state);
    });
  }

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
    return this.attempt(() => this.bus.request('setLive', { live }));
  }

  refresh(): Promise<void> {
    return this.attempt(() => this.bus.request('refresh', {}));
  }

  keepOpen(): Promise<void> {
    return this.attempt(() => this.bus.request('keepOpen', {}));
  }

  open(ref: Ref): Promise<void> {
    return this.attempt(() => this.bus.request('open', { ref }));
  }

  command(command: 'why' | 'revealProcess'): Promise<void> {
    return this.attempt(() => this.bus.request('command', { command }));
  }

  copy(copy: Copy): Promise<void> {
    return this.attempt(async () => {
      await this.bus.request('copyText', copy);
      this.announce(t('Copied'));
    });
  }

  copyJson(): Promise<void> {
    return this.attempt(async () => {
      await this.bus.request('copyJson', {});
      this.announce(t('Copied'));
    });
  }

  /** Sends it, and says what came of it. Rejects as requests do. */
  async send(sending: Sending, name: string): Promise<string> {
    const { merged } = await this.bus.request('signal', { ...sending });
    const said = merged ? t('{0} was pending already, and comes once.', name) : t('{0} was sent.', name);
    this.announce(said);
    return said;
  }

  private take(state: ProcessState): void {
    this.memory.take(state.memory);
    this.state = state;
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
