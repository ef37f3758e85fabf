/** A process that somebody looks at closely: what its row tells, and more. */
import type { ProcessSubject } from '../../../protocol/kinds';
import {
  type LimitOfProcess,
  PROCESS_LIMITS,
  type ProcessDetails,
  type ProcessLimit,
  RELATIVES_MOST,
} from '../../../protocol/process';
import { processRef, type Ref } from '../../../protocol/ref';
import { type Process, THREADS_MOST } from '../../../protocol/snapshot';
import { eachNumber, subdirectories } from '../../libc/directory';
import { fieldOf, numberOf } from '../../proc/fields';
import { parseLimits } from '../../proc/limits';
import { readRecord, readSmall, readWhole } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import { parseSignals } from '../../proc/status';
import { threadsOf } from '../../proc/threads';
import { descriptors } from '../descriptors/descriptors';
import { descriptorType } from '../descriptors/descriptorType';
import type { Look } from '../look';
import { type SinceTable, sinceTable } from '../waits/since';
import { threads } from '../waits/threads';
import { WaitRefs } from '../waits/waitRefs';
import { inotifyUse, watchersOf } from '../watchers/watchersOf';
import { handedDown } from './handedDown';
import { processFacts } from './processFacts';
import type { ProcessTable } from './processes';
import { ThreadFacts } from './threadFacts';

/** Processes or threads between two places where the look may pause. */
const BREATH = 32;
/** Ancestors that are asked what they ignore and block. */
const LINE_MOST = 64;
/** Process 1 takes over whose parent has ended (credentials(7)). */
const INIT = 1;

/** By itself, in a look of its own; undefined where it is gone, or another has its number. Yields often. */
export function* processSubject(
  look: Look,
  pid: number,
  startTime: string,
): Generator<undefined, ProcessSubject | undefined> {
  if (look.processes.living(pid)?.startTime !== startTime) return undefined;
  // What its waits are on is told by its descriptors.
  yield* look.get(descriptors);
  const sleeping = (yield* look.get(threads)).get(pid);
  const waits = new WaitRefs(look, (ref: Ref | undefined) => ref);
  const since = look.kept(sinceTable);
  since.begin(false);
  const process = look.processes.mentioned().find((one) => one.pid === pid);
  if (!process) return undefined;
  const facts = yield* new ThreadFacts(since).of(process, undefined, sleeping, (thread) =>
    waits.of(pid, thread),
  );
  const { processes } = look;
  const full = processFacts(process, processes, facts);
  const details = yield* detailsOf(full, look, waits);
  return { kind: 'process', ref: processRef(pid, startTime), flags: [], ...full, details };
}

/** The details of a process of which the row is known. Yields often. */
export function* detailsOf(
  process: Process,
  look: Look,
  refs: WaitRefs,
): Generator<undefined, ProcessDetails> {
  const { processes } = look;
  const { pid, parent, group = 0, session, tracer, terminal } = process;
  const own = signalsOf(`/proc/${processes.task(pid)}`);
  const kin = yield* kinOf(process, processes);
  const inherited = own ? inheritedBy(own, parent) : [];
  const named = [parent, session, group, tracer, ...inherited.map(({ from }) => from)];
  const told = {
    children: kin.children.slice(0, RELATIVES_MOST),
    ...(group > 0 && { members: kin.members.slice(0, RELATIVES_MOST) }),
    ...(typeof terminal?.foregroundGroup === 'number' && {
      foreground: kin.foreground.slice(0, RELATIVES_MOST),
    }),
  };
  const watchers = yield* watchersOf(pid, processes.task(pid), refs, look);
  const inotify = watchers && (yield* inotifyUse(process.uid, watchers, look));
  for (const one of watchers ?? []) if (one.is === 'pidfd') named.push(one.pid);
  const pids = [...named, ...told.children, ...(told.members ?? []), ...(told.foreground ?? [])];
  const relatives = processes.beside(
    pids.filter((one) => one !== undefined && one !== null && one > 0) as number[],
  );
  const signalfds = signalfdsOf(pid);
  const handed = handedDown(pid, kin.children);
  return {
    pending: own?.shared ?? '0',
    threads: yield* masksOf(pid, look.kept(sinceTable)),
    ...realTimeOf(pid),
    ...(own?.uids && { uids: own.uids }),
    ...(signalfds && { signalfds }),
    ...(watchers && { watchers }),
    ...(inotify && { inotify }),
    ...(handed && { handedDown: handed }),
    ...limitsOf(process, kin.threads, processes),
    inherited,
    ...told,
    childCount: kin.children.length,
    ...(group > 0 && { memberCount: kin.members.length }),
    relatives,
  };
}

function signalsOf(folder: string) {
  const text = readRecord(`${folder}/status`);
  return text && parseSignals(text.toString('latin1'));
}

function* masksOf(pid: number, since: SinceTable): Generator<undefined, ProcessDetails['threads']> {
  const masks: ProcessDetails['threads'] = [];
  for (const [at, tid] of threadsOf(pid).slice(0, THREADS_MOST).entries()) {
    const own = signalsOf(`/proc/${pid}/task/${tid}`);
    const line = readRecord(`/proc/${pid}/task/${tid}/stat`);
    const asleep = /^[SDI]$/.test((line && parseStat(line)?.state) ?? '');
    if (own)
      masks.push({ tid, pending: own.pending, blocked: own.blocked, ...(asleep && since.of(pid, tid)) });
    if (at % BREATH === 0) yield;
  }
  return masks;
}

