/** sys/pidfd.h: processes held by a descriptor, and copies of their descriptors. */
import { pretends } from '../environment';
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';

/** No wrappers before glibc 2.36; one number on all architectures (scripts/syscall.tbl). */
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
/** The descriptor of one thread, Linux 6.9 (pidfd_open(2)); EINVAL before. */
const PIDFD_THREAD = 0x80;

const c = {
  syscall: lazy<[number, number, number, number], number>('long syscall(long, long, long, long)'),
};

/**
 * A descriptor that stays this process's, whoever gets its pid next (pidfd_open(2)); with `thread` that of one thread. Close-on-exec, to be
 * closed by the caller. Throws ErrnoError (ESRCH: none such; ENOENT, EINVAL: the id of a thread; ENOSYS before Linux 5.3).
 */
export function openPidfd(pid: number, thread = false): number {
  const fd = c.syscall(PIDFD_OPEN, pid, thread ? PIDFD_THREAD : 0, 0);
  if (fd < 0) throw new ErrnoError('pidfd_open', lastErrno());
  return fd;
}

/**
 * A copy of a descriptor of that process (pidfd_getfd(2)): the same open file description, so never alter its flags, never read from it, and close
 * it at once. Needs PTRACE_MODE_ATTACH. Throws ErrnoError (EPERM: not ours to ask; EBADF: it has none such; ESRCH: it has ended; ENOSYS before Linux 5.6).
 */
export function copyDescriptor(pidfd: number, fd: number): number {
  if (pretends('yama')) throw new ErrnoError('pidfd_getfd', 'EPERM');
  const copy = c.syscall(PIDFD_GETFD, pidfd, fd, 0);
  if (copy < 0) throw new ErrnoError('pidfd_getfd', lastErrno());
  return copy;
}
