/** Sockets as sock_diag tells them, look after look: one whose message is as it was stays the same JavaScript object, and is not even parsed. */
import { DumpBuffers } from '../../libc/netlink';
import { eachMessage } from '../../sockdiag/messages';

/** Messages between two places where a census may pause. */
const BREATH = 1000;

interface ParsedMessage<R> {
  start: number;
  end: number;
  record: R;
}

/** How the messages of a dump are taken apart. */
interface How<R> {
  request: Buffer;
  /** Where the cookie stands in the payload: what names a socket for as long as it lives. */
  cookieAt: number;
  parse: (buffer: Buffer, start: number, end: number) => R | undefined;
  same: (a: Buffer, fromA: number, toA: number, b: Buffer, fromB: number, toB: number) => boolean;
  /** Of which it is enough to know how many there are. */
  isOnlyCounted?: (buffer: Buffer, start: number, end: number) => boolean;
}

/** What one dump gave. `torn`: sockets came and went meanwhile. */
export interface Dumped<R> {
  records: readonly R[];
  /** How many were only counted. */
  counted: number;
  torn: boolean;
}

export class DumpTable<R> {
  private buffers = new DumpBuffers();
  private before:
    { buffer: Buffer; known: ReadonlyMap<number, ParsedMessage<R>>; records: readonly R[] } | undefined;
  private busy = false;

  constructor(private readonly how: How<R>) {}

  /** Gives back what it has, for who will not look again soon. */
  forget(): void {
    if (this.busy || !this.before) return;
    this.before = undefined;
    this.buffers = new DumpBuffers();
  }

  /** All sockets of this kind now; the same array where nothing at all has changed. Throws ErrnoError where the kernel has no such dump. */
  *read(): Generator<undefined, Dumped<R>> {
    // Another look is in the midst of it, with the buffers.
    if (this.busy) return yield* new DumpTable(this.how).read();
    this.busy = true;
    try {
      return yield* this.readAlone();
    } finally {
      this.busy = false;
    }
  }

  private *readAlone(): Generator<undefined, Dumped<R>> {
    const { request, cookieAt, parse, same, isOnlyCounted } = this.how;
    const { buffer, length, interrupted } = this.buffers.take(request);
    const { before } = this;
    // The older buffer is written again by the next dump, so nothing may be known by it if this one is given up half way.
    this.before = undefined;
    const known = new Map<number, ParsedMessage<R>>();
    const records: R[] = [];
    const counted = new Set<number>();
    const each = (start: number, end: number): void => {
      if (end < start + cookieAt + 8) return;
      const cookie =
        buffer.readUInt32LE(start + cookieAt) + buffer.readUInt32LE(start + cookieAt + 4) * 2 ** 32;
      if (isOnlyCounted?.(buffer, start, end)) {
        counted.add(cookie);
        return;
      }
      const old = before?.known.get(cookie);
      const kept =
        old && before && same(before.buffer, old.start, old.end, buffer, start, end) ? old.record : undefined;
      const record = kept ?? parse(buffer, start, end);
      // A torn dump may have one twice.
      if (record === undefined || known.has(cookie)) return;
      known.set(cookie, { start, end, record });
      records.push(record);
    };
    for (let at = 0; at < length;) {
      at = eachMessage(buffer, at, length, each, BREATH);
      yield;
    }
    const as =
      before?.records.length === records.length && records.every((one, at) => one === before.records[at]);
    this.before = { buffer, known, records: as ? before.records : records };
    return { records: this.before.records, counted: counted.size, torn: interrupted };
  }
}

/** Whether two parts are the same bytes. */
export function sameBytes(
  a: Buffer,
  fromA: number,
  toA: number,
  b: Buffer,
  fromB: number,
  toB: number,
): boolean {
  return toA - fromA === toB - fromB && a.compare(b, fromB, toB, fromA, toA) === 0;
}
