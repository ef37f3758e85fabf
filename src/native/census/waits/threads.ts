/** In which call each sleeping thread of every process is, and what it waits for. */
import { isDeepStrictEqual } from 'node:util';
import { callOf, sleepsInSysv, wchanOf, whyDenied } from '../../proc/syscall';
import { callOfWchan, type CallShape, isStopped, type Shape, sleepsUnderSupervision } from '../../proc/calls';
import { ForeseenMemory, type Range, withMemory } from '../../proc/processMemory';
import { readRecord } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import { hasExited, ipcNamespaceOf, stampOf, threadsOf } from '../../proc/threads';
import { noteTarget, sameCall, sleeps } from './asleep';
import { isAlone, isByTable } from './sameTable';
import { Sharing } from '../processes/sharing';
import { type Ahead, Clocked } from '../processes/clocked';
import type { Clocks } from '../processes/clocks';
import { kept, survey } from '../look';
import { DescriptorTypes, eliminated } from './elimination';
import type { OpenedFifo } from '../streams/openers';
import type { WaitOn, Wait } from '../../../protocol/waits';
import { otherOf, rangesOf, sameTarget, type Target, tell, type CallTarget } from './waitsOf';

/** A thread that sleeps in a call. */
export interface SleepingThread {
  tid: number;
  call: string;
  shape: Shape;
  /** What it waits for, without refs. */
  on: WaitOn;
  timeout?: Wait['timeout'];
  /** As the contract has it. */
  by?: Wait['by'];
  /**
   * False: the kernel does not tell the call, only where the thread sleeps, so its arguments and target are not known; or not what an epoll watches; or another thread may have put something else under the
   * numbers that it names.
   */
  certain: boolean;
  target: Target;
  /** Whether the target depends on the table of descriptors or on the working directory. */
  byTable?: true;
  /** As `Noted` has them. */
  opens?: OpenedFifo | 'none';
  stamp?: string;
}

/** What was read of one process. */
export interface ProcessThreads {
  /** The kernel did not tell in which call its threads are: another user's, or our own, kept from us by Yama. */
  denied: false | 'denied' | 'yama';
  sleeping: readonly SleepingThread[];
}

const NONE: ProcessThreads = { denied: false, sleeping: [] };
const UNTOLD_CALLS = {
  denied: { denied: 'denied', sleeping: [] },
  yama: { denied: 'yama', sleeping: [] },
} as const satisfies Record<string, ProcessThreads>;

/** Kept from one census to the next. */
export class ThreadTable {
  private readonly processes: Clocked<ProcessThreads>;

  private readonly calls = new CallsAhead((pid) => this.processes.last(pid));
  /** Processes that share a table of descriptors (CLONE_FILES without CLONE_THREAD): what one does, all have done. Those that may not be compared hardly ever do. */
  private readonly tables = new Sharing('files', false);

  /** Waits on System V objects only of one ipc namespace. */
  constructor(ipcNamespace: string) {
    const { calls } = this;
    this.processes = new Clocked(
      (pid, before) => readThreads(ipcNamespace, pid, before, calls),
      this.tables,
      undefined,
      calls,
    );
  }

  /** The sleeping threads of every process. Yields often. */
  *walk(now: Clocks): Generator<undefined, ReadonlyMap<number, ProcessThreads>> {
    const all = yield* this.processes.walk(now);
    // Only now is it known of each with whom it shares.
    for (const pid of this.processes.fresh) {
      const partners = [...this.tables.partners(pid)];
      if (partners.length === 0) continue;
      // They need not have run: the newest of them may have come by a thread of a third.
      for (const one of [pid, ...partners]) this.doubt(one);
    }
    return all;
  }

  /** Another object where anything is told otherwise now: who joins it with something else goes by that. */
  private doubt(pid: number): void {
    const known = this.processes.last(pid);
    if (!known?.sleeping.some(({ byTable, certain }) => byTable && certain)) return;
    const sleeping = known.sleeping.map((one) => (one.byTable ? { ...one, certain: false } : one));
    this.processes.put(pid, { ...known, sleeping });
  }

  /** Takes nothing for unchanged in the next walk. */
  forget(): void {
    this.processes.forget();
  }
}

/** Their table. */
const threadTable = kept(({ ipcNamespace }) => new ThreadTable(ipcNamespace));

