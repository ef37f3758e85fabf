/** What happened in a session, for whoever pulls it: kept until it is acknowledged, and a while longer. */
import { KEEP_ALIVE } from '../../protocol/calls';
import { IpcFailure } from '../../protocol/errors';
import type { SessionEvent, SessionState } from '../../protocol/kinds/socket';
import { costOf, type Happened, type OpenConnection } from './messages';

/** Bytes of one answer, and of what stays after it was acknowledged. */
const MOST = 1 << 20;
/** Events that are kept for a reader who does not come: only an echo makes so many. */
const MOST_EVENTS = 10_000;

type Reader = { after: number; answer: () => void; supersede: () => void };

export class SessionLog {
  private events: SessionEvent[] = [];
  private seq = 0;
  private acknowledged = 0;
  private cost = 0;
  private kept = 0;
  private open: readonly OpenConnection[] = [];
  private echo = false;
  /** Nothing more will happen. */
  over = false;
  private reader: Reader | undefined;

  /** `credit` hears how much of what was received is in the reader's hands, in all. */
  constructor(private readonly credit: (acknowledged: number) => void) {}

  note(event: Happened, open: readonly OpenConnection[], echo: boolean): void {
    this.events.push({ seq: ++this.seq, ...event });
    this.kept += sizeOf(event);
    this.open = open;
    this.echo = echo;
    this.trim();
    this.reader?.answer();
  }

  /** The session is over: what stands in here is the last of it. */
  end(): void {
    this.over = true;
    this.open = [];
    this.reader?.answer();
  }

  /** Over, and heard to its end. */
  get done(): boolean {
    return this.over && this.acknowledged === this.seq;
  }

  /** What happened behind `after`, which acknowledges all up to it; waits for something. Rejects with `superseded`, `cancelled`. */
  async pull(after: number, onCancel: (end: () => void) => void): Promise<SessionState> {
    this.reader?.supersede();
    this.acknowledge(Math.min(after, this.seq));
    if (this.seq <= after && !this.over) await this.something(after, onCancel);
    return this.state(after);
  }

  private something(after: number, onCancel: (end: () => void) => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(late);
        if (this.reader === reader) this.reader = undefined;
      };
      const answer = () => {
        stop();
        resolve();
      };
      const fail = (code: 'superseded' | 'cancelled') => {
        stop();
        reject(new IpcFailure({ code }));
      };
      const late = setTimeout(answer, KEEP_ALIVE);
      const reader: Reader = { after, answer, supersede: () => fail('superseded') };
      this.reader = reader;
      onCancel(() => fail('cancelled'));
    });
  }

  private state(after: number): SessionState {
    const behind = this.events.filter(({ seq }) => seq > after);
    const events: SessionEvent[] = [];
    let size = 0;
    for (const event of behind) {
      if (events.length > 0 && size + sizeOf(event) > MOST) break;
      events.push(event);
      size += sizeOf(event);
    }
    const first = behind[0]?.seq ?? this.seq + 1;
    const seq = events.at(-1)?.seq ?? Math.max(after, this.seq);
    return {
      seq,
      events,
      missed: Math.max(0, first - after - 1),
      open: [...this.open],
      // What is behind the answer is heard by the next one.
      state: this.over && seq === this.seq ? 'ended' : 'running',
      echo: this.echo,
    };
  }

  private acknowledge(upTo: number): void {
    if (upTo <= this.acknowledged) return;
    for (const event of this.events)
      if (event.seq > this.acknowledged && event.seq <= upTo) this.cost += costOf(event);
    this.acknowledged = upTo;
    this.trim();
    this.credit(this.cost);
  }

  /** What was acknowledged goes first, the oldest of it. */
  private trim(): void {
    let drop = 0;
    for (const event of this.events) {
      const free = event.seq <= this.acknowledged && this.kept > MOST;
      if (!free && this.events.length - drop <= MOST_EVENTS) break;
      this.kept -= sizeOf(event);
      drop++;
    }
    if (drop > 0) this.events = this.events.slice(drop);
  }
}

function sizeOf({ content }: Pick<SessionEvent, 'content'>): number {
  return (content?.length ?? 0) + 256;
}
