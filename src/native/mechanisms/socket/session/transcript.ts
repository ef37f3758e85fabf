/** What happens in a session, told as it happens, and how much more may be taken from its sockets. */
import { fromBytes } from '../../../../protocol/bytes';
import {
  costOf,
  type Happened,
  type ChildMessage,
  type OpenConnection,
  WINDOW,
} from '../../../waiting/messages';

/** One socket of a session, as the others see it. */
interface OpenSocket {
  readonly number: number;
  readonly sends: boolean;
  readonly receives: boolean;
  /** Waits for what can be done now. */
  look(): void;
}

/** What the connections of a session share: their numbers, how they tell what happens, and how much they may still take. */
export class Transcript<S extends OpenSocket = OpenSocket> {
  readonly open = new Map<number, S>();
  echo = false;
  private spent = 0;
  private acknowledged = 0;
  private say: (news: ChildMessage) => void = () => undefined;
  private others: () => OpenConnection[] = () => [];
  private last = 0;

  /** `others`: who can be answered without a socket of its own. */
  start(say: (news: ChildMessage) => void, others: () => OpenConnection[] = () => []): void {
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
    // Of an echo: that it came and went, and how much, but not what.
    const kept =
      full && content !== undefined && (event.is === 'received' || (this.echo && event.is === 'sent'));
    const told: Happened = {
      at: Date.now(),
      ...(kept ? { ...rest, length: event.length ?? fromBytes(content).length } : event),
    };
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
