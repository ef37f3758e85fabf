/** Event counters (eventfd(2)): which one each descriptor leads to. All have the same inode, so only fdinfo tells (proc(5): `eventfd-id`, from Linux 5.2). */
import type { Endpoint } from '../../../protocol/facts';
import { eventfdRef, type Ref } from '../../../protocol/ref';
import { fieldOf } from '../../proc/fields';
import { readSmall } from '../../proc/read';
import { kept, type Look, survey } from '../look';
import { type SleepingThread, threads } from '../waits/threads';
import { toldWait } from '../waits/toldWait';
import { type WaitedFd, waitedAt } from '../waits/waitedFds';
import { descriptors, descriptorTable } from './descriptors';
import { type AnonymousFd, knows, type DescriptorNumber, type ProcessDescriptors } from './openFiles';

/** What fdinfo tells of one. */
export interface EventfdInfo {
  /** Decimal text: of those that live, no two have the same. */
  id: string;
  /** What a read would take, unsigned 64 bits. */
  value: bigint;
  /** EFD_SEMAPHORE: a read takes one. Absent before Linux 6.5. */
  semaphore?: boolean;
  /** O_NONBLOCK of the description. */
  nonblocking: boolean;
  /** O_CLOEXEC of the descriptor. */
  closeOnExec: boolean;
}

/** Of each counter who has it, and who waits on it. */
export interface Eventfds {
  ends: ReadonlyMap<Ref, readonly Endpoint[]>;
  /** Which one a descriptor of a process leads to. */
  refOf: (pid: number, one: DescriptorNumber) => Ref | undefined;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
}

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const BREATH = 16;
const NOBODY: readonly SleepingThread[] = [];

/** Of a process that has not run since: which of its descriptors lead to which. */
interface CachedIds {
  clock: number;
  list: readonly AnonymousFd[];
  ids: readonly (string | undefined)[];
}

const knownIds = kept(() => {
  const byPid = new Map<number, CachedIds>();
  return { byPid, forget: () => byPid.clear() };
});

/** Which counters each process has, by the places in its list, and how many processes may not be looked at. Who waits is not asked. */
export const eventfdIds = survey(function* (look) {
  const ids = new Map<number, CachedIds['ids']>();
  let [denied, breath] = [0, 0];
  for (const [pid, table] of yield* look.get(descriptors)) {
    if (table.denied) denied++;
    if (table.anonymous.length === 0) continue;
    if (++breath % BREATH === 0) yield;
    ids.set(pid, idsOf(look, pid, table));
  }
  const { byPid } = look.kept(knownIds);
  for (const pid of byPid.keys()) if (!ids.has(pid)) byPid.delete(pid);
  return { ids, denied };
});

/** Which counters there are, and who has each. */
export const eventfds = survey(function* (look): Generator<undefined, Eventfds> {
  const { ids, denied } = yield* look.get(eventfdIds);
  const tables = yield* look.get(descriptors);
  const sleepers = yield* look.get(threads);
  const ends = new Map<Ref, Endpoint[]>();
  const refs = new Map<number, Map<string, Ref>>();
  for (const [pid, known] of ids) {
    const table = tables.get(pid);
    const startTime = look.processes.bornAt(pid);
    if (!table || startTime === undefined) continue;
    const own = new Map<string, Ref>();
    refs.set(pid, own);
    const sleeping = sleepers.get(pid)?.sleeping ?? NOBODY;
    for (const [at, one] of table.anonymous.entries()) {
      const id = known[at];
      if (id === undefined) continue;
      const ref = eventfdRef(id);
      // A thread's own table repeats what it copied.
      if (one.tid !== undefined && own.get(placeKey({ fd: one.fd })) === ref) continue;
      own.set(placeKey(one), ref);
      const waits = sleeping.flatMap((thread) => waitsOn(thread, one, table));
      const { fd, tid } = one;
      const end: Endpoint = {
        ...{ pid, startTime, fd, role: 'open' },
        ...(tid !== undefined && { tid }),
        ...(waits.length > 0 && { waits }),
      };
      const all = ends.get(ref);
      if (all) all.push(end);
      else ends.set(ref, [end]);
    }
  }
  return { ends, denied, refOf: (pid, one) => refs.get(pid)?.get(placeKey(one)) };
});

/** What a descriptor of a process leads to at this moment; undefined where it is no eventfd by now, or may not be read. */
export function eventfdInfo({
  pid,
  tid,
  fd = -1,
}: Pick<Endpoint, 'pid' | 'tid' | 'fd'>): EventfdInfo | undefined {
  const path = `/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}/fdinfo/${fd}`;
  return parseEventfd(readSmall(path)?.toString('latin1'));
}

/** Its fdinfo, in which the value is hexadecimal; undefined where it is of something else. */
export function parseEventfd(text: string | undefined): EventfdInfo | undefined {
  const [id, value] = [fieldOf(text, 'eventfd-id'), fieldOf(text, 'eventfd-count')];
  if (id === undefined || value === undefined || !/^\d{1,10}$/.test(id)) return undefined;
  if (!/^[0-9a-f]{1,16}$/.test(value)) return undefined;
  const semaphore = fieldOf(text, 'eventfd-semaphore');
  const flags = parseInt(fieldOf(text, 'flags') ?? '0', 8);
  return {
    id,
    value: BigInt(`0x${value}`),
    ...(semaphore !== undefined && { semaphore: semaphore !== '0' }),
    nonblocking: (flags & O_NONBLOCK) !== 0,
    closeOnExec: (flags & O_CLOEXEC) !== 0,
  };
}

/** What of all that a thread waits on is meant by a counter that its process has open. */
export function waitedOnEventfd(
  { tid, target }: SleepingThread,
  one: AnonymousFd,
  table: ProcessDescriptors,
): readonly WaitedFd[] {
  if (target.is !== 'fds' || !knows(table, tid, one)) return [];
  // After dup2 the number names another file than the one in which the thread sleeps.
  if (target.asleepIn !== undefined && target.asleepIn !== 'other') return [];
  // What was noted is a pipe or a socket. No inode is its own: what an epoll watches under a number that leads elsewhere by now nobody can tell.
  return waitedAt(target.fds, { fd: one.fd, inode: '' }, []).filter(
    ({ ref, socket }) => ref === undefined && socket === undefined,
  );
}

function waitsOn(thread: SleepingThread, one: AnonymousFd, table: ProcessDescriptors) {
  return waitedOnEventfd(thread, one, table).length > 0 ? [toldWait(thread)] : [];
}

function idsOf(look: Look, pid: number, { anonymous: list }: ProcessDescriptors): CachedIds['ids'] {
  const { byPid } = look.kept(knownIds);
  const known = byPid.get(pid);
  const clock = look.clocks.get(pid) ?? -1;
  const { fresh } = look.kept(descriptorTable);
  if (known?.clock === clock && known.list === list && !fresh.has(pid)) return known.ids;
  const ids = list.map((one) => (one.what === 'eventfd' ? eventfdInfo({ pid, ...one })?.id : undefined));
  byPid.set(pid, { clock, list, ids });
  return ids;
}

function placeKey({ fd, tid }: DescriptorNumber): string {
  return tid === undefined ? String(fd) : `${fd} ${tid}`;
}
