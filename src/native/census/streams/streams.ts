/** Joins the descriptors of pipes and FIFOs with the threads that wait on them: each stream with its ends. */
import type { Endpoint } from '../../../protocol/facts';
import { fifoOpenerRef, type Ref } from '../../../protocol/ref';
import type { Wait } from '../../../protocol/waits';
import { sleepsInOpening, type Shape } from '../../proc/calls';
import { PathResolver } from '../../proc/pathResolver';
import { wchanOf } from '../../proc/syscall';
import { sleeps } from '../waits/asleep';
import { readClocks } from '../processes/clocks';
import { descriptors, descriptorTable } from '../descriptors/descriptors';
import { type FifoFile, fifoFiles } from './fifoFiles';
import { JoinByProcess } from '../processes/joinByProcess';
import { kept, type Look, survey } from '../look';
import { knows, type ProcessDescriptors, type StreamFd } from '../descriptors/openFiles';
import { fifoBy, fifoOf, ledThereSince, type Named, type OpenedFifo, stillOf, writtenPath } from './openers';
import type { ProcessTable } from '../processes/processes';
import { type SleepingThread, threads } from '../waits/threads';
import { guessedWait, toldWait } from '../waits/toldWait';
import { waitedAt, type WaitedFd } from '../waits/waitedFds';

/** One pipe or FIFO that somebody has open, or waits to open. */
export interface OpenStream {
  ref: Ref;
  /** Decimal text. */
  inode: string;
  /** Of a FIFO: st_dev and birth time in nanoseconds as decimal text, and its path as the kernel gives it; empty where it is not known. */
  file?: { device: string; birth: string; path: Buffer; unlinked: boolean };
  uid: number;
  gid: number;
  mode: number;
  /** It stands for a thread that waits to open a FIFO which is not found any more: the path that it wrote. All else of the file is not known. */
  lost?: { path: Buffer };
  /** Each descriptor of each process, with what its threads wait for on it; who waits to open a FIFO stands here too (role `waiter`). */
  ends: Endpoint[];
}

/** What one walk found. */
export interface Streams {
  pipes: Map<Ref, OpenStream>;
  fifos: Map<Ref, OpenStream>;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
  /** Threads that wait to open a FIFO, and nobody can tell which. */
  unplaced: number;
  /** On what each thread is held to sleep that waits to open one, by its number, and the wait as it is told there. */
  openers: Map<number, { ref: Ref; wait: Wait }>;
}

/** Readers that a thread whose call is hidden may wait on: with more, nothing can be said. */
const CANDIDATES = 4;

const NOBODY: readonly SleepingThread[] = [];

/** Processes between two places where a census may pause. */
const BREATH = 16;

const streamJoin = kept(() => new JoinByProcess(endsOf));

/** Who holds pipes and FIFOs, and FIFOs that nobody has open. */
export const streams = survey(function* (look) {
  return yield* joined(look, yield* look.get(descriptors));
});

/** The same once more, after a walk of what has run since: what was on its way when they were found has arrived by now. */
export const settledStreams = survey(function* (look) {
  return yield* joined(look, yield* look.kept(descriptorTable).again(readClocks()));
});

function* joined(look: Look, tables: ReadonlyMap<number, ProcessDescriptors>): Generator<undefined, Streams> {
  const { processes } = look;
  const found: Streams = { pipes: new Map(), fifos: new Map(), denied: 0, unplaced: 0, openers: new Map() };
  const { fresh } = look.kept(descriptorTable);
  const sleepers = yield* look.get(threads);
  const files = yield* look.get(fifoFiles);
  const join = look.kept(streamJoin).begin(look);
  let breath = 0;
  for (const [pid, table] of tables) {
    if (++breath % BREATH === 0) yield;
    const { denied, streams: fds } = table;
    if (denied) found.denied++;
    if (fds.length === 0) continue;
    const process = processes.living(pid);
    if (!process) continue;
    const ends = join.of(pid, process.startTime, table, sleepers.get(pid)?.sleeping ?? NOBODY);
    // Whose descriptor it is, where that was read a while ago.
    const holder = fresh.has(pid) ? undefined : pid;
    for (let at = 0; at < fds.length; at++)
      streamOf(found, fds[at] as StreamFd, holder).ends.push(ends[at] as Endpoint);
  }
  join.end();
  const finding: Finding = { sight: new PathResolver(), files, processes };
  try {
    for (const [pid, { sleeping }] of sleepers)
      for (const thread of sleeping) {
        if (isUnreadOpener(thread) && sleepsInOpening(wchanOf(pid, thread.tid))) found.unplaced++;
        const startTime = isOpener(thread) ? processes.living(pid)?.startTime : undefined;
        if (startTime !== undefined) noteOpener(found, pid, startTime, thread as Opener, finding);
      }
  } finally {
    finding.sight.close();
  }
  addFiles(found, files);
  return found;
}

