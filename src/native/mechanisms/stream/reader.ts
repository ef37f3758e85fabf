/** What pipes and FIFOs do alike: from who holds which end to objects with their states, each state proved or said to be unproved. */
import { constants } from 'node:fs';
import type { Endpoint } from '../../../protocol/facts';
import type { ObjectOf } from '../../../protocol/kinds';
import type { Ref } from '../../../protocol/ref';
import type { Direction } from '../../../protocol/waits';
import { commonAncestor } from '../../census/processes/ancestors';
import { descriptors } from '../../census/descriptors/descriptors';
import { fifoFiles, fifoFolders } from '../../census/streams/fifoFiles';
import type { Look } from '../../census/look';
import type { ProcessDescriptors } from '../../census/descriptors/openFiles';
import {
  mayOpen,
  type OpenStream,
  settledStreams,
  streams,
  type Streams,
} from '../../census/streams/streams';
import { type ProcessThreads, threads } from '../../census/waits/threads';
import { compare } from '../../libc/kcmp';
import { nameGeneration, ownerOf } from '../../proc/users';
import { Remembered, unchanged } from '../../unchanged';
import type { Blind } from '../../../protocol/snapshot';
import { isCount, type Reading, type Wanted } from '../../census/mechanism';
import { hiddenHolders, joined } from '../common/holders';
import { openFlags } from '../common/flags';
import { streamNumbers, type StreamNumbers } from './numbers';

type StreamKind = 'pipe' | 'fifo';
type Facts = Omit<ObjectOf<'pipe'>, 'kind'>;
/** Of a FIFO of which only who waits for it is known. */
type LostFacts = Pick<Facts, 'ref' | 'flags' | 'endpoints'>;

/** Ends of one stream that are looked at closely; a pipe that 600 processes inherited has 600. */
const CLOSE_ENDS = 64;
/** As fdinfo has it. */
const O_CLOEXEC = 0o2000000;
/** Objects between two places where a census may pause. */
const BREATH = 100;

interface Cached {
  stream: OpenStream;
  /** Which readings of /etc/passwd and /etc/group its owner's names come from. */
  names: number;
  /** Not with details, and without acts of ours. */
  plain: boolean;
  /** Its flags of sides that nobody has. */
  sides: readonly string[];
  ends: readonly Endpoint[];
  object: ObjectOf<StreamKind>;
}

/** Reads one of the two kinds again and again; an object whose facts are as before stays the same JavaScript object. */
export class StreamReader<K extends StreamKind> {
  private readonly cache = new Remembered<Ref, Cached>();

  constructor(
    private readonly kind: K,
    private readonly finish: (facts: Facts, stream: OpenStream) => ObjectOf<K>,
    private readonly finishLost?: (facts: LostFacts, path: Buffer) => ObjectOf<K>,
  ) {}

  *read(look: Look, wanted: Wanted): Generator<undefined, Reading<K>> {
    if (isCount(wanted)) return yield* this.counted(yield* look.get(descriptors), look, wanted);
    const all = yield* look.get(streams);
    const open = this.kind === 'pipe' ? all.pipes : all.fifos;
    const objects: ObjectOf<K>[] = [];
    const pass = this.cache.begin(look);
    let breath = 0;
    for (const stream of open.values()) {
      if (++breath % BREATH === 0) yield;
      const closely = wanted.allDetails === true || wanted.details.has(stream.ref);
      if (!wanted.rows && !closely) continue;
      const cached = yield* this.entry(stream, pass.before.get(stream.ref), look, closely, all);
      if (!cached) continue;
      pass.keep(stream.ref, cached);
      objects.push(cached.object as ObjectOf<K>);
    }
    pass.end();
    const blind = [...this.blind(all, look), ...untoldWaits(objects, yield* look.get(threads), wanted)];
    return { count: open.size, objects, blind };
  }

  private blind(found: Pick<Streams, 'denied' | 'unplaced'>, look: Look): Blind[] {
    const { kind } = this;
    const blind = hiddenHolders(kind, found, look);
    if (kind === 'pipe') return blind;
    const { unplaced } = found;
    return [
      ...[...blind, ...look.kept(fifoFolders).blind],
      ...(unplaced > 0 ? [{ kind, field: 'openers', code: 'failed', count: unplaced } as const] : []),
    ];
  }

