/** What the page Limits knows: what the host told last, and what can be asked of it. */
import type { LimitsChannel, LimitsState } from '../../protocol/pages/limits';
import type { Bus } from '../bus';
import type { Memory } from '../pageMemory';
import { PageModel } from '../pageModel';
import { t } from '../strings';

export class LimitsModel extends PageModel<LimitsState> {
  constructor(
    private readonly bus: Bus<LimitsChannel>,
    memory: Memory,
  ) {
    super(bus, memory);
  }

  copyJson(): Promise<void> {
    return this.attempt(async () => {
      await this.bus.request('copyJson', {});
      this.announce(t('Copied'));
    });
  }
}