/** FIFOs that nobody has open, and the paths of those whose holders do not tell them. */
function addFiles({ fifos }: Streams, files: readonly FifoFile[]): void {
  for (const { ref, path, status } of files) {
    const stream = fifos.get(ref);
    const known = stream?.file;
    // Who has it, or waits to open it, knew it by another name.
    if (known && (known.path.length === 0 || known.unlinked))
      stream.file = { ...known, path, unlinked: false };
    if (stream) continue;
    const { device, birth, inode, uid, gid, mode } = status;
    const file = { device, birth, path, unlinked: false };
    fifos.set(ref, { ref, inode, uid, gid, mode: mode & 0o777, file, ends: [] });
  }
}

function endsOf(
  pid: number,
  startTime: string,
  table: ProcessDescriptors,
  sleeping: readonly SleepingThread[],
): Endpoint[] {
  return table.streams.map((one) => {
    const waits = sleeping.flatMap((thread) => waitOn(thread, one, table));
    return {
      pid,
      startTime,
      ...(one.tid !== undefined && { tid: one.tid }),
      fd: one.fd,
      role: one.role,
      ...(waits.length > 0 && { waits }),
    };
  });
}

type StreamFacts = Pick<StreamFd, 'ref' | 'inode' | 'uid' | 'gid' | 'mode' | 'file'>;

/** `holder`: whose descriptor it is, where that was read a while ago. */
function streamOf(streams: Streams, found: StreamFd, holder: number | undefined): OpenStream;
function streamOf(streams: Streams, found: StreamFacts): OpenStream;
function streamOf(streams: Streams, found: StreamFacts | StreamFd, holder?: number): OpenStream {
  const kind = found.file ? streams.fifos : streams.pipes;
  const known = kind.get(found.ref);
  if (known) return known;
  const now = holder !== undefined && 'fd' in found && found.file ? afresh(holder, found) : found;
  const { ref, inode, uid, gid, mode, file } = now;
  const stream = { ref, inode, uid, gid, mode, ends: [], ...(file && { file }) };
  kind.set(ref, stream);
  return stream;
}

/** A FIFO is renamed, unlinked or given other rights without any of its holders having run. */
function afresh(pid: number, found: StreamFd): StreamFacts {
  const link = `/proc/${pid}${found.tid === undefined ? '' : `/task/${found.tid}`}/fd/${found.fd}`;
  const now = fifoBy(Buffer.from(link));
  // Closed or another by now.
  return now?.ref === found.ref ? now : found;
}

/** What of all that a thread waits on is meant by a descriptor. */
export function waitedOnStream(
  { tid, target }: SleepingThread,
  one: StreamFd,
  table: ProcessDescriptors,
): readonly WaitedFd[] {
  if (target.is !== 'fds' || !knows(table, tid, one)) return [];
  // After dup2 the number names another object than the one in which the thread sleeps.
  if (target.asleepIn !== undefined && target.asleepIn !== 'pipe') return [];
  return waitedAt(target.fds, one, table.streams).filter(
    ({ write, ref }) => fits(one, write) && (ref === undefined || ref === one.ref),
  );
}

function fits({ role }: StreamFd, write: boolean): boolean {
  return write ? role !== 'reader' : role !== 'writer';
}

/** The wait of a thread on a descriptor, if it is one. */
export function waitOn(thread: SleepingThread, one: StreamFd, table: ProcessDescriptors): Wait[] {
  const { shape, certain, target } = thread;
  if (target.is === 'fds') {
    if (waitedOnStream(thread, one, table).length === 0) return [];
    const proved = target.asleepIn !== undefined || WATCHES.has(shape);
    return [toldWait(thread, certain && proved)];
  }
  const candidates = candidatesIn(thread, table);
  return candidates.includes(one) ? [guessedWait(thread, { fd: one.fd, only: candidates.length === 1 })] : [];
}

/** Where the call is hidden and its thread sleeps in a pipe: those that it has open in that direction, if they are few. */
export function candidatesIn(
  { tid, call, shape, certain, target }: SleepingThread,
  table: ProcessDescriptors,
): StreamFd[] {
  if (target.is === 'fds' || certain || (shape !== 'read' && shape !== 'write')) return [];
  if (call !== 'read' && call !== 'write') return [];
  const all = table.streams.filter((one) => knows(table, tid, one) && fits(one, shape === 'write'));
  return all.length <= CANDIDATES ? all : [];
}