  private *counted(
    all: ReadonlyMap<number, ProcessDescriptors>,
    look: Look,
    { idle }: Wanted,
  ): Generator<undefined, Reading<K>> {
    if (idle) this.cache.rest();
    const refs = new Set<Ref>();
    let [denied, unplaced] = [0, 0];
    for (const process of all.values()) {
      if (process.denied) denied++;
      for (const { ref, file } of process.streams)
        if ((file === undefined) === (this.kind === 'pipe')) refs.add(ref);
    }
    if (this.kind === 'fifo') {
      for (const { ref } of yield* look.get(fifoFiles)) refs.add(ref);
      // Nobody may have one open that somebody waits to open, and on which one that is only a closer look tells.
      const sleepers = [...(yield* look.get(threads)).values()];
      if (sleepers.some(({ sleeping }) => sleeping.some(mayOpen))) {
        const found = yield* look.get(streams);
        for (const ref of found.fifos.keys()) refs.add(ref);
        unplaced = found.unplaced;
      }
    }
    return { count: refs.size, objects: [], blind: this.blind({ denied, unplaced }, look) };
  }

  /** One stream at this moment, closely. */
  *one(stream: OpenStream, look: Look): Generator<undefined, ObjectOf<K> | undefined> {
    const all = yield* look.get(streams);
    return (yield* this.entry(stream, undefined, look, true, all))?.object as ObjectOf<K> | undefined;
  }

  /** `known`: what was made of it in the last pass. */
  private *entry(
    stream: OpenStream,
    known: Cached | undefined,
    look: Look,
    closely: boolean,
    { denied, unplaced }: Streams,
  ): Generator<undefined, Cached | undefined> {
    // Of so many nobody can tell whether they have it: processes that may not be looked at, and threads that open one that is not known.
    const hidden = denied + unplaced;
    if (stream.lost && this.finishLost)
      return this.lost(this.finishLost, stream, known, stream.lost.path, look);
    if (stream.ends.length === 0) return this.fileOnly(stream, known, look, hidden);
    const { ends } = stream;
    const held = known !== undefined && sameEnds(known.ends, ends);
    const own = look.own(stream.ref);
    const missing = missingSides(ends);
    // Where a sleeper does not prove that it is full or empty, the kernel is asked.
    const doubted = ends.some(isDoubted);
    let numbers: StreamNumbers | string | undefined;
    if (held && !closely && !doubted && own.length === 0 && isAsBefore(known, stream)) {
      if (holdsWithItsHolders(known.object)) return known;
      // Nobody came or went: what was not seen is still not seen, unless the kernel says something else of it by now.
      numbers = streamNumbers(stream, ends);
      if (sideFlags(ends, missing, numbers).join() === known.sides.join()) return known;
    }
    if (closely || doubted || missing.length === 1) numbers ??= streamNumbers(stream, ends);
    const sides = yield* this.sides(stream, look, numbers, missing);
    if (!sides) return undefined;
    // Who had it open has closed it meanwhile; its file is still there.
    if ('ends' in sides) return this.fileOnly(sides, known, look, hidden);
    const facts: Facts = {
      flags: [...states(ends, numbers, closely || doubted), ...(closely ? modes(numbers) : []), ...sides],
      ...shared(stream),
      endpoints: joined(closely ? detailedEndpoints(stream, ends) : [...ends], own),
      ...(closely && {
        ancestor: ancestorOf(ends, look),
        ...(typeof numbers === 'object' && { unread: numbers.unread, capacity: numbers.capacity }),
      }),
    };
    // Its holders may have run, and made of it what it was.
    const object = unchanged(known?.object, this.finish(facts, stream));
    return {
      stream,
      names: nameGeneration(),
      plain: !closely && !doubted && own.length === 0,
      sides,
      ends,
      object,
    };
  }

  /** A thread that waits to open a FIFO which nobody finds any more. That nobody has the other side is proved by its sleep; of this side nothing is known. */
  private lost(
    finish: NonNullable<StreamReader<K>['finishLost']>,
    stream: OpenStream,
    known: Cached | undefined,
    path: Buffer,
    look: Look,
  ): Cached {
    const { ends } = stream;
    const sides = sideFlags(ends, missingSides(ends), undefined);
    for (const { pid } of ends) look.processes.living(pid);
    const facts = { ref: stream.ref, flags: ['deletedOrReplaced', ...sides], endpoints: [...ends] };
    const object = unchanged(known?.object, finish(facts, path));
    return { stream, names: nameGeneration(), plain: false, sides, ends, object };
  }

