/**
 * Joins descriptors, shared mappings and sleeping threads by the file that they lead to: who has a queue open, who has a piece of memory mapped or open, and who sleeps on a word in it.
 * By device and inode, never by name: whoever makes a semaphore maps it under a name that is gone (sem_open of glibc).
 */
import { namedBy } from '../../proc/names';
import type { Endpoint } from '../../../protocol/facts';
import { mappingRef, posixRef, type Ref } from '../../../protocol/ref';
import type { Wait } from '../../../protocol/waits';
import { makedev } from '../../libc/directory';
import type { SharedMapping } from '../../libc/procmap';
import { descriptors } from '../descriptors/descriptors';
import { JoinByProcess } from '../processes/joinByProcess';
import { kept, survey } from '../look';
import { mappings } from './mappings';
import type { FileFd } from '../descriptors/openFiles';
import type { ProcessTable } from '../processes/processes';
import { boundsOf, type Sleeper, sleepersIn } from '../waits/sleepers';
import { type SleepingThread, threads } from '../waits/threads';
import { guessedWait, toldWait } from '../waits/toldWait';
import { waitedAt, type WaitedFd } from '../waits/waitedFds';

/** One file that processes hold. */
export interface HeldFile {
  /** Decimal text; of a mapping as /proc/PID/maps has them, which is another device than stat(2)'s on overlay and btrfs. */
  device: string;
  inode: string;
  /** `memory`: directly in some /dev/shm. `file`: anything else that has a path. */
  what: 'queue' | 'memory' | 'memfd' | 'anonymous' | 'file';
  /** As a process shows it, without the mark of a deleted one. */
  path: Buffer;
  /** The name that the process has it by is gone; another may be there. */
  deleted: boolean;
  /** Of a descriptor. */
  status?: Pick<FileFd, 'birth' | 'uid' | 'gid' | 'mode' | 'unlinked'>;
  ends: Endpoint[];
  sleepers: Sleeper[];
  /** The end of what is mapped of it, in bytes. */
  mappedTo: number;
}

/** What one walk found, by `keyOf`. */
export interface Held {
  files: Map<string, HeldFile>;
  /** Processes whose descriptors, and whose mappings, may not be looked at. */
  denied: { descriptors: number; mappings: number };
}

/** Has the processes that hold an object reported with it. */
export function mention(ends: readonly { pid: number }[], processes: ProcessTable): void {
  for (const { pid } of ends) processes.living(pid);
}

/** The name of a file among those that are held. */
export function keyOf({ device, inode }: { device: string; inode: string }): string {
  return `${device}:${inode}`;
}

/** The object that a file is, for a thread that waits on it: of memory by its name, which is right for all that glibc makes. */
export function refOfHeld({ what, device, inode, path }: HeldFile): Ref {
  const parts = { device, inode, birth: '0' };
  if (what === 'queue') return posixRef('posix.mq', parts);
  if (what !== 'memory') return mappingRef(device, inode);
  return posixRef(path.toString('latin1').startsWith(`${FOLDER}sem.`) ? 'posix.sem' : 'posix.shm', parts);
}

/** The mapping of a process in which an address lies. */
export function mappingAt(shared: readonly SharedMapping[], address: bigint): SharedMapping | undefined {
  return shared.find((mapping) => {
    const [start, end] = boundsOf(mapping.address);
    return address >= start && address < end;
  });
}

/** One process's part. */
interface Part extends Omit<HeldFile, 'ends' | 'sleepers'> {
  end: Endpoint;
  sleepers: readonly Sleeper[];
}

const FOLDER = '/dev/shm/';
const NOTHING: readonly never[] = [];
/** Queues that a thread whose call is hidden may wait on: with more, nothing can be said. */
const CANDIDATES = 4;

const heldJoin = kept(() => new JoinByProcess(partsOf));
/** Of the last look, whoever took it: an act on one of them need not walk all processes again to find the file. */
export const lastHeld = kept(() => ({ files: new Map() as ReadonlyMap<string, HeldFile> }));

/** Who has queues open and memory mapped or open, and who sleeps on it. */
export const held = survey(function* (look): Generator<undefined, Held> {
  const found: Held = { files: new Map(), denied: { descriptors: 0, mappings: 0 } };
  const [opened, mapped] = [yield* look.get(descriptors), yield* look.get(mappings)];
  const sleepers = yield* look.get(threads);
  const join = look.kept(heldJoin).begin(look);
  for (const pid of new Set([...opened.keys(), ...mapped.keys()])) {
    const [open, maps] = [opened.get(pid), mapped.get(pid)];
    if (open?.denied) found.denied.descriptors++;
    if (maps?.denied) found.denied.mappings++;
    const [files, shared] = [open?.files ?? NOTHING, maps?.shared ?? NOTHING];
    if (files.length + shared.length === 0) continue;
    const startTime = look.processes.bornAt(pid);
    if (startTime === undefined) continue;
    const sleeping = sleepers.get(pid)?.sleeping ?? NOTHING;
    for (const part of join.of(pid, startTime, files, shared, sleeping)) note(found, part);
  }
  join.end();
  look.kept(lastHeld).files = found.files;
  return found;
});

