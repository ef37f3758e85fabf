/** sys/mount.h: a mount that stands in no directory, for file systems that nobody has mounted. One number each on all architectures (scripts/syscall.tbl). */
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';
import { close } from './fd';

const FSOPEN = 430;
const FSCONFIG = 431;
const FSMOUNT = 432;
const FSCONFIG_CMD_CREATE = 6;
const CLOEXEC = 1;

const c = {
  fsopen: lazy<[number, string, number], number>('long syscall(long, const char *, long)'),
  fsconfig: lazy<[number, number, number, null, null, number], number>(
    'long syscall(long, long, long, void *, void *, long)',
  ),
  fsmount: lazy<[number, number, number, number], number>('long syscall(long, long, long, long)'),
};

/**
 * The queues of our own ipc namespace as a directory (mq_overview(7)), by fsopen(2), fsconfig(2) and fsmount(2): a descriptor, with which the mount goes when it is closed.
 * Throws ErrnoError (EPERM: needs CAP_SYS_ADMIN; ENODEV: this kernel has no queues; ENOSYS before Linux 5.2).
 */
export function mountQueues(): number {
  const context = c.fsopen(FSOPEN, 'mqueue', CLOEXEC);
  if (context < 0) throw new ErrnoError('fsopen', lastErrno());
  try {
    if (c.fsconfig(FSCONFIG, context, FSCONFIG_CMD_CREATE, null, null, 0) < 0)
      throw new ErrnoError('fsconfig', lastErrno());
    const mount = c.fsmount(FSMOUNT, context, CLOEXEC, 0);
    if (mount < 0) throw new ErrnoError('fsmount', lastErrno());
    return mount;
  } finally {
    close(context);
  }
}
