/**
 * Locks on files: who really holds each, and who waits. The truth are the `lock:` lines in fdinfo of whoever has the open file description, heirs too; /proc/locks adds locks of those who may not be looked at, and who waits
 * behind whom. In a pid namespace /proc/locks leaves out what was taken outside of it, or by who has ended (fs/locks.c, locks_show), so there every file that somebody has open is asked.
 */
import type { Endpoint } from '../../../protocol/facts';
import type { LockHolder, LockWaiter } from '../../../protocol/kinds/lock';
import { exactly } from '../../../protocol/numbers';
import { lockRef, type Ref } from '../../../protocol/ref';
import type { Wait } from '../../../protocol/waits';
import { compare } from '../../libc/kcmp';
import { type LockLine, lockedFileKey, parseFdLocks, parseLocks } from '../../proc/locks';
import { readSmall, readWhole } from '../../proc/read';
import { descriptors, descriptorTable } from '../descriptors/descriptors';
import { knows, type DescriptorNumber, type ProcessDescriptors } from '../descriptors/openFiles';
import { kept, type Look, survey } from '../look';
import { type SleepingThread, threads } from '../waits/threads';
import { toldWait } from '../waits/toldWait';

/** One lock, and by which descriptors it is held. */
export interface FoundLock {
  line: LockLine;
  holders: LockHolder[];
}

/** Who waits: `wait` where a thread was seen to. */
export interface FoundWaiter extends LockWaiter {
  wait?: Wait;
}

/** A file with locks. */
export interface LockedFile {
  ref: Ref;
  /** As stat(2) has it, which tells files of several subvolumes of a btrfs apart; of a file that nobody is seen to have open as /proc/locks has it. */
  device: string;
  inode: string;
  /** By which the kernel lists its locks: on overlay and btrfs that is another device, and on btrfs several files have the same. */
  listed: string;
  locks: FoundLock[];
  waiters: FoundWaiter[];
}

/** What one walk found. */
export interface FileLocks {
  files: ReadonlyMap<Ref, LockedFile>;
  /** On which file a thread waits for a lock. */
  refOfWaiter: (pid: number, tid: number) => Ref | undefined;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
  /** /proc/locks cannot be read. */
  unlisted: boolean;
}

/** A descriptor of a file on which there may be a lock. */
interface Candidate extends DescriptorNumber {
  pid: number;
  startTime: string;
  /** As stat(2) has it. */
  inode: string;
  device: string;
}

/** Processes between two places where a census may pause. */
const BREATH = 8;

/** Of a process that has not run since it was read: which of its descriptors had no lock. */
interface Clean {
  clock: number;
  table: ProcessDescriptors;
  places: ReadonlySet<string>;
}
const cleanTables = kept(() => {
  const byPid = new Map<number, Clean>();
  return { byPid, forget: () => byPid.clear() };
});

/** What /proc/locks lists; undefined where it cannot be read. */
export const lockLines = survey(function* (): Generator<undefined, readonly LockLine[] | undefined> {
  yield;
  return readLocks();
});

function readLocks(): LockLine[] | undefined {
  const text = readWhole('/proc/locks');
  return typeof text === 'string' ? undefined : parseLocks(text.toString('latin1'));
}

/** Every file with locks, with who holds them and who waits. */
export const fileLocks = survey(function* (look): Generator<undefined, FileLocks> {
  const tables = yield* look.get(descriptors);
  const sleepers = yield* look.get(threads);
  // Read behind the descriptors: who took one meanwhile is found by the next look.
  const lines = yield* look.get(lockLines);
  const finding = new Finding(look, lines ?? []);
  let [denied, breath] = [0, 0];
  for (const [pid, table] of tables) {
    if (table.denied) denied++;
    if (++breath % BREATH === 0) yield;
    const startTime = hasFiles(table) ? look.processes.bornAt(pid) : undefined;
    if (startTime !== undefined) finding.ask(pid, startTime, table);
  }
  finding.askAgain();
  for (const [pid, { sleeping }] of sleepers) {
    const table = tables.get(pid);
    for (const thread of sleeping)
      if (thread.on.is === 'lock' && table) finding.noteWaiter(pid, thread, table);
  }
  finding.noteUnseen();
  return { ...finding.result(), denied, unlisted: lines === undefined };
});

function hasFiles({ named, files, streams }: ProcessDescriptors): boolean {
  return named.length > 0 || files.length > 0 || streams.some(({ file }) => file);
}

