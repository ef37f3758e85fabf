/** What threads sleep on in shared memory (futex(2)): told apart by the words there, and who holds it, so that an owner that died is seen. */
import { readlinkSync } from 'node:fs';
import type { Lock } from '../../protocol/kinds/posix';
import type { Sleeper } from '../census/held';
import { sharedMemoryOf } from '../proc/memory';
import { MUTEX_BYTES, parseMutex } from '../proc/mutexWords';
import { readSmall } from '../proc/read';
import { hasExited } from '../proc/threads';
import { parseSemaphore, SEMAPHORE_BYTES } from '../proc/semaphoreWords';

/** Places of one object that are told; a program may sleep on thousands. */
const MOST = 64;

/** The places, in their order. */
export function locksIn(sleepers: readonly Sleeper[]): Lock[] {
  const places = new Map<number, Sleeper[]>();
  for (const sleeper of sleepers) {
    const here = places.get(sleeper.offset);
    if (here) here.push(sleeper);
    else places.set(sleeper.offset, [sleeper]);
  }
  return [...places]
    .sort(([a], [b]) => a - b)
    .slice(0, MOST)
    .map(([offset, here]) => ({ offset, waiters: here.length, ...wordsAt(here) }));
}

function wordsAt(sleepers: readonly Sleeper[]): Pick<Lock, 'what' | 'owner'> {
  for (const { pid, address } of sleepers) {
    const mutexBytes = sharedMemoryOf(pid, address, MUTEX_BYTES);
    const mutex = mutexBytes && parseMutex(mutexBytes);
    if (mutex) return { what: 'mutex', ...(mutex.owner > 0 && { owner: ownerOf(mutex.owner, pid) }) };
    const words = sharedMemoryOf(pid, address, SEMAPHORE_BYTES);
    if (words && parseSemaphore(words)?.layout === 'glibc') return { what: 'semaphore' };
  }
  return { what: 'unknown' };
}

/** A thread by the number that stands in the mutex: it is of the pid namespace of those who use it, which must be ours. */
function ownerOf(tid: number, sleeper: number): NonNullable<Lock['owner']> {
  if (!sameNamespace(sleeper)) return { tid, now: 'unknown' };
  const status = readSmall(`/proc/${tid}/status`)?.toString('latin1');
  if (status === undefined) return { tid, now: 'gone' };
  const [pid, state] = [/^Tgid:\s*(\d+)/m.exec(status)?.[1], /^State:\s*(\w)/m.exec(status)?.[1]];
  // One that has ended and waits for its parent unlocks nothing any more.
  if (hasExited(state)) return { tid, now: 'gone' };
  return { tid, ...(pid !== undefined && { pid: Number(pid) }), now: 'lives' };
}

function sameNamespace(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/self/ns/pid');
  } catch {
    return false;
  }
}
