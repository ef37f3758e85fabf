/** What the page of a process knows: what the host told last, and what can be asked of it. */
import type { ProcessChannel, ProcessState } from '../../protocol/pages/process';
import type { Bus } from '../bus';
import type { Memory } from '../pageMemory';
import { PageModel } from '../pageModel';
import { t } from '../strings';

/** What is sent. */
export interface Sending {
  signal: number;
  value?: number;
  tid?: number;
}

export class ProcessModel extends PageModel<ProcessState> {
  constructor(
    private readonly bus: Bus<ProcessChannel>,
    memory: Memory,
  ) {
    super(bus, memory);
  }

  /** Whether anything can be done with it. */
  get acts(): boolean {
    return this.state?.trusted === true && this.state.status === 'present';
  }

  command(command: 'why' | 'revealProcess' | 'limits'): Promise<void> {
    return this.attempt(() => this.bus.request('command', { command }));
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
}