/** What of a process may have a lock: its files, and FIFOs, which are files too. */
function* candidatesOf(
  pid: number,
  startTime: string,
  { named, files, streams }: ProcessDescriptors,
): Generator<Candidate> {
  // Nobody locks terminals, and every process has some.
  for (const { fd, tid, inode, device, terminal } of named)
    if (!terminal) yield { pid, startTime, fd, inode, device, ...of(tid) };
  for (const { fd, tid, inode, device } of files) yield { pid, startTime, fd, inode, device, ...of(tid) };
  for (const { fd, tid, inode, file } of streams)
    if (file) yield { pid, startTime, fd, inode, device: file.device, ...of(tid) };
}

function of(tid: number | undefined): { tid?: number } {
  return tid === undefined ? {} : { tid };
}

class Finding {
  private readonly files = new Map<Ref, LockedFile>();
  private readonly waiting = new Map<string, Ref>();
  /** Inodes of files with locks. On overlay and btrfs stat(2) tells another device than the kernel has, so these decide whom to ask, and the fdinfo what it is. */
  private readonly inodes: Set<string>;
  /** Whether locks may be found that /proc/locks does not list. */
  private readonly askAll: boolean;
  private readonly skipped: Candidate[] = [];

  constructor(
    private readonly look: Look,
    private readonly lines: readonly LockLine[],
  ) {
    this.inodes = new Set(lines.map(({ inode }) => inode));
    this.askAll = look.unseen.includes('pidNamespace');
  }

  /** Asks the descriptors of one process. */
  ask(pid: number, startTime: string, table: ProcessDescriptors): void {
    const { look } = this;
    const { byPid } = look.kept(cleanTables);
    const known = byPid.get(pid);
    const clock = look.clocks.get(pid) ?? -1;
    const still =
      known?.clock === clock && known.table === table && !look.kept(descriptorTable).fresh.has(pid)
        ? known.places
        : undefined;
    const clean = new Set<string>();
    for (const one of candidatesOf(pid, startTime, table)) {
      const place = placeKey(one);
      if (!this.inodes.has(one.inode) && (!this.askAll || still?.has(place))) {
        if (this.askAll) this.skipped.push(one);
        if (still?.has(place)) clean.add(place);
        continue;
      }
      if (!this.note(one)) clean.add(place);
    }
    if (this.askAll) byPid.set(pid, { clock, table, places: clean });
  }

  /** A sharer of the description may have taken a lock while the process did not run. */
  askAgain(): void {
    for (const one of this.skipped) if (this.inodes.has(one.inode)) this.note(one);
    const { byPid } = this.look.kept(cleanTables);
    for (const pid of byPid.keys()) if (!this.look.clocks.has(pid)) byPid.delete(pid);
  }

  /** Whether it has a lock. */
  private note(one: Candidate): boolean {
    const { pid, tid, fd, startTime, inode } = one;
    const path = `/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}/fdinfo/${fd}`;
    const text = readSmall(path)?.toString('latin1');
    const lines = text === undefined ? [] : parseFdLocks(text);
    for (const line of lines) {
      const holder: LockHolder = { pid, startTime, fd, ...of(tid) };
      const { locks } = this.file(one, lockedFileKey(line));
      const known = locks.find((lock) => isSame(lock, line, holder));
      if (known) known.holders.push(holder);
      else locks.push({ line, holders: [holder] });
      this.inodes.add(inode);
    }
    return lines.length > 0;
  }

  private file({ device, inode }: Pick<Candidate, 'device' | 'inode'>, listed: string): LockedFile {
    const ref = lockRef(device, inode);
    const known = this.files.get(ref);
    if (known) return known;
    const made = { ref, device, inode, listed, locks: [], waiters: [] };
    this.files.set(ref, made);
    return made;
  }

  /** The file of a line of /proc/locks: of several that it may be none of them. */
  private fileOf(line: LockLine): LockedFile {
    const listed = lockedFileKey(line);
    const [only, ...others] = [...this.files.values()].filter((file) => file.listed === listed);
    return only && others.length === 0 ? only : this.file(line, listed);
  }

  /** A thread that is blocked in asking for a lock. */
  noteWaiter(pid: number, thread: SleepingThread, table: ProcessDescriptors): void {
    const { on, tid } = thread;
    if (on.is !== 'lock') return;
    const startTime = this.look.processes.bornAt(pid);
    const places = [...candidatesOf(pid, startTime ?? '', table)].filter(({ fd }) => fd === on.fd);
    const one = places.find((place) => knows(table, tid, place));
    if (!one || startTime === undefined) return;
    const asked = this.lines.find((line) => line.depth > 0 && line.pid === pid && line.inode === one.inode);
    // Those who hold what it waits for may be hidden, and in a pid namespace the list too.
    const file =
      this.files.get(lockRef(one.device, one.inode)) ?? (asked && this.file(one, lockedFileKey(asked)));
    if (!file) return;
    const { fd, type, mode, start, end } = on;
    file.waiters.push({
      ...{ pid, startTime, tid, fd, wait: toldWait(thread) },
      ...(type && { type }),
      ...(mode && { mode }),
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    });
    this.waiting.set(`${pid} ${tid}`, file.ref);
  }