/** In which call each sleeping thread is. */
export const threads = survey((look) => look.kept(threadTable).walk(look.clocks));

/** The calls of threads, and the memory that they name, of some processes at once: what the memory holds another process must be asked for. */
class CallsAhead implements Ahead {
  private pids: readonly number[] = [];
  private at = 0;
  private early = new Map<number, ReadonlyMap<number, Early>>();
  /** What they name. */
  memory = new ForeseenMemory([]);

  constructor(private readonly last: (pid: number) => ProcessThreads | undefined) {}

  begin(pids: readonly number[]): void {
    this.pids = pids;
    this.at = 0;
    this.early = new Map();
  }

  /** Those of one process, by their threads; of threads that sleep as they did there are none. Processes are asked for in the order of `begin`. */
  take(pid: number): ReadonlyMap<number, Early> {
    if (!this.early.has(pid)) this.readSome(pid);
    return this.early.get(pid) ?? new Map<number, Early>();
  }

  private readSome(first: number): void {
    const from = this.pids.indexOf(first, this.at);
    const some = from < 0 ? [first] : this.pids.slice(from, from + TOGETHER);
    if (from >= 0) this.at = from + some.length;
    const ranges: (Range & { task: number })[] = [];
    this.early = new Map(some.map((pid) => [pid, this.callsOf(pid, ranges)]));
    this.memory = new ForeseenMemory(ranges);
  }

  private callsOf(pid: number, ranges: (Range & { task: number })[]): Map<number, Early> {
    const calls = new Map<number, Early>();
    const before = this.last(pid)?.sleeping;
    for (const tid of threadsOf(pid)) {
      const old = before?.find((one) => one.tid === tid);
      if (old?.stamp !== undefined && sleeps(pid, tid, old.stamp)) continue;
      // Before the call: what is read of it holds for as long as the thread does not run.
      const stamp = stampOf(pid, tid);
      const call = callOf(pid, tid);
      calls.set(tid, { call, stamp });
      if (typeof call === 'object') for (const range of rangesOf(call)) ranges.push({ task: tid, ...range });
      if (calls.size >= MOST_THREADS) break;
    }
    return calls;
  }
}

type Call = ReturnType<typeof callOf>;

/** A call that was read ahead. `stamp`: as `stampOf` had it before. */
interface Early {
  call: Call;
  stamp: string | undefined;
}

/**
 * The call of a thread at this moment: a walk may have paused since it was read ahead. What was read of one that has run since is thrown away. `stamp`: of before the call was read, where it has not run
 * since.
 */
function callNow(
  pid: number,
  tid: number,
  early: Early | undefined,
  memory: ForeseenMemory,
): { call: Call; stamp?: string } {
  if (!early) return { call: callOf(pid, tid) };
  const { call, stamp } = early;
  if (typeof call !== 'object') return { call };
  if (stamp !== undefined && sleeps(pid, tid, stamp)) return { call, stamp };
  const now = callOf(pid, tid);
  if (stamp !== undefined || typeof now !== 'object' || !sameCall(call, now)) memory.forget(tid);
  return { call: now };
}

/** Processes of which the calls are read together, and threads of one. */
const TOGETHER = 16;
const MOST_THREADS = 256;

