/** What the page Why knows: what the host told last, and the acts of its frame. */
import { type WhyText, whyText } from '../../presentation/why';
import { whyMarkdown } from '../../presentation/why/markdown';
import type { Cure } from '../../protocol/findings';
import type { WhyChannel, WhyState } from '../../protocol/pages/why';
import type { Bus } from '../bus';
import { now } from '../clock';
import type { Memory } from '../pageMemory';
import { PageModel } from '../pageModel';

export class WhyModel extends PageModel<WhyState> {
  constructor(
    private readonly bus: Bus<WhyChannel>,
    memory: Memory,
  ) {
    super(bus, memory);
  }

  /** What is said now; times go by. */
  get text(): WhyText | undefined {
    const { why, memory } = this.state ?? {};
    return why && memory && whyText(memory.ref, why, now());
  }

  cure(cure: Cure): Promise<void> {
    return this.attempt(() => this.bus.request('cure', { cure }));
  }

  /** The answer as Markdown, with its evidence. */
  async copyAnswer(): Promise<void> {
    const { text } = this;
    if (text) await this.copy({ text: whyMarkdown(text), how: 'exact' });
  }
}
