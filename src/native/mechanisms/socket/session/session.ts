/** What the session of a socket can be told, and what it says; talk.ts and listen.ts beside it are the two kinds. */
import type { SessionOrder } from '../../../../protocol/kinds/socket';
import type { ChildMessage } from '../../../waiting/messages';

/** A session as the child of a waiting act drives it. */
export interface Session {
  /** Where it listens, where the kernel chose that. */
  readonly port?: number | undefined;
  /** From now on things happen, and are told. */
  start(say: (news: ChildMessage) => void): void;
  /** Rejects with what the call gave, and with `gone` where there is no such connection. */
  obey(order: SessionOrder): Promise<void>;
  /** So much of what was received is in the reader's hands. */
  acknowledge(cost: number): void;
  /** Closes everything. An order that blocks in a call is given up: `settled`. */
  end(): void;
  /** Resolves once no order blocks in a call any more, which takes a signal to its thread. */
  settled(): Promise<void>;
}