  /** A FIFO that nobody has open. Where some are hidden who may have it nobody can tell, and no kernel call asks it without a trace. */
  private fileOnly(stream: OpenStream, known: Cached | undefined, look: Look, hidden: number): Cached {
    const doubted = hidden > 0 || look.unseen.length > 0;
    const facts: Facts = {
      flags: ['fileOnly', ...(doubted ? ['noReaderSeen', 'noWriterSeen'] : [])],
      ...shared(stream),
      endpoints: look.own(stream.ref),
    };
    const object = unchanged(known?.object, this.finish(facts, stream));
    return { stream, names: nameGeneration(), plain: false, sides: [], ends: stream.ends, object };
  }

  /**
   * Which side nobody holds. The kernel is asked; where it does not say so, an end may be on its way between two processes, and what has run since is
   * walked again. Undefined: with that second look nobody holds it at all; the stream: it is a file that nobody has open.
   */
  private *sides(
    stream: OpenStream,
    look: Look,
    numbers: StreamNumbers | string | undefined,
    missing: readonly Side[],
  ): Generator<undefined, string[] | OpenStream | undefined> {
    const told = sideFlags(stream.ends, missing, numbers);
    if (!told.some((flag) => flag.endsWith('Seen'))) return told;
    const { pipes, fifos } = yield* look.get(settledStreams);
    const again = pipes.get(stream.ref) ?? fifos.get(stream.ref);
    if (!again || again.ends.length === 0) return again;
    return sideFlags(again.ends, missingSides(again.ends), numbers);
  }
}

type Side = 'noReader' | 'noWriter';

/** Each side that nobody was seen with: proved, or only not seen. */
function sideFlags(
  ends: readonly Endpoint[],
  missing: readonly Side[],
  numbers: StreamNumbers | string | undefined,
): string[] {
  return missing.map((side) => {
    const vain = opensInVain(ends, side === 'noReader' ? 'write' : 'read');
    return vain || proves(numbers, side) ? side : `${side}Seen`;
  });
}

function proves(numbers: StreamNumbers | string | undefined, side: Side): boolean {
  return typeof numbers === 'object' && (side === 'noReader' ? numbers.error : numbers.hangup) === true;
}

/** Whether an object whose ends are as before can be what it was. */
function isAsBefore({ stream: before, names, plain }: Cached, { mode, uid, gid, file }: OpenStream): boolean {
  if (!plain || names !== nameGeneration()) return false;
  if (before.mode !== mode || before.uid !== uid || before.gid !== gid) return false;
  if (!before.file || !file) return before.file === file;
  return before.file.unlinked === file.unlinked && before.file.path.equals(file.path);
}

/** Of objects that are looked at closely: how many of their holders do not show what they wait for. */
function untoldWaits(
  objects: readonly ObjectOf<StreamKind>[],
  all: ReadonlyMap<number, ProcessThreads>,
  { details }: Wanted,
): Blind[] {
  return objects
    .filter(({ ref }) => details.has(ref))
    .flatMap(({ ref, kind, endpoints = [] }) => {
      const pids = [...new Set(endpoints.filter(({ own }) => own !== true).map(({ pid }) => pid))];
      return (['denied', 'yama'] as const).flatMap((code) => {
        const count = pids.filter((pid) => all.get(pid)?.denied === code).length;
        return count > 0 ? [{ kind, ref, field: 'waits', code, count }] : [];
      });
    });
}

/** Reported among the processes too: a shell that made a pipeline has no end of it. */
function ancestorOf(ends: readonly Endpoint[], look: Look) {
  const ancestor = commonAncestor(ends.map(({ pid }) => pid));
  if (ancestor) look.processes.living(ancestor.pid);
  return ancestor;
}

/** Who is blocked in opening a FIFO proves that nobody has the other side: the kernel would let it go on (fifo(7)). */
function opensInVain(ends: readonly Endpoint[], direction: Direction): boolean {
  return ends.some(
    ({ role, waits = [] }) =>
      role === 'waiter' &&
      waits.some(({ certain, on }) => certain && on.is === 'path' && on.direction === direction),
  );
}

function shared({ ref, uid, gid, mode, inode }: OpenStream) {
  return { ref, owner: ownerOf(uid, gid), mode, inode };
}

