/** Everything that tests tell the helper by its environment: each makes it meet what this machine is not. The one place where that is read. */

const SWITCHES = {
  /**
   * Every read that needs PTRACE_MODE_ATTACH fails with EPERM, whosever the process is, as with kernel.yama.ptrace_scope 1 and for root in a container: `syscall` and `mem` of /proc/PID, pidfd_getfd(2). What
   * PTRACE_MODE_READ gives (wchan, fd, fdinfo, maps) stays.
   */
  yama: 'IPC_INSPECTOR_PRETEND_YAMA',
  /** No sock_diag(7): sockets are read from /proc/net. */
  noSockDiag: 'IPC_INSPECTOR_PRETEND_NO_SOCK_DIAG',
  /** No openat2(2), as before Linux 5.6. */
  noOpenat2: 'IPC_INSPECTOR_PRETEND_NO_OPENAT2',
} as const;

/** Whether a test has it so. */
export function pretends(what: keyof typeof SWITCHES): boolean {
  return process.env[SWITCHES[what]] === '1';
}
