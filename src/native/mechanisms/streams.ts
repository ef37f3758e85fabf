/** What pipes and FIFOs do alike: from who holds which end to objects with their states, each state proved or said to be unproved. */
import { readFileSync } from 'node:fs';
import type { Endpoint } from '../../protocol/facts';
import type { ObjectOf } from '../../protocol/kinds';
import type { Ref } from '../../protocol/ref';
import { commonAncestor } from '../census/ancestors';
import type { ProcessDescriptors } from '../census/descriptors';
import type { OpenStream } from '../census/streams';
import { compare } from '../libc/kcmp';
import { groups, users } from '../proc/users';
import type { Look, Reading, Wanted } from './mechanism';
import { hiddenHolders, joined } from './sysv';
import { streamNumbers, type StreamNumbers } from './streamActs';

type StreamKind = 'pipe' | 'fifo';
type Facts = Omit<ObjectOf<StreamKind>, 'kind'>;

/** Ends of one stream that are looked at closely; a pipe that 600 processes inherited has 600. */
const CLOSE_ENDS = 64;
/** Objects between two places where a census may pause. */
const BREATH = 100;

interface Cached {
  stamp: string;
  ends: readonly Endpoint[];
  object: ObjectOf<StreamKind>;
  /** Proved, and true for as long as the holders stay. */
  proved: readonly string[];
}

/** Reads one of the two kinds again and again; an object whose facts are as before stays the same JavaScript object. */
export class StreamReader<K extends StreamKind> {
  private cache = new Map<Ref, Cached>();

  constructor(
    private readonly kind: K,
    private readonly finish: (facts: Facts, stream: OpenStream) => ObjectOf<K>,
  ) {}

  *read(look: Look, wanted: Wanted): Generator<undefined, Reading<K>> {
    if (!wanted.rows && wanted.details.size === 0) return this.counted(yield* look.descriptors(), look);
    const all = yield* look.streams();
    const open = this.kind === 'pipe' ? all.pipes : all.fifos;
    const objects: ObjectOf<K>[] = [];
    const next = new Map<Ref, Cached>();
    let breath = 0;
    for (const stream of open.values()) {
      if (++breath % BREATH === 0) yield;
      const closely = wanted.allDetails === true || wanted.details.has(stream.ref);
      if (!wanted.rows && !closely) continue;
      const cached = yield* this.entry(stream, look, closely);
      if (!cached) continue;
      next.set(stream.ref, cached);
      objects.push(cached.object as ObjectOf<K>);
    }
    this.cache = next;
    return { count: open.size, objects, blind: hiddenHolders(this.kind, all, look) };
  }

  private counted(all: ReadonlyMap<number, ProcessDescriptors>, look: Look): Reading<K> {
    const refs = new Set<Ref>();
    let denied = 0;
    for (const process of all.values()) {
      if (process.denied) denied++;
      for (const { ref, file } of process.streams)
        if ((file === undefined) === (this.kind === 'pipe')) refs.add(ref);
    }
    return { count: refs.size, objects: [], blind: hiddenHolders(this.kind, { denied }, look) };
  }

  /** One stream at this moment, closely. */
  *one(stream: OpenStream, look: Look): Generator<undefined, ObjectOf<K> | undefined> {
    return (yield* this.entry(stream, look, true))?.object as ObjectOf<K> | undefined;
  }

  private *entry(stream: OpenStream, look: Look, closely: boolean): Generator<undefined, Cached | undefined> {
    const known = this.cache.get(stream.ref);
    const { ends } = stream;
    const held = known !== undefined && sameEnds(known.ends, ends);
    const { file } = stream;
    const own = look.own(stream.ref);
    const stamp = [
      users.generation,
      groups.generation,
      file?.path.toString('latin1'),
      file?.unlinked,
      stream.mode,
      stream.uid,
      stream.gid,
      closely,
      own.length > 0 ? JSON.stringify(own) : '',
    ].join();
    const proved = held ? known.proved : undefined;
    if (held && known.stamp === stamp && !closely && proved !== undefined && !unproved(known.object))
      return known;
    const numbers = closely || needsProof(ends, proved) ? streamNumbers(stream, ends) : undefined;
    const sides = yield* this.sides(stream, look, numbers, proved);
    if (!sides) return undefined;
    const flags = [...states(ends, numbers), ...sides];
    const facts: Facts = {
      ref: stream.ref,
      owner: { uid: stream.uid, gid: stream.gid, user: users.get(stream.uid), group: groups.get(stream.gid) },
      mode: stream.mode,
      flags,
      endpoints: joined(closely ? closeEnds(ends) : [...ends], own),
      inode: stream.inode,
      ...(closely && {
        ancestor: commonAncestor(ends.map(({ pid }) => pid)),
        ...(typeof numbers === 'object' && { unread: numbers.unread, capacity: numbers.capacity }),
      }),
    };
    const object = this.finish(facts, stream);
    const same = held && known.stamp === stamp && JSON.stringify(known.object) === JSON.stringify(object);
    return {
      stamp,
      ends,
      object: same ? known.object : object,
      proved: sides.filter((flag) => flag === 'noReader' || flag === 'noWriter'),
    };
  }

