/** Reads the messages of a queue, portion by portion, and again when it may have moved. Never two peeks at once. */
import { type PeekResult, PEEK_MOST } from '../../../protocol/kinds/sysvMsg';
import { learn } from '../../clock';
import { sentenceOf } from '../../sentenceOf';
import { type Entry, entriesOf } from '../shared/queue/entries';

/** How many messages are shown at first, and how many more at a time. */
export const PORTION = 200;

/** What was read. */
export interface Loaded {
  entries: readonly Entry[];
  total: number;
  /** Somebody sent or received while it was read, so that messages may be missing or doubled. */
  moved: boolean;
}

export type Ask = (range: { from: number; count: number }, signal: AbortSignal) => Promise<PeekResult>;

export class Peeker {
  loaded: Loaded | undefined;
  failure: string | undefined;
  wanted = PORTION;
  private busy = false;
  private again = false;
  private abort = new AbortController();

  constructor(
    private readonly ask: Ask,
    private readonly changed: () => void,
  ) {}

  /** Reads all that is wanted, now or right after the read that is under way. */
  look(): void {
    if (this.busy) this.again = true;
    else void this.run();
  }

  /** Wants a portion more. */
  more(): void {
    this.wanted += PORTION;
    this.look();
  }

  /** Forgets everything; what is under way is taken back. */
  reset(wanted = PORTION): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.loaded = this.failure = undefined;
    this.busy = this.again = false;
    this.wanted = wanted;
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    this.busy = true;
    do {
      this.again = false;
      try {
        const loaded = await this.read(signal);
        if (signal.aborted) return;
        this.loaded = loaded;
        this.failure = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.failure = sentenceOf(error);
      }
      this.changed();
    } while (this.again);
    this.busy = false;
  }

  private async read(signal: AbortSignal): Promise<Loaded> {
    const messages: PeekResult['messages'] = [];
    let total = 0;
    let moved = false;
    for (let more = true; more && messages.length < this.wanted;) {
      const last = messages.at(-1);
      // The last one of the portion before is copied once more: where it stands no longer, positions have shifted in between.
      const from = messages.length - (last ? 1 : 0);
      const askedAt = Date.now();
      const answer = await this.ask({ from, count: Math.min(PEEK_MOST, this.wanted - from) }, signal);
      learn(askedAt, answer.readAt, Date.now());
      const [again] = last ? answer.messages.splice(0, 1) : [];
      const shifted = last && (again?.type !== last.type || again.content !== last.content);
      // Within a portion the helper knows.
      moved ||= answer.moved || shifted === true || (last !== undefined && answer.total !== total);
      total = answer.total;
      messages.push(...answer.messages);
      more = answer.more && answer.messages.length > 0;
    }
    return { entries: entriesOf(messages, this.loaded?.entries ?? []), total, moved };
  }
}
