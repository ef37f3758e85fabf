/** What the page Why knows: what the host told last, and the acts of its frame. */
import { type WhyText, whyText } from '../../presentation/why';
import { whyMarkdown } from '../../presentation/why/markdown';
import type { Cure } from '../../protocol/findings';
import type { WhyChannel, WhyState } from '../../protocol/pages/why';
import type { Ref } from '../../protocol/ref';
import type { Bus } from '../bus';
import { now } from '../clock';
import type { Memory } from '../pageMemory';
import { sentenceOf } from '../sentenceOf';
import { setStrings, t } from '../strings';

export class WhyModel {
  state: WhyState | undefined;
  /** Why the last act failed. */
  problem: string | undefined;
  /** Tells a screen reader what came of an act. */
  announce: (text: string) => void = () => undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly bus: Bus<WhyChannel>,
    readonly memory: Memory,
  ) {
    bus.on('state', (state) => this.take(state));
  }

  /** What is said now; times go by. */
  get text(): WhyText | undefined {
    const { why, memory } = this.state ?? {};
    return why && memory && whyText(memory.ref, why, now());
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

  cure(cure: Cure): Promise<void> {
    return this.attempt(() => this.bus.request('cure', { cure }));
  }

  /** The answer as Markdown, with its evidence. */
  copyAnswer(): Promise<void> {
    return this.attempt(async () => {
      const { text } = this;
      if (!text) return;
      await this.bus.request('copyText', { text: whyMarkdown(text), how: 'exact' });
      this.announce(t('Copied'));
    });
  }

  private take(state: WhyState): void {
    this.memory.take(state.memory);
    this.state = state;
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
