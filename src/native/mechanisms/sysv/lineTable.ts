/** The lines of a file of /proc, look after look: what was made of a line is known again by its bytes, so that nothing is made of those that are as they were. */
import { closeSync, openSync, readSync } from 'node:fs';
import { idOfLine } from '../../proc/sysvipc';
import type { PassKind } from '../../unchanged';

/** Bytes that are read at once, which takes the kernel some milliseconds. */
const PART = 1 << 20;
const NEWLINE = 0x0a;

/** What one look made of the lines. Its arrays are longer than `count` where they were used before: new ones in each look would be megabytes of garbage. */
interface ParsedLines<E> {
  bytes: Buffer;
  count: number;
  /** Of each line that something was made of: its id, and where it stands. */
  ids: number[];
  starts: number[];
  ends: number[];
  made: (E | undefined)[];
  /** Looks that compare with it at this moment: another may begin while one pauses. */
  users: number;
}

function nothing<E>(): ParsedLines<E> {
  return { bytes: Buffer.alloc(0), count: 0, ids: [], starts: [], ends: [], made: [], users: 0 };
}

/** `E`: what is made of a line. */
export class LineTable<E> {
  private last = nothing<E>();
  private spare: ParsedLines<E> | undefined;

  constructor(private readonly path: string) {}

  /** Gives back what it has, for who will not look again soon. */
  forget(): void {
    this.last = nothing();
    this.spare = undefined;
  }

  /** Reads the file, and hands its lines to `walk`. Yields between reads. Throws as open(2) and read(2) do. */
  *read<T>(
    { remembered }: PassKind,
    walk: (lines: Lines<E>) => Generator<undefined, T>,
  ): Generator<undefined, T> {
    const before = this.last;
    before.users++;
    try {
      const now = this.spare ?? nothing<E>();
      this.spare = undefined;
      const lines = new Lines(now, yield* this.fill(now), before);
      const result = yield* walk(lines);
      lines.end();
      if (remembered) this.last = now;
      else this.spare = now;
      return result;
    } finally {
      before.users--;
      if (before.users === 0 && before !== this.last) this.spare = before;
    }
  }

  /** How many bytes the file has. */
  private *fill(now: ParsedLines<E>): Generator<undefined, number> {
    const fd = openSync(this.path, 'r');
    try {
      for (let length = 0; ;) {
        if (now.bytes.length - length < PART) now.bytes = Buffer.concat([now.bytes], now.bytes.length + PART);
        const more = readSync(fd, now.bytes, length, PART, null);
        if (more === 0) return length;
        length += more;
        yield;
      }
    } finally {
      closeSync(fd);
    }
  }
}

/** Goes from line to line: without an object for each, since there are tens of thousands. */
export class Lines<E> {
  /** The object of the line. */
  id = 0;
  /** What was made of the same line in the last look; undefined where a byte of it has changed. */
  before: E | undefined;
  /** How many lines there were so far. */
  count = 0;
  private start = 0;
  private stop: number;
  private readonly places: Places;

  constructor(
    private readonly now: ParsedLines<E>,
    private readonly length: number,
    private readonly last: ParsedLines<E>,
  ) {
    now.count = 0;
    this.places = new Places(last.ids, last.count);
    // The first line says what the columns are.
    const header = now.bytes.indexOf(NEWLINE);
    this.stop = header < 0 ? length : header;
  }

  /** Moves on to another line; false at the end. */
  next(): boolean {
    const { last } = this;
    const { bytes } = this.now;
    const start = this.stop + 1;
    const stop = bytes.indexOf(NEWLINE, start);
    if (stop < 0 || stop >= this.length) return false;
    this.start = start;
    this.stop = stop;
    this.count++;
    this.id = idOfLine(bytes, start);
    const at = this.places.of(this.id);
    const same = at >= 0 && bytes.compare(last.bytes, last.starts[at], last.ends[at], start, stop) === 0;
    this.before = same ? last.made[at] : undefined;
    return true;
  }

  /** The line as text. */
  text(): string {
    return this.now.bytes.toString('latin1', this.start, this.stop);
  }

  /** Keeps what was made of the line for the next look. */
  keep(made: E): void {
    const { now } = this;
    const at = now.count++;
    now.ids[at] = this.id;
    now.starts[at] = this.start;
    now.ends[at] = this.stop;
    now.made[at] = made;
  }

  /** What stands behind the last is nobody's. */
  end(): void {
    const { count, made } = this.now;
    made.fill(undefined, count);
  }
}

/** Finds ids that mostly come in the order in which they stand. */
class Places {
  private expected = 0;
  private all: Map<number, number> | undefined;

  /** The first `count` of them count. */
  constructor(
    private readonly ids: readonly number[],
    private readonly count: number,
  ) {}

  /** -1: it stands nowhere. */
  of(id: number): number {
    if (this.expected < this.count && this.ids[this.expected] === id) return this.expected++;
    this.all ??= new Map(this.ids.slice(0, this.count).map((one, at) => [one, at]));
    const at = this.all.get(id) ?? -1;
    if (at >= 0) this.expected = at + 1;
    return at;
  }
}
