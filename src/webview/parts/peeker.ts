/** Looks at what waits in a pipe, FIFO or socket, again and again while somebody watches, and never two looks at once. */
import type { Bytes } from '../../protocol/bytes';
import { Content } from '../bytes/content';
import { RequestFailure } from '../bus';
import { learn } from '../clock';
import { sentenceOf } from '../sentenceOf';
import { t } from '../strings';

/** How much is looked at first; each request for more asks for four times as much. */
const FIRST = 65_536;
const MORE = 4;
/** Looking and drawing may take one part in so many of the time. */
const SHARE = 10;

/** The most that one peek copies (STREAM_PEEK_MOST, SOCKET_PEEK_MOST). */
const PEEK_MOST = 1 << 20;

/** What every peek answers. */
export interface Answer {
  content: Bytes;
  unread: number;
  readAt: number;
}

export interface Loaded<A> {
  content: Content;
  unread: number;
  answer: A;
}

export class Peeker<A extends Answer> {
  loaded: Loaded<A> | undefined;
  failure: string | undefined;
  /** Why the kernel leaves no way to look without disturbing. */
  disturbs: string | undefined;
  private wanted = FIRST;
  private busy = false;
  private again = false;
  private rested = 0;
  private abort = new AbortController();

  constructor(
    private readonly ask: (length: number, signal: AbortSignal) => Promise<A>,
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
    return this.wanted >= PEEK_MOST ? undefined : Math.min(this.wanted * MORE, PEEK_MOST);
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
    this.wanted = Math.max(1, Math.min(wanted, PEEK_MOST));
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

  private async read(signal: AbortSignal): Promise<Loaded<A>> {
    const askedAt = Date.now();
    const answer = await this.ask(this.wanted, signal);
    const { content: packed, unread, readAt } = answer;
    learn(askedAt, readAt, Date.now());
    const before = this.loaded;
    const same = before?.content.packed === packed ? before.content : undefined;
    const content = same ?? new Content(packed);
    return { content, answer, unread: Math.max(unread, content.length) };
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
