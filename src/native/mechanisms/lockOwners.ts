/** Who holds a lock that remembers a thread by its number alone: that number may be of another pid namespace, or another's since its owner ended. */
import type { Lock } from '../../protocol/kinds/posix';
import type { HeldFile } from '../census/held';
import { readSmall } from '../proc/read';
import { parseStat } from '../proc/stat';
import { hasExited, threadsOf } from '../proc/threads';

type Owner = NonNullable<Lock['owner']>;

/** Processes that have the memory, and threads of one in another pid namespace, that are asked for a number; with more, nobody is found. */
const PROCESSES = 256;
const THREADS = 4096;

/** What is known of those who may have the memory. */
export interface Mappers {
  file: Pick<HeldFile, 'ends'>;
  /** Threads that wait for the lock. */
  sleepers: readonly { pid: number; tid: number }[];
  /** Whether a process has mappings that may not be looked at. */
  isHidden: (pid: number) => boolean;
  /** A moment before which a thread was not, and one from which on it has slept, in milliseconds since the epoch; undefined where nobody knows. */
  beganAt: (pid: number, tid: number) => number | undefined;
  asleepSince: (pid: number, tid: number) => number | undefined;
}

/**
 * The thread of a number that stands in memory. Only a process that has that memory can have taken a lock in it, under the number that it has in its own pid namespace: `lives` is one of those.
 * `other`: a thread of that number lives, whose process does not have the memory: the owner has ended, or let go of the memory. `gone`: there is no such thread.
 * `unknown` also of one that began when those who wait were asleep already: it may have been given the number of the owner.
 */
export function ownerOf(number: number, mappers: Mappers): Owner {
  const { file, isHidden } = mappers;
  const pids = [...new Set(file.ends.filter(({ address }) => address !== undefined).map(({ pid }) => pid))];
  if (pids.length > PROCESSES) return { tid: number, now: 'unknown' };
  const found = pids.flatMap((pid) => numbered(pid, number));
  const [owner, ...others] = found;
  if (owner === 'unknown' || others.length > 0) return { tid: number, now: 'unknown' };
  if (owner)
    return beganLater(owner, mappers)
      ? { tid: number, now: 'unknown' }
      : { tid: owner.tid, pid: owner.pid, now: 'lives' };
  const holder = processOf(number);
  // Of those in other pid namespaces all were asked; so it is one of ours, or nobody's.
  if (holder === undefined) return { tid: number, now: exists(number) ? 'unknown' : 'gone' };
  return { tid: number, now: isHidden(holder) ? 'unknown' : 'other' };
}

/** Whether a thread began after the first of those who still sleep fell asleep, for whom the lock was held already. */
function beganLater(
  { pid, tid }: { pid: number; tid: number },
  { sleepers, beganAt, asleepSince }: Mappers,
): boolean {
  const began = beganAt(pid, tid);
  return (
    began !== undefined &&
    sleepers.some((sleeper) => (asleepSince(sleeper.pid, sleeper.tid) ?? began) < began)
  );
}

/** The thread of a process that has this number in the pid namespace in which it lives; nothing where it has none. */
function numbered(pid: number, number: number): ({ pid: number; tid: number } | 'unknown')[] {
  const nested = numbersOf(`/proc/${pid}`);
  if (nested === undefined) return [];
  if (nested.length === 1) {
    const stat = readSmall(`/proc/${pid}/task/${number}/stat`);
    return stat && !hasExited(parseStat(stat)?.state) ? [{ pid, tid: number }] : [];
  }
  const threads = threadsOf(pid);
  if (threads.length > THREADS) return ['unknown'];
  return threads
    .filter((tid) => numbersOf(`/proc/${pid}/task/${tid}`)?.at(-1) === number)
    .map((tid) => ({ pid, tid }));
}

/** The numbers of a thread in each pid namespace from ours inwards (proc(5), NSpid); undefined where it is gone, or has ended and waits for its parent. */
function numbersOf(folder: string): number[] | undefined {
  const status = readSmall(`${folder}/status`)?.toString('latin1');
  if (status === undefined || hasExited(/^State:\s*(\w)/m.exec(status)?.[1])) return undefined;
  return /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [NaN];
}

/** The process of a thread of ours that lives; undefined where there is none, or /proc does not show it. */
function processOf(tid: number): number | undefined {
  const status = readSmall(`/proc/${tid}/status`)?.toString('latin1');
  if (status === undefined || hasExited(/^State:\s*(\w)/m.exec(status)?.[1])) return undefined;
  return Number(/^Tgid:\s*(\d+)/m.exec(status)?.[1]);
}

/** Whether there is a thread of that number all the same, which /proc hides (hidepid). */
function exists(tid: number): boolean {
  if (readSmall(`/proc/${tid}/status`)) return false;
  try {
    process.kill(tid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