type Opener = SleepingThread & { target: Named };

function isOpener(thread: SleepingThread): thread is Opener {
  return thread.target.is === 'path';
}

/** Whether a thread may wait to open a FIFO whose path cannot be read: it lies in a page of a file, as a literal of a program does, or its call is hidden. */
function isUnreadOpener({ target, on, shape }: SleepingThread): boolean {
  return target.is === 'none' && (on.is === 'path' || shape === 'open' || shape === 'openat');
}

/** Whether a thread may wait to open a FIFO. */
export function mayOpen(thread: SleepingThread): boolean {
  return isOpener(thread) || isUnreadOpener(thread);
}

/** Calls whose arguments say by themselves on what they wait, wherever they sleep. */
const WATCHES: ReadonlySet<Shape> = new Set(['poll', 'select', 'epoll']);

/** By what an opener is placed. */
interface Finding {
  sight: PathResolver;
  files: readonly FifoFile[];
  processes: ProcessTable;
}

/** A thread blocked in opening a FIFO has no descriptor yet. */
function noteOpener(
  streams: Streams,
  pid: number,
  startTime: string,
  thread: Opener,
  { sight, files, processes }: Finding,
): void {
  const { target, tid, opens } = thread;
  const now = typeof opens === 'object' ? stillOf(opens, tid, target, sight) : fifoOf(tid, target, sight);
  const led = typeof opens === 'object' ? opens : now;
  // A FIFO that stands where none was when it went to sleep is none on which it can sleep.
  const known = opens === 'none' || typeof led !== 'object' ? undefined : placeOf(streams, led, now, files);
  if (!known && (now === undefined || !isOpening(pid, tid, thread))) {
    // Where the kernel does not say in what it sleeps, it may open anything.
    if (sleepsInOpening(wchanOf(pid, tid))) streams.unplaced++;
    return;
  }
  if (!known || (hasPartner(known, target) && isOpening(pid, tid, thread))) {
    const ref = fifoOpenerRef(pid, startTime, tid);
    const wait = toldWait(thread);
    streams.openers.set(tid, { ref, wait });
    streams.fifos.set(ref, {
      ref,
      inode: '',
      uid: 0,
      gid: 0,
      mode: 0,
      lost: { path: writtenPath(tid, target) },
      ends: [{ pid, startTime, role: 'waiter', waits: [wait] }],
    });
    return;
  }
  const began = processes.beganAt(pid, tid);
  const proved =
    typeof now === 'object' && began !== undefined && ledThereSince(began, tid, target, now, sight);
  const wait: Wait = {
    ...toldWait(thread, thread.certain && proved),
    ...(!proved && { by: 'path' as const }),
  };
  streams.openers.set(tid, { ref: known.ref, wait });
  const stream = streams.fifos.get(known.ref) ?? streamOf(streams, known);
  stream.ends.push({ pid, startTime, role: 'waiter', waits: [wait] });
}

/** The FIFO as it is found now: by its path, by somebody who has it, or by a walk; undefined where nobody finds it any more. */
function placeOf(
  { fifos }: Streams,
  led: OpenedFifo,
  now: OpenedFifo | 'none' | undefined,
  files: readonly FifoFile[],
): OpenedFifo | OpenStream | undefined {
  const held = fifos.get(led.ref);
  if (typeof now === 'object') {
    if (held && held.file?.path.length === 0) held.file = now.file;
    return held ?? now;
  }
  if (held) return held;
  const file = files.find(({ ref }) => ref === led.ref);
  return file && { ...led, file: { ...led.file, path: file.path, unlinked: false } };
}

/** Whether it sleeps as it was seen to, in waiting for a partner. */
function isOpening(pid: number, tid: number, { stamp }: SleepingThread): boolean {
  return sleepsInOpening(wchanOf(pid, tid)) && (stamp === undefined || sleeps(pid, tid, stamp));
}

/** Whether somebody has the other side of a FIFO open at this moment: then whoever waits for that does not wait for this one (fifo(7)). */
function hasPartner(stream: OpenedFifo | OpenStream, { write }: Named): boolean {
  if (!('ends' in stream)) return false;
  return stream.ends.some(({ pid, tid, fd, role }) => {
    if (fd === undefined || (role !== 'both' && role !== (write ? 'reader' : 'writer'))) return false;
    const link = `/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}/fd/${fd}`;
    return fifoBy(Buffer.from(link))?.ref === stream.ref;
  });
}