  /**
   * Which side nobody holds. An end may be on its way between two processes: what has run since is walked again, then the kernel is asked.
   * Undefined: with that second look nobody holds it at all.
   */
  private *sides(
    stream: OpenStream,
    look: Look,
    numbers: StreamNumbers | string | undefined,
    proved: readonly string[] | undefined,
  ): Generator<undefined, string[] | undefined> {
    const missing = missingSides(stream.ends);
    if (missing.length === 0) return [];
    if (missing.every((side) => proved?.includes(side))) return missing;
    const again = yield* look.streamAgain(stream.ref);
    if (!again) return undefined;
    const still = missingSides(again.ends);
    return still.map((side) => {
      if (typeof numbers !== 'object') return `${side}Seen`;
      return (side === 'noReader' ? numbers.error : numbers.hangup) ? side : `${side}Seen`;
    });
  }
}

function missingSides(ends: readonly Endpoint[]): ('noReader' | 'noWriter')[] {
  const reads = ends.some(({ role }) => role === 'reader' || role === 'both');
  const writes = ends.some(({ role }) => role === 'writer' || role === 'both');
  return [...(reads ? [] : ['noReader' as const]), ...(writes ? [] : ['noWriter' as const])];
}

function needsProof(ends: readonly Endpoint[], proved: readonly string[] | undefined): boolean {
  const missing = missingSides(ends);
  return missing.length > 0 && missing.length < 2 && !missing.every((side) => proved?.includes(side));
}

function unproved(object: ObjectOf<StreamKind>): boolean {
  return object.flags.some((flag) => flag.endsWith('Seen'));
}

/** full and empty: a thread that sleeps in write or read proves it, and so does poll(2) where it was asked. */
function states(ends: readonly Endpoint[], numbers: StreamNumbers | string | undefined): string[] {
  const waits = (call: RegExp) =>
    ends.some(({ waits: all = [] }) => all.some((wait) => wait.certain && call.test(wait.call)));
  const known = typeof numbers === 'object' ? numbers : undefined;
  const empty = known ? known.unread === 0 : waits(/^readv?$/);
  const full = known ? known.writable === false : waits(/^writev?$/);
  return [...(known?.packet ? ['packet'] : []), ...(full ? ['full'] : []), ...(empty ? ['empty'] : [])];
}

/** Blocking or not, and which ends share one open file description; of very many the first. */
function closeEnds(ends: readonly Endpoint[]): Endpoint[] {
  const close: Endpoint[] = [];
  const descriptions: Endpoint[] = [];
  for (const end of ends.slice(0, CLOSE_ENDS)) {
    const { pid, fd } = end;
    if (fd === undefined) {
      close.push(end);
      continue;
    }
    const nonblocking = nonblockingOf(pid, fd);
    let description = descriptions.findIndex(
      (one) => one.role === end.role && compare('file', one.pid, pid, one.fd ?? 0, fd) === 'same',
    );
    if (description < 0) description = descriptions.push(end) - 1;
    close.push({ ...end, ...(nonblocking !== undefined && { nonblocking }), description });
  }
  return [...close, ...ends.slice(CLOSE_ENDS)];
}

/** `flags:` of fdinfo is octal (proc(5)). */
function nonblockingOf(pid: number, fd: number): boolean | undefined {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags === undefined ? undefined : (parseInt(flags, 8) & 0o4000) !== 0;
  } catch {
    return undefined;
  }
}

function sameEnds(before: readonly Endpoint[], now: readonly Endpoint[]): boolean {
  return before.length === now.length && before.every((end, at) => end === now[at]);
}
