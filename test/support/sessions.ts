/** Sessions of the real helper, as the extension drives them. */
import type { Bytes } from '../../src/protocol/bytes';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import type { SessionEvent, SessionOrder, SessionState } from '../../src/protocol/kinds/socket';
import type { TestHelper } from './helper';

/** Milliseconds after which what is waited for is held not to come. */
const PATIENCE = 15_000;

export function bytes(text: string): Bytes {
  return toBytes(Buffer.from(text, 'latin1'));
}

export function textOf({ content }: Pick<SessionEvent, 'content'>): string {
  return content === undefined ? '' : Buffer.from(fromBytes(content)).toString('latin1');
}

/** Hears one session. */
export class Listener {
  readonly heard: SessionEvent[] = [];
  state: SessionState['state'] = 'running';
  open: SessionState['open'] = [];
  private seq = 0;

  constructor(
    private readonly helper: TestHelper,
    readonly act: number,
  ) {}

  tell(order: SessionOrder): Promise<unknown> {
    return this.helper.request('tell', { act: this.act, order });
  }

  send(text: string, connection?: number): Promise<unknown> {
    return this.tell({ is: 'send', content: bytes(text), ...(connection !== undefined && { connection }) });
  }

  /** Pulls once: what happened since. */
  async pull(): Promise<SessionState> {
    const state = await this.helper.request('session', { act: this.act, after: this.seq });
    this.seq = state.seq;
    this.heard.push(...state.events);
    this.state = state.state;
    this.open = state.open;
    return state;
  }

  /** Pulls until an event fits, which may have come already. Events before `from` do not count. */
  async until(fits: (event: SessionEvent) => boolean, from = 0): Promise<SessionEvent> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = this.heard.slice(from).find(fits);
      if (found) return found;
      if (Date.now() > end || this.state === 'ended')
        throw new Error(`did not come: ${String(fits)}; heard ${this.heard.map(({ is }) => is).join(' ')}`);
      await this.pull();
    }
  }

  /** Everything received on a connection, once so much has come. */
  async received(length: number, connection = 1): Promise<string> {
    const parts: string[] = [];
    let got = 0;
    let at = 0;
    await this.until(() => {
      for (; at < this.heard.length; at++) {
        const event = this.heard[at] as SessionEvent;
        if (event.is !== 'received' || event.connection !== connection) continue;
        const text = textOf(event);
        parts.push(text);
        got += text.length;
      }
      return got >= length;
    });
    return parts.join('');
  }

  async end(): Promise<void> {
    await this.helper.request('endAct', { act: this.act });
    while (this.state === 'running') await this.pull();
  }
}
