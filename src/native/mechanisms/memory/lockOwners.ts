/** Who holds a lock that remembers a thread by its number alone: that number may be of another pid namespace, or another's since its owner ended. */
import type { Lock } from '../../../protocol/kinds/posix';
import type { HeldFile } from '../../census/memory/held';
import { readRecord } from '../../proc/read';
import { hasExited, threadsOf } from '../../proc/threads';
import { fieldOf, numberOf } from '../../proc/fields';

type Owner = NonNullable<Lock['owner']>;

/** Processes that have the memory, and threads of those in other pid namespaces, that are asked for a number; with more, nobody is found. */
const PROCESSES = 256;
const THREADS = 4096;
/** Threads asked between two places where the look may pause. */
const BREATH = 32;

/** What is known of those who may have the memory. */
export interface Mappers {
  file: Pick<HeldFile, 'ends'>;
  /** Whether a process has mappings that may not be looked at. */
  isHidden: (pid: number) => boolean;
  /** A moment before which a thread was not, and one from which on it has slept, in milliseconds since the epoch; undefined where nobody knows. */
  beganAt: (pid: number, tid: number) => number | undefined;
  asleepSince: (pid: number, tid: number) => number | undefined;
}

interface Thread {
  pid: number;
  tid: number;
}

/** Who can have taken a lock in the memory. */
interface Takers {
  /** Processes of our pid namespace. */
  ours: ReadonlySet<number>;
  /** Threads in others, by their numbers there. */
  nested: ReadonlyMap<number, readonly Thread[]>;
}

/** Finds the owners of the locks in one memory, each process being asked for its numbers once. Not to be kept: numbers change hands. */
export class Owners {
  private takers: Takers | 'many' | undefined;

  constructor(private readonly mappers: Mappers) {}

  /**
   * The thread of a number that stands in memory. Only a process that has that memory can have taken a lock in it, under the number that it has in its own pid namespace: `lives` is one of those.
   * `other`: a thread of that number lives, whose process does not have the memory: the owner has ended, or let go of the memory. `gone`: there is no such thread.
   * `unknown` also of one that began when those who wait (`sleepers`) were asleep already: it may have been given the number of the owner. Yields often.
   */
  *of(number: number, sleepers: readonly Thread[]): Generator<undefined, Owner> {
    const takers = (this.takers ??= yield* takersOf(this.mappers));
    if (takers === 'many') return { tid: number, now: 'unknown' };
    const holder = processOf(number);
    const [owner, ...others] = [
      ...(holder !== undefined && takers.ours.has(holder) ? [{ pid: holder, tid: number }] : []),
      ...(takers.nested.get(number) ?? []).filter((one) => lives(one, number)),
    ];
    if (others.length > 0) return { tid: number, now: 'unknown' };
    if (owner)
      return (yield* beganLater(owner, sleepers, this.mappers))
        ? { tid: number, now: 'unknown' }
        : { tid: owner.tid, pid: owner.pid, now: 'lives' };
    // Of those in other pid namespaces all were asked; so it is one of ours, or nobody's.
    if (holder === undefined) return { tid: number, now: exists(number) ? 'unknown' : 'gone' };
    return { tid: number, now: this.mappers.isHidden(holder) ? 'unknown' : 'other' };
  }
}

/** Whether a thread began after the first of those who still sleep fell asleep, for whom the lock was held already. */
function* beganLater(
  { pid, tid }: Thread,
  sleepers: readonly Thread[],
  { beganAt, asleepSince }: Mappers,
): Generator<undefined, boolean> {
  const began = beganAt(pid, tid);
  if (began === undefined) return false;
  for (const [at, sleeper] of sleepers.entries()) {
    if (at % BREATH === BREATH - 1) yield;
    if ((asleepSince(sleeper.pid, sleeper.tid) ?? began) < began) return true;
  }
  return false;
}

function* takersOf({ file }: Mappers): Generator<undefined, Takers | 'many'> {
  const pids = new Set(file.ends.filter(({ address }) => address !== undefined).map(({ pid }) => pid));
  if (pids.size > PROCESSES) return 'many';
  const ours = new Set<number>();
  const nested = new Map<number, Thread[]>();
  let asked = 0;
  for (const pid of pids) {
    if (++asked % BREATH === 0) yield;
    const numbers = numbersOf(`/proc/${pid}`);
    if (numbers?.length === 1) ours.add(pid);
    if (numbers === undefined || numbers.length === 1) continue;
    for (const tid of threadsOf(pid)) {
      if (++asked % BREATH === 0) yield;
      if (asked > THREADS) return 'many';
      const number = numbersOf(`/proc/${pid}/task/${tid}`)?.at(-1);
      if (number === undefined) continue;
      const before = nested.get(number);
      if (before) before.push({ pid, tid });
      else nested.set(number, [{ pid, tid }]);
    }
  }
  return { ours, nested };
}

/** Whether a thread still has this number in its own pid namespace. */
function lives({ pid, tid }: Thread, number: number): boolean {
  return numbersOf(`/proc/${pid}/task/${tid}`)?.at(-1) === number;
}

/** The numbers of a thread in each pid namespace from ours inwards (proc(5), NSpid); undefined where it is gone, or has ended and waits for its parent. */
function numbersOf(folder: string): number[] | undefined {
  const status = readRecord(`${folder}/status`)?.toString('latin1');
  if (status === undefined || hasExited(fieldOf(status, 'State')?.[0])) return undefined;
  return fieldOf(status, 'NSpid')?.split(/\s+/).map(Number) ?? [NaN];
}

/** The process of a thread of ours that lives; undefined where there is none, or /proc does not show it. */
function processOf(tid: number): number | undefined {
  const status = readRecord(`/proc/${tid}/status`)?.toString('latin1');
  if (status === undefined || hasExited(fieldOf(status, 'State')?.[0])) return undefined;
  return numberOf(status, 'Tgid');
}

/** Whether there is a thread of that number all the same, which /proc hides (hidepid). */
function exists(tid: number): boolean {
  if (readRecord(`/proc/${tid}/status`)) return false;
  try {
    process.kill(tid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
