/** The sessions at the panel's object, as far as the host has told them. */
import type { PanelSession } from '../../../../protocol/pages/object';
import type { PanelModel } from '../../../panel/model';

export class SessionBook {
  sessions: readonly PanelSession[] = [];
  private readonly stops: (() => void)[];
  private asking = false;
  private again = false;

  constructor(
    private readonly panel: PanelModel,
    private readonly changed: () => void,
  ) {
    this.stops = [
      panel.bus.on('session', (session) => this.take(session)),
      panel.bus.on('sessions', () => void this.ask()),
    ];
    void this.ask();
  }

  dispose(): void {
    for (const stop of this.stops) stop();
  }

  /** Asks for all of them anew; also when others may stand at the object now. */
  async ask(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    do {
      this.again = false;
      const sessions = await this.panel.bus.request('sessions', {}).catch(() => undefined);
      if (sessions) this.sessions = sessions;
      this.changed();
    } while (this.again);
    this.asking = false;
  }

  /** Lines that follow those that are here; where some are missing all are asked for. */
  private take(session: PanelSession): void {
    const known = this.sessions.find(({ act }) => act === session.act);
    if (!known && session.after > 0) return void this.ask();
    const lines = known?.lines ?? [];
    const last = lines.at(-1)?.seq ?? known?.after ?? 0;
    if (session.after > last) return void this.ask();
    const merged = {
      ...session,
      after: known?.after ?? session.after,
      lines: [...lines, ...session.lines.filter(({ seq }) => seq > last)],
    };
    this.sessions = known
      ? this.sessions.map((one) => (one.act === session.act ? merged : one))
      : [...this.sessions, merged];
    this.changed();
  }
}