function missingSides(ends: readonly Endpoint[]): Side[] {
  const reads = ends.some(({ role }) => role === 'reader' || role === 'both');
  const writes = ends.some(({ role }) => role === 'writer' || role === 'both');
  return [...(reads ? [] : ['noReader' as const]), ...(writes ? [] : ['noWriter' as const])];
}

/** Whether its facts hold as long as its holders stay. Nobody opens a pipe anew, so what is proved of one stays so; a FIFO's reader may be on its way to somebody. */
function holdsWithItsHolders({ kind, flags }: ObjectOf<StreamKind>): boolean {
  return !flags.some((flag) => flag.endsWith('Seen') || (kind === 'fifo' && /^no(Reader|Writer)/.test(flag)));
}

/**
 * full and empty: a thread that sleeps in write or read proves it, and so does poll(2). What poll(2) said is told only of what is asked at each look:
 * bytes come and go without any holder having run.
 */
function states(
  ends: readonly Endpoint[],
  numbers: StreamNumbers | string | undefined,
  /** Whether `numbers` are asked again in each look. */
  closely: boolean,
): string[] {
  const known = typeof numbers === 'object' ? numbers : undefined;
  const asked = closely ? known : undefined;
  const empty = asked ? asked.unread === 0 : ends.some((end) => sleeps(end, 'reader', READS));
  const full = asked ? asked.writable === false : ends.some((end) => sleeps(end, 'writer', WRITES));
  return [...(full ? ['full'] : []), ...(empty ? ['empty'] : [])];
}

/** Told only of what is looked at closely: of others the kernel is asked for other reasons, or not, and what is told of a row shall not change with that. */
function modes(numbers: StreamNumbers | string | undefined): string[] {
  return typeof numbers === 'object' && numbers.packet ? ['packet'] : [];
}

const READS = /^(readv?|preadv2)$/;
const WRITES = /^(writev?|pwritev2)$/;
/** They sleep at one of their two ends only, which the census knows. */
const MOVES = /^(splice|tee|vmsplice|sendfile)$/;

/** Whether a thread surely sleeps in a call that goes on once there is something to read, or room to write. */
function sleeps({ role, waits = [] }: Endpoint, end: 'reader' | 'writer', calls: RegExp): boolean {
  return waits.some(
    ({ certain, call }) => certain && (calls.test(call) || (role === end && MOVES.test(call))),
  );
}

/** Whether a thread sleeps in such a call and names this end, though others may have put it there since. */
function isDoubted({ waits = [] }: Endpoint): boolean {
  return waits.some(
    ({ certain, by, call, on }) =>
      !certain &&
      by === undefined &&
      on.is === 'descriptors' &&
      (READS.test(call) || WRITES.test(call) || MOVES.test(call)),
  );
}

/** Blocking or not, and which ends share one open file description; of very many the first. Nothing of one whose number leads elsewhere by now. */
function detailedEndpoints({ inode }: OpenStream, ends: readonly Endpoint[]): Endpoint[] {
  const close: Endpoint[] = [];
  const descriptions: Endpoint[] = [];
  for (const end of ends.slice(0, CLOSE_ENDS)) {
    const { fd } = end;
    if (fd === undefined) {
      close.push(end);
      continue;
    }
    const flags = flagsOf(end, fd, inode);
    let description = descriptions.findIndex(
      (one) => one.role === end.role && compare('file', taskOf(one), taskOf(end), one.fd ?? 0, fd) === 'same',
    );
    // What was compared was the number: only what leads here before and after was this end.
    if (flags === undefined || flagsOf(end, fd, inode) === undefined) {
      close.push(end);
      continue;
    }
    if (description < 0) description = descriptions.push(end) - 1;
    const nonblocking = (flags & constants.O_NONBLOCK) !== 0;
    close.push({ ...end, nonblocking, closeOnExec: (flags & O_CLOEXEC) !== 0, description });
  }
  return [...close, ...ends.slice(CLOSE_ENDS)];
}

/** Whose table the descriptor is of: a thread may have one of its own, and a leader that has exited has none. */
function taskOf({ pid, tid }: Endpoint): number {
  return tid ?? pid;
}

/** The flags of a number that leads to this inode. */
function flagsOf(end: Endpoint, fd: number, inode: string): number | undefined {
  return openFlags(`/proc/${end.pid}/task/${taskOf(end)}/fdinfo/${fd}`, inode);
}

function sameEnds(before: readonly Endpoint[], now: readonly Endpoint[]): boolean {
  return before.length === now.length && before.every((end, at) => end === now[at]);
}