function note({ files }: Held, { end, sleepers, ...facts }: Part): void {
  const key = keyOf(facts);
  const known = files.get(key);
  if (!known) {
    files.set(key, { ends: [end], sleepers: [...sleepers], ...facts });
    return;
  }
  known.ends.push(end);
  known.sleepers.push(...sleepers);
  known.mappedTo = Math.max(known.mappedTo, facts.mappedTo);
  if (facts.status) known.status ??= facts.status;
  // A name that is still there tells more than one that is gone.
  if (known.deleted && !facts.deleted) [known.path, known.deleted] = [facts.path, false];
}

function partsOf(
  pid: number,
  startTime: string,
  files: readonly FileFd[],
  shared: readonly SharedMapping[],
  sleeping: readonly SleepingThread[],
): Part[] {
  return [
    ...files.map((one) => openPart(pid, startTime, one, files, sleeping)),
    ...shared.flatMap((one) => mappedPart(pid, startTime, one, sleeping) ?? []),
  ];
}

function openPart(
  pid: number,
  startTime: string,
  one: FileFd,
  all: readonly FileFd[],
  sleeping: readonly SleepingThread[],
): Part {
  const { fd, tid, what, device, inode, birth, uid, gid, mode, unlinked } = one;
  const { path, deleted } = namedBy(one.path);
  const waits = what === 'queue' ? sleeping.flatMap((thread) => waitsOnQueue(thread, one, all)) : [];
  return {
    device,
    inode,
    what: what === 'memory' && !isDirectlyIn(path) ? 'file' : what,
    path,
    deleted,
    status: { birth, uid, gid, mode, unlinked },
    mappedTo: 0,
    end: {
      pid,
      startTime,
      ...(tid !== undefined && { tid }),
      fd,
      role: what === 'queue' ? one.role : 'open',
      ...(what !== 'queue' && { rights: RIGHTS[one.role] }),
      ...(waits.length > 0 && { waits }),
    },
    sleepers: [],
  };
}

const RIGHTS = { reader: 'r', writer: 'w', both: 'rw' } as const;

/** What of all that a thread waits on is meant by a queue that its process has open. `all`: what the process has open of such files. */
export function waitedOnQueue(
  { call, target }: SleepingThread,
  one: FileFd,
  all: readonly FileFd[],
): readonly WaitedFd[] {
  // A read(2) of a queue's file does not wait.
  if (target.is !== 'fds' || !/^mq_|poll|select|epoll/.test(call)) return [];
  return waitedAt(target.fds, one, all).filter(({ write }) =>
    write ? one.role !== 'reader' : one.role !== 'writer',
  );
}

/** The wait of a thread on a queue that its process has open, if it is one. `all`: what the process has open of such files. */
export function waitsOnQueue(thread: SleepingThread, one: FileFd, all: readonly FileFd[]): Wait[] {
  const { call, certain, target } = thread;
  if (target.is === 'fds') return waitedOnQueue(thread, one, all).length > 0 ? [toldWait(thread)] : [];
  // The call is hidden, but it sleeps in a queue: one of those that it has open. Which way shows only in how that was opened.
  if (certain || call !== 'mq') return [];
  const candidates = all.filter(({ what }) => what === 'queue');
  const direction = one.role === 'both' ? undefined : one.role === 'reader' ? 'read' : 'write';
  return candidates.length <= CANDIDATES
    ? [guessedWait(thread, { fd: one.fd, only: candidates.length === 1, direction })]
    : [];
}

function mappedPart(
  pid: number,
  startTime: string,
  mapping: SharedMapping,
  sleeping: readonly SleepingThread[],
): Part | undefined {
  const { path, deleted } = namedBy(mapping.path);
  const what = kindOfMapping(path, deleted);
  if (!what) return undefined;
  const { address, rights, offset, inode } = mapping;
  const [start, end] = boundsOf(address);
  const here = sleepersIn(mapping, sleeping);
  const waits = here.map(({ wait }) => wait);
  return {
    device: deviceOf(mapping.device),
    inode,
    what,
    path,
    deleted,
    mappedTo: offset + Number(end - start),
    end: {
      pid,
      startTime,
      address,
      rights,
      ...(offset > 0 && { offset }),
      role: 'mapped',
      ...(waits.length > 0 && { waits }),
    },
    sleepers: here.map(({ wait: { tid }, address: at, offset: within }) => ({
      pid,
      tid,
      address: at,
      offset: within,
    })),
  };
}

function isDirectlyIn(path: Buffer): boolean {
  const text = path.toString('latin1');
  return text.startsWith(FOLDER) && text.length > FOLDER.length && !text.includes('/', FOLDER.length);
}

/** What a shared mapping is of; undefined for devices, rings of the kernel (`anon_inode:`), and System V segments. */
function kindOfMapping(path: Buffer, deleted: boolean): HeldFile['what'] | undefined {
  const text = path.toString('latin1');
  if (!text.startsWith('/')) return undefined;
  if (isDirectlyIn(path)) return 'memory';
  if (deleted && text.startsWith('/memfd:')) return 'memfd';
  if (deleted && (text === '/dev/zero' || text === '/anon_hugepage')) return 'anonymous';
  if (deleted && /^\/SYSV[0-9a-f]{8}$/.test(text)) return undefined;
  if (text.startsWith('/dev/') && !text.startsWith(FOLDER)) return undefined;
  return 'file';
}

/** `fe:00` as st_dev has it. */
export function deviceOf(hex: string): string {
  const [major = '0', minor = '0'] = hex.split(':');
  return String(makedev(parseInt(major, 16), parseInt(minor, 16)));
}
