/** Reads a range of a segment, again and again while somebody looks, and never two at once. */
import type { Piece } from '../../../../protocol/kinds/sysvShm';
import { fromBytes } from '../../../../protocol/bytes';
import { RequestFailure } from '../../../bus';
import { learn } from '../../../clock';
import { sentenceOf } from '../../../sentenceOf';
import { t } from '../../../strings';
import type { MemoryRead } from './memoryObject';
import type { Range } from './pages';

/** What was read. */
export interface Loaded extends Range {
  data: Uint8Array;
  pieces: readonly Piece[];
  /** Absent where it was read by a descriptor of the file. */
  way: MemoryRead['way'];
  readAt: number;
  /** For each byte whether it differs from the read before; undefined at the first of a range. */
  changed: Uint8Array | undefined;
}

export type AskRange = (range: Range, attach: boolean, signal: AbortSignal) => Promise<MemoryRead>;

export class RangeReader {
  loaded: Loaded | undefined;
  failure: string | undefined;
  /** Why it cannot be read without a trace. What is loaded then was read by attaching. */
  disturbs: string | undefined;
  /** Somebody asked for an attach that is not yet done. */
  attaching = false;
  range: Range = { offset: 0, length: 1 };
  private wanted = false;
  private busy = false;
  private abort = new AbortController();

  constructor(
    private readonly ask: AskRange,
    private readonly changed: () => void,
  ) {}

  /** Turns to another range; what is under way for the old one is taken back. */
  turn(range: Range): void {
    if (range.offset === this.range.offset && range.length === this.range.length) return;
    this.reset();
    this.range = range;
  }

  /** Reads without a trace, now or right after the read that is under way. */
  look(): void {
    this.wanted = true;
    if (!this.busy) void this.run();
  }

  /** Attaches once. Nothing but the press of a button may come here. */
  attachAndLook(): void {
    this.attaching = true;
    this.changed();
    if (!this.busy) void this.run();
  }

  reset(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.loaded = this.failure = this.disturbs = undefined;
    this.busy = this.wanted = this.attaching = false;
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    this.busy = true;
    while (this.wanted || this.attaching) {
      const attach = this.attaching;
      if (!attach) this.wanted = false;
      try {
        const loaded = await this.read(attach, signal);
        if (signal.aborted) return;
        this.loaded = loaded;
        this.failure = undefined;
        if (!attach) this.disturbs = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.fail(error);
      }
      if (attach) this.attaching = false;
      this.changed();
    }
    this.busy = false;
  }

  private async read(attach: boolean, signal: AbortSignal): Promise<Loaded> {
    const askedAt = Date.now();
    const answer = await this.ask(this.range, attach, signal);
    learn(askedAt, answer.readAt, Date.now());
    const { offset, pieces, way, readAt } = answer;
    const data = fromBytes(answer.content);
    const before = this.loaded;
    const same = before?.offset === offset && before.data.length === data.length;
    return {
      offset,
      length: data.length,
      data,
      pieces,
      way,
      readAt,
      changed: same ? difference(before.data, data) : undefined,
    };
  }

  private fail(error: unknown): void {
    if (error instanceof RequestFailure && error.failure.code === 'disturbs') {
      this.disturbs = error.sentence || t('The kernel leaves no way to look without a trace.');
      this.failure = undefined;
      // What was read by attaching stays: it says when that was. What was read in passing would look as if it went on.
      if (this.loaded && this.loaded.way !== 'attach') this.loaded = undefined;
    } else {
      this.failure = sentenceOf(error);
      this.loaded = undefined;
    }
  }
}

function difference(before: Uint8Array, now: Uint8Array): Uint8Array {
  return now.map((byte, at) => (byte === before[at] ? 0 : 1));
}