function* readThreads(
  ipcNamespace: string,
  pid: number,
  before: ProcessThreads | undefined,
  ahead: CallsAhead,
): Generator<undefined, ProcessThreads> {
  const [calls, memory] = [ahead.take(pid), ahead.memory];
  const sleeping: SleepingThread[] = [];
  let denied: ProcessThreads['denied'] = false;
  const types = new DescriptorTypes();
  let breath = 0;
  for (const tid of threadsOf(pid)) {
    if (++breath % BREATH === 0) yield;
    const old = before?.sleeping.find((one) => one.tid === tid);
    if (old?.stamp !== undefined && sleeps(pid, tid, old.stamp)) {
      sleeping.push(old);
      continue;
    }
    const { call, stamp } = callNow(pid, tid, calls.get(tid), memory);
    const wchan = wchanOf(pid, tid);
    if (isSupervised(call, wchan)) {
      sleeping.push({ tid, ...SUPERVISED });
      continue;
    }
    if (call === undefined) continue;
    const known = typeof call === 'object' ? call : callOfWchan(wchan);
    if (call === 'denied') {
      // A kernel thread waits on none of ours, and a thread that has ended on nothing at all.
      const stat = statOf(pid, tid);
      if (stat?.kernelThread) return NONE;
      if (!stat || hasExited(stat.state)) continue;
      denied ||= whyDenied(pid);
    }
    if (!known) continue;
    // A stopped thread still shows its call: it is stopped, not waiting.
    if (!isAsleep(pid, tid, wchan)) continue;
    // Ids start over in each namespace, and the memory of who is not of ours is none of our business.
    if (known.shape === 'sysv' && !waitsHere(ipcNamespace, pid, tid, wchan)) continue;
    // By the thread: it may have a table of descriptors of its own, and a leader that has exited has no memory.
    const told: CallTarget & Pick<Wait, 'by'> =
      typeof call === 'object'
        ? withMemory(memory, () => tell(tid, call, wchan))
        : (eliminated(pid, tid, wchan, types) ?? guessed(known));
    const note =
      typeof call === 'object' ? noteTarget(pid, tid, call, told.target, stamp) : { target: told.target };
    const byTable = typeof call === 'object' && isByTable(call, note.target);
    sleeping.push({
      tid,
      call: known.name,
      shape: known.shape,
      on: told.on,
      ...(told.timeout !== undefined && { timeout: told.timeout }),
      ...(told.by && { by: told.by }),
      certain: typeof call === 'object' && !told.doubtful && (!byTable || isAlone(pid, tid, note.stamp)),
      ...(byTable && { byTable }),
      ...note,
    });
  }
  if (sleeping.length === 0) return denied ? UNTOLD_CALLS[denied] : NONE;
  return before && same(before, denied, sleeping) ? before : { denied, sleeping };
}

/** Whether all of them wait as they did, so that nobody need be told. */
function same(
  before: ProcessThreads,
  denied: ProcessThreads['denied'],
  sleeping: readonly SleepingThread[],
): boolean {
  return (
    before.denied === denied &&
    before.sleeping.length === sleeping.length &&
    before.sleeping.every((old, at) => old === sleeping[at] || sleepsAs(old, sleeping[at]))
  );
}

function sleepsAs(old: SleepingThread, now: SleepingThread | undefined): boolean {
  if (!now) return false;
  const { target: meant, ...before } = old;
  const { target, ...after } = now;
  return sameTarget(meant, target) && isDeepStrictEqual(before, after);
}

/** In whatever call it is: it is held up on its way into it, until a supervisor has answered (seccomp_unotify(2)). */
const SUPERVISED = {
  ...{ call: 'seccomp', shape: 'other', on: { is: 'unknown' }, certain: true, target: { is: 'none' } },
} as const satisfies Omit<SleepingThread, 'tid'>;

function isSupervised(call: Call, wchan: string): boolean {
  // Of a program of 32 bits, or of hidden calls, it is the guess.
  if (call === 'denied' || call === 'foreign') return false;
  return sleepsUnderSupervision(wchan);
}

/** Threads between two places where a walk may pause. */
const BREATH = 32;

function waitsHere(ipcNamespace: string, pid: number, tid: number, wchan: string): boolean {
  return ipcNamespaceOf(pid, tid) === ipcNamespace && sleepsInSysv(wchan) !== false;
}

/** A call of which only the name is known. */
function guessed({ name, shape }: CallShape): CallTarget {
  const on: WaitOn =
    shape === 'read' || shape === 'write' ? { is: 'unknown', direction: shape } : otherOf(name);
  // What stands for all calls on queues of messages says nothing of the way.
  return { on: name === 'mq' ? { is: 'unknown' } : on, target: { is: 'none' } };
}

function isAsleep(pid: number, tid: number, wchan: string): boolean {
  // Where the kernel says in what a thread sleeps, it says also that it is stopped: no need to read its state.
  if (wchan !== '' && wchan !== '0') return !isStopped(wchan);
  const state = statOf(pid, tid)?.state;
  return state === 'S' || state === 'D';
}

function statOf(pid: number, tid: number) {
  const stat = readRecord(`/proc/${pid}/task/${tid}/stat`);
  return stat && parseStat(stat);
}