interface Kin {
  /** Threads of all processes of its user. */
  threads: number;
  children: number[];
  members: number[];
  foreground: number[];
}

/** Who has it for a parent, and who is in a process group. Yields often. */
function* kinOf(
  { pid, uid, group = 0, terminal }: Process,
  processes: ProcessTable,
): Generator<undefined, Kin> {
  const foreground = terminal?.foregroundGroup ?? 0;
  const kin: Kin = { threads: 0, children: [], members: [], foreground: [] };
  const pids: number[] = [];
  eachNumber('/proc', (one) => pids.push(one));
  for (const [at, one] of pids.sort((a, b) => a - b).entries()) {
    const line = readRecord(`/proc/${one}/stat`);
    const stat = line && parseStat(line);
    if (stat?.parent === pid) kin.children.push(one);
    if (uid !== undefined && processes.userOf(one) === uid)
      kin.threads += subdirectories(`/proc/${one}/task`);
    if (stat && group > 0 && stat.group === group) kin.members.push(one);
    if (stat && foreground > 0 && stat.group === foreground) kin.foreground.push(one);
    if (at % BREATH === 0) yield;
  }
  return kin;
}

/**
 * What it ignores and blocks as an unbroken line of its ancestors does; signals of the C library (32, 33) are none of anybody's. Whoever has process 1 as its parent may have been taken over from another
 * that has ended, which nobody can ask any more.
 */
function inheritedBy(
  own: NonNullable<ReturnType<typeof signalsOf>>,
  parent: number | undefined,
): ProcessDetails['inherited'] {
  const found: ProcessDetails['inherited'] = [];
  if (parent === INIT) return found;
  for (const is of ['ignored', 'blocked'] as const) {
    let left = BigInt(`0x${own[is]}`) & ~LIBRARY;
    let from = 0;
    const line = new Set<number>();
    for (let at = parent ?? 0; at > 0 && left !== 0n && !line.has(at) && line.size < LINE_MOST;) {
      line.add(at);
      const theirs = signalsOf(`/proc/${at}`);
      const shared = left & BigInt(`0x${theirs?.[is] ?? '0'}`);
      const only = left & ~shared;
      if (from > 0 && only !== 0n) found.push({ is, signals: only.toString(16), from });
      left = shared;
      from = at;
      const stat = readRecord(`/proc/${at}/stat`);
      at = (stat && parseStat(stat)?.parent) ?? 0;
    }
    if (from > 0 && left !== 0n) found.push({ is, signals: left.toString(16), from });
  }
  return found;
}

/** Where its C library begins to count, by what it has mapped: glibc keeps 32 and 33 for itself, musl 34 too. A program that was linked with one for good does not tell. */
function realTimeOf(pid: number): { realTime?: number } {
  const maps = readWhole(`/proc/${pid}/maps`);
  if (typeof maps === 'string') return {};
  if (maps.includes('/ld-musl-')) return { realTime: 35 };
  return maps.includes('/libc.so.6\n') || maps.includes('/libc-2.') ? { realTime: 34 } : {};
}

/** Limits with what the kernel tells of their use: of bytes in queues it tells none. */
function limitsOf(
  { pid, signals }: Process,
  threads: number,
  processes: ProcessTable,
): Pick<ProcessDetails, 'limits'> {
  const text = readSmall(`/proc/${pid}/limits`)?.toString('latin1');
  if (text === undefined) return {};
  const found = parseLimits(text);
  const status = processes.status(pid)?.toString('latin1');
  const locked = numberOf(status, 'VmLck');
  let files = 0;
  const counted = eachNumber(`/proc/${pid}/fd`, () => files++) === 'done';
  const uses: Partial<Record<ProcessLimit, Partial<LimitOfProcess>>> = {
    files: counted ? { use: files } : {},
    locked: locked === undefined ? {} : { use: locked * KIBI },
    signals: signals ? { use: signals.queued.count } : {},
    processes: { use: threads, atLeast: true },
  };
  return {
    limits: PROCESS_LIMITS.flatMap((limit) => {
      const own = found[limit];
      const who = limit === 'files' || limit === 'locked' ? ('process' as const) : ('user' as const);
      return own ? [{ limit, ...own, ...uses[limit], who }] : [];
    }),
  };
}

const KIBI = 1024;

/** 32 and 33. */
const LIBRARY = 0x180000000n;

/** Undefined where they may not be looked at. */
function signalfdsOf(pid: number): ProcessDetails['signalfds'] {
  const found: NonNullable<ProcessDetails['signalfds']> = [];
  const looked = eachNumber(`/proc/${pid}/fd`, (fd) => {
    if (descriptorType(`/proc/${pid}`, fd) !== 'signalfd') return;
    const mask = fieldOf(readSmall(`/proc/${pid}/fdinfo/${fd}`)?.toString('latin1'), 'sigmask');
    if (mask !== undefined && /^[0-9a-f]{1,16}$/.test(mask))
      found.push({ fd, signals: mask.replace(/^0+(?=.)/, '') });
  });
  return looked === 'done' ? found : undefined;
}
