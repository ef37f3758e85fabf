/**
 * Whether what the descriptors in a thread's call lead to now is what they led to when the call began. Another thread with the same table may have put something else under a number since (dup2(2)),
 * may have slept or ended after that, and the kernel does not tell: when the call began, it does not tell either, for a thread wakes and sleeps again within one. So that is sure only where nobody
 * else has ever run who has the table.
 */
import { subdirectories } from '../../libc/directory';
import { cpuClock } from '../../libc/time';
import { stampOf } from '../../proc/threads';
import type { RawCall } from '../../proc/syscall';
import type { Target } from './waitsOf';

/**
 * Whether a sleeping thread is, and always was, the only one of its process that ever ran. The clock of a process counts threads that have ended (kernel/sched/cputime.c, thread_group_cputime), and to the
 * nanosecond from the same figures as the first of `schedstat`. `stamp`: as `stampOf` had it before, if it is known; who has run since is not called alone.
 */
export function isAlone(pid: number, tid: number, stamp = stampOf(pid, tid)): boolean {
  if (tid !== pid || subdirectories(`/proc/${pid}/task`) !== 1) return false;
  const all = cpuClock(pid);
  const own = stamp?.split(' ', 1)[0];
  return all !== undefined && own !== undefined && all === Number(own);
}

const SLASH = 0x2f;

/** Whether it depends on the table, or on the working directory, what a call waits for. */
export function isByTable({ shape }: RawCall, target: Target): boolean {
  if (target.is === 'path')
    return target.path[0] !== SLASH || target.path.toString('latin1').startsWith('/proc/');
  return target.is === 'fds' || shape === 'lock' || shape === 'epoll';
}