  /** Locks and waiters of processes that may not be looked at: /proc/locks lists them, unless they were released meanwhile. */
  noteUnseen(): void {
    const unseen = this.unseenOf(this.lines);
    if (unseen.length === 0) return;
    const now = readLocks() ?? [];
    for (const line of unseen) {
      if (!now.some((one) => sameLine(one, line) && one.depth > 0 === line.depth > 0)) continue;
      const file = this.fileOf(line);
      if (line.depth === 0) file.locks.push({ line, holders: [] });
      else file.waiters.push(waiterOf(line));
    }
  }

  /** Of as many equal lines as are accounted for none. */
  private unseenOf(lines: readonly LockLine[]): LockLine[] {
    const left = new Map<string, number>();
    for (const { listed, locks, waiters } of this.files.values()) {
      for (const { line } of locks) add(left, `${listed} ${lineKey(line)}`);
      for (const waiter of waiters) add(left, `${listed} waits ${waiterKey(waiter)}`);
    }
    return lines.filter((line) => {
      const key =
        line.depth === 0
          ? `${lockedFileKey(line)} ${lineKey(line)}`
          : `${lockedFileKey(line)} waits ${line.type} ${line.pid}`;
      const known = left.get(key) ?? 0;
      if (known > 0) left.set(key, known - 1);
      return known === 0;
    });
  }

  result(): Pick<FileLocks, 'files' | 'refOfWaiter'> {
    const { files } = this;
    return { files, refOfWaiter: (pid, tid) => this.waiting.get(`${pid} ${tid}`) };
  }
}

/** Whether a line is of a lock that was found by another descriptor: of the same process, or the same open file description (kcmp(2)). */
function isSame({ line, holders }: FoundLock, other: LockLine, holder: LockHolder): boolean {
  if (!sameLine(line, other)) return false;
  const [first] = holders;
  if (!first) return false;
  // These are of a process, whichever descriptor they were taken by.
  if (line.type === 'posix') return line.pid !== 0 || first.pid === holder.pid;
  const compared = compare('file', first.tid ?? first.pid, holder.tid ?? holder.pid, first.fd, holder.fd);
  // Where the kernel does not say, who took it tells as much as there is to know.
  return compared === 'same' || compared === 'denied';
}

function sameLine(one: LockLine, other: LockLine): boolean {
  return lockedFileKey(one) === lockedFileKey(other) && lineKey(one) === lineKey(other);
}

function lineKey({ type, mode, pid, start, end }: LockLine): string {
  return `${type} ${mode} ${pid} ${start} ${end ?? ''}`;
}

/** As far as /proc/locks and a call both tell it: of a lock of an open file description the former has no pid. */
function waiterKey({ type, pid }: FoundWaiter): string {
  return `${type ?? ''} ${type === 'ofd' ? -1 : pid}`;
}

function waiterOf({ type, mode, pid, start, end }: LockLine): FoundWaiter {
  return {
    ...(pid > 0 && { pid }),
    ...(type !== 'lease' && { type }),
    mode,
    start: exactly(start),
    ...(end !== undefined && { end: exactly(end) }),
  };
}

function add(to: Map<string, number>, key: string): void {
  to.set(key, (to.get(key) ?? 0) + 1);
}

function placeKey({ fd, tid }: DescriptorNumber): string {
  return tid === undefined ? String(fd) : `${fd} ${tid}`;
}

/** Who holds and who waits, as endpoints of the file. */
export function endpointsOf({ locks, waiters }: LockedFile): Endpoint[] {
  const ends = new Map<string, Endpoint>();
  for (const { holders } of locks)
    for (const { pid, startTime, fd, tid } of holders) {
      const key = `${pid} ${placeKey({ fd, ...of(tid) })}`;
      if (!ends.has(key)) ends.set(key, { pid, startTime, ...of(tid), fd, role: 'holder' });
    }
  const waiting = new Map<number, Endpoint>();
  for (const { pid, startTime, wait } of waiters) {
    if (pid === undefined || startTime === undefined || !wait) continue;
    const known = waiting.get(pid);
    if (known) known.waits?.push(wait);
    else waiting.set(pid, { pid, startTime, role: 'waiter', waits: [wait] });
  }
  return [...ends.values(), ...waiting.values()];
}
