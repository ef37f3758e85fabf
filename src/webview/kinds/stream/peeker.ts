/** Looks at what waits in a pipe or FIFO, again and again while somebody watches, and never two looks at once. */
import { fromBytes } from '../../../protocol/bytes';
import type { ResultOf } from '../../../protocol/kinds';
import { STREAM_PEEK_MOST } from '../../../protocol/kinds/stream';
import { Content } from '../../bytes/content';
import { RequestFailure } from '../../bus';
import { learn } from '../../clock';
import { sentenceOf } from '../../panel/model';
import { t } from '../../strings';
import { type Packet, packetsOf } from './packets';

/** How much is looked at first; each request for more asks for four times as much. */
const FIRST = 65_536;
const MORE = 4;
/** Looking and drawing may take one part in so many of the time. */
const SHARE = 10;

type PeekResult = ResultOf<'pipe', 'peek'>;

export interface Loaded {
  content: Content;
  packets: readonly Packet[] | undefined;
  unread: number;
}

export class StreamPeeker {
  loaded: Loaded | undefined;
  failure: string | undefined;
  /** Why the kernel leaves no way to look without disturbing. */
  disturbs: string | undefined;
  private wanted = FIRST;
  private busy = false;
  private again = false;
  private rested = 0;
  private abort = new AbortController();

  constructor(
    private readonly ask: (length: number, signal: AbortSignal) => Promise<PeekResult>,
    /** Shows what was read; settles when it is drawn. */
    private readonly changed: () => Promise<unknown>,
  ) {}

  /** Whether enough time went by since the last look, so that a large pipe does not keep the page busy. */
  get isRested(): boolean {
    return performance.now() >= this.rested;
  }

  get length(): number {
    return this.wanted;
  }

  /** How much the next portion is in all; undefined where more is not looked at. */
  get next(): number | undefined {
    return this.wanted >= STREAM_PEEK_MOST ? undefined : Math.min(this.wanted * MORE, STREAM_PEEK_MOST);
  }

  /** Looks now, or right after the look that is under way. */
  look(): void {
    if (this.busy) this.again = true;
    else void this.run();
  }

  more(): void {
    this.wanted = this.next ?? this.wanted;
    this.look();
  }

  /** Forgets everything; what is under way is taken back. */
  reset(wanted = FIRST): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.loaded = this.failure = this.disturbs = undefined;
    this.busy = this.again = false;
    this.rested = 0;
    this.wanted = Math.max(1, Math.min(wanted, STREAM_PEEK_MOST));
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    this.busy = true;
    do {
      this.again = false;
      const from = performance.now();
      try {
        const loaded = await this.read(signal);
        if (signal.aborted) return;
        this.loaded = loaded;
        this.failure = this.disturbs = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.fail(error);
      }
      await this.changed();
      if (signal.aborted) return;
      this.rested = performance.now() + (performance.now() - from) * (SHARE - 1);
    } while (this.again);
    this.busy = false;
  }

  private async read(signal: AbortSignal): Promise<Loaded> {
    const askedAt = Date.now();
    const { content: packed, packets, unread, readAt } = await this.ask(this.wanted, signal);
    learn(askedAt, readAt, Date.now());
    const before = this.loaded;
    const same = before?.content.packed === packed ? before.content : undefined;
    const content = same ?? new Content(packed);
    return {
      content,
      packets: packets && packetsOf(fromBytes(packed), packets, before?.packets ?? []),
      unread: Math.max(unread, content.length),
    };
  }

  /** What was seen before would look as if it still were there. */
  private fail(error: unknown): void {
    const disturbs = error instanceof RequestFailure && error.failure.code === 'disturbs';
    const sentence = sentenceOf(error);
    this.loaded = undefined;
    this.failure = disturbs ? undefined : sentence;
    this.disturbs = disturbs ? sentence || t('The kernel leaves no way to look without a trace.') : undefined;
  }
}
