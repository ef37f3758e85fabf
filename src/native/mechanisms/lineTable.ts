/** The lines of a file of /proc, look after look: what was made of a line is known again by its bytes, so that nothing is made of those that are as they were. */
import { closeSync, openSync, readSync } from 'node:fs';
import { idOfLine } from '../proc/sysvipc';

/** Bytes that are read at once, which takes the kernel some milliseconds. */
const PART = 1 << 20;
const NEWLINE = 0x0a;

/** What one look made of the lines. */
interface Found<E> {
  bytes: Buffer;
  /** Of each line that something was made of: its id, and where it stands. */
  ids: number[];
  starts: number[];
  ends: number[];
  made: E[];
  /** Looks that compare with it at this moment: another may begin while one pauses. */
  users: number;
}

/** `E`: what is made of a line. */
export class LineTable<E> {
  private last: Found<E> = { bytes: Buffer.alloc(0), ids: [], starts: [], ends: [], made: [], users: 0 };
  private spare: Buffer | undefined;

  constructor(private readonly path: string) {}

  /** Reads the file, and hands its lines to `walk`. Yields between reads. Throws as open(2) and read(2) do. */
  *read<T>(walk: (lines: Lines<E>) => Generator<undefined, T>): Generator<undefined, T> {
    const before = this.last;
    before.users++;
    try {
      const { bytes, length } = yield* this.fill();
      const lines = new Lines(bytes, length, before);
      const result = yield* walk(lines);
      this.last = lines.now;
      return result;
    } finally {
      before.users--;
      if (before.users === 0 && before !== this.last) this.spare = before.bytes;
    }
  }

  private *fill(): Generator<undefined, { bytes: Buffer; length: number }> {
    let bytes = this.spare ?? Buffer.allocUnsafe(PART);
    this.spare = undefined;
    const fd = openSync(this.path, 'r');
    try {
      for (let length = 0; ;) {
        if (bytes.length - length < PART) bytes = Buffer.concat([bytes], bytes.length + PART);
        const more = readSync(fd, bytes, length, PART, null);
        if (more === 0) return { bytes, length };
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
  readonly now: Found<E>;
  private start = 0;
  private end: number;
  private readonly places: Places;

  constructor(
    private readonly bytes: Buffer,
    private readonly length: number,
    private readonly last: Found<E>,
  ) {
    this.now = { bytes, ids: [], starts: [], ends: [], made: [], users: 0 };
    this.places = new Places(last.ids);
    // The first line says what the columns are.
    const header = bytes.indexOf(NEWLINE);
    this.end = header < 0 ? length : header;
  }

  /** Moves on to another line; false at the end. */
  next(): boolean {
    const { bytes, last } = this;
    const [start, end] = [this.end + 1, bytes.indexOf(NEWLINE, this.end + 1)];
    if (end < 0 || end >= this.length) return false;
    [this.start, this.end] = [start, end];
    this.count++;
    this.id = idOfLine(bytes, start);
    const at = this.places.of(this.id);
    const same = at >= 0 && bytes.compare(last.bytes, last.starts[at], last.ends[at], start, end) === 0;
    this.before = same ? last.made[at] : undefined;
    return true;
  }

  /** The line as text. */
  text(): string {
    return this.bytes.toString('latin1', this.start, this.end);
  }

  /** Keeps what was made of the line for the next look. */
  keep(made: E): void {
    const { now } = this;
    now.ids.push(this.id);
    now.starts.push(this.start);
    now.ends.push(this.end);
    now.made.push(made);
  }
}

/** Finds ids that mostly come in the order in which they stand. */
class Places {
  private expected = 0;
  private all: Map<number, number> | undefined;

  constructor(private readonly ids: readonly number[]) {}

  /** -1: it stands nowhere. */
  of(id: number): number {
    if (this.ids[this.expected] === id) return this.expected++;
    this.all ??= new Map(this.ids.map((one, at) => [one, at]));
    const at = this.all.get(id) ?? -1;
    if (at >= 0) this.expected = at + 1;
    return at;
  }
}
