/** What the session of a socket can be told, and what it says; src/native/waiting/{talk,listen}.ts are the two kinds. */
import type { SessionOrder } from '../../protocol/kinds/socket';
import type { Connection } from './connection';
import { costOf, type Happened, type News, type OpenConnection, WINDOW } from './messages';

/** A session as the child of a waiting act drives it. */
export interface Session {
  /** Where it listens, where the kernel chose that. */
  readonly port?: number | undefined;
  /** From now on things happen, and are told. */
  start(say: (news: News) => void): void;
  /** Rejects with what the call gave, and with `gone` where there is no such connection. */
  obey(order: SessionOrder): Promise<void>;
  /** So much of what was received is in the reader's hands. */
  acknowledge(cost: number): void;
  /** Closes everything. */
  end(): void;
}

/** What the connections of a session share: their numbers, how they tell what happens, and how much they may still take. */
export class Transcript {
  readonly open = new Map<number, Connection>();
  echo = false;
  private spent = 0;
  private acknowledged = 0;
  private say: (news: News) => void = () => undefined;
  private others: () => OpenConnection[] = () => [];
  private last = 0;

  /** `others`: who can be answered without a socket of its own. */
  start(say: (news: News) => void, others: () => OpenConnection[] = () => []): void {
    this.say = say;
    this.others = others;
  }

  /** The number of a new connection. */
  number(): number {
    return ++this.last;
  }

  get newest(): number {
    return this.last;
  }

  /** Whether more may be taken from a socket; an echo gives back what it takes, so nothing is lost where nobody reads the transcript. */
  get hasRoom(): boolean {
    return this.echo || this.spent - this.acknowledged < WINDOW;
  }

  tell(event: Omit<Happened, 'at'>): void {
    const full = this.spent - this.acknowledged >= WINDOW;
    const { content, ...rest } = event;
    // Only of an echo: that it came, and how much, but not what.
    const kept = full && content !== undefined && event.is === 'received';
    const told: Happened = { at: Date.now(), ...(kept ? { ...rest, length: content.length } : event) };
    this.spent += costOf(told);
    const own = [...this.open.values()].filter(({ number }) => number > 0);
    const open = own.map(({ number, sends, receives }) => ({ connection: number, sends, receives }));
    this.say({ is: 'event', event: told, open: [...open, ...this.others()], echo: this.echo });
  }

  acknowledge(cost: number): void {
    this.acknowledged = cost;
    for (const connection of this.open.values()) connection.look();
  }
}
