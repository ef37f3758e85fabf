/** System calls in which threads wait (syscalls(2)): their numbers, and which argument names what they wait on. */

/**
 * `sysv`: A0 is an id. `read`, `write`: A0 is a descriptor. `poll`: A0 points to A1 struct pollfd. `select`: A1, A2 and A3 point to sets of A0
 * descriptors. `epoll`: A0 is an epoll descriptor. `openat`, `open`: a path. `splice`, `tee`, `sendfile`: from one descriptor to another, and it may
 * wait for either (splice: A0 to A2; tee: A0 to A1; sendfile: A1 to A0). `lock`: A0 is a descriptor of a file. `child`: A0 or A1 names a process.
 * `futex`: A0 is an address. `futexes`: A0 points to A1 struct futex_waitv. `other`: nothing that is an object of ours.
 */
export type Shape =
  | 'sysv'
  | 'read'
  | 'write'
  | 'poll'
  | 'select'
  | 'epoll'
  | 'openat'
  | 'open'
  | 'splice'
  | 'tee'
  | 'sendfile'
  | 'lock'
  | 'child'
  | 'futex'
  | 'futexes'
  | 'other';

/**
 * Name, number on x86_64 (asm/unistd_64.h), number on aarch64 (asm-generic/unistd.h; -1: it has none), shape. vfork(2) waits until the child has run exec,
 * which may have to open a FIFO before (posix_spawn_file_actions_addopen(3)).
 */
const TABLE: readonly [name: string, x64: number, arm64: number, shape: Shape][] = [
  ['msgrcv', 70, 188, 'sysv'],
  ['msgsnd', 69, 189, 'sysv'],
  ['semop', 65, 193, 'sysv'],
  ['semtimedop', 220, 192, 'sysv'],
  ['read', 0, 63, 'read'],
  ['readv', 19, 65, 'read'],
  ['write', 1, 64, 'write'],
  ['writev', 20, 66, 'write'],
  ['poll', 7, -1, 'poll'],
  ['ppoll', 271, 73, 'poll'],
  ['select', 23, -1, 'select'],
  ['pselect6', 270, 72, 'select'],
  ['epoll_wait', 232, -1, 'epoll'],
  ['epoll_pwait', 281, 22, 'epoll'],
  ['epoll_pwait2', 441, 441, 'epoll'],
  ['open', 2, -1, 'open'],
  ['creat', 85, -1, 'open'],
  ['openat', 257, 56, 'openat'],
  ['openat2', 437, 437, 'openat'],
  ['splice', 275, 76, 'splice'],
  ['tee', 276, 77, 'tee'],
  ['sendfile', 40, 71, 'sendfile'],
  ['vmsplice', 278, 75, 'write'],
  ['preadv2', 327, 286, 'read'],
  ['pwritev2', 328, 287, 'write'],
  ['accept', 43, 202, 'read'],
  ['accept4', 288, 242, 'read'],
  ['connect', 42, 203, 'write'],
  ['recvfrom', 45, 207, 'read'],
  ['recvmsg', 47, 212, 'read'],
  ['recvmmsg', 299, 243, 'read'],
  ['sendto', 44, 206, 'write'],
  ['sendmsg', 46, 211, 'write'],
  ['sendmmsg', 307, 269, 'write'],
  ['mq_timedreceive', 243, 183, 'read'],
  ['mq_timedsend', 242, 182, 'write'],
  ['flock', 73, 32, 'lock'],
  ['fcntl', 72, 25, 'lock'],
  ['futex', 202, 98, 'futex'],
  ['futex_waitv', 449, 449, 'futexes'],
  ['futex_wait', 455, 455, 'futex'],
  ['wait4', 61, 260, 'child'],
  ['waitpid', -1, -1, 'child'],
  ['waitid', 247, 95, 'child'],
  ['vfork', 58, -1, 'other'],
  ['clone', 56, 220, 'other'],
  ['clone3', 435, 435, 'other'],
  ['nanosleep', 35, 101, 'other'],
  ['clock_nanosleep', 230, 115, 'other'],
  ['pause', 34, -1, 'other'],
  ['rt_sigsuspend', 130, 133, 'other'],
  ['rt_sigtimedwait', 128, 137, 'other'],
  ['io_uring_enter', 426, 426, 'other'],
  ['io_getevents', 208, 4, 'other'],
  ['io_pgetevents', 333, 292, 'other'],
  ['open_by_handle_at', 304, 265, 'other'],
  ['restart_syscall', 219, 128, 'other'],
];

/** A call of the table. */
export interface CallShape {
  name: string;
  shape: Shape;
}

/** The calls of an architecture (as `process.arch` names it) by their numbers. */
export function callsOf(architecture: string): ReadonlyMap<number, CallShape> {
  return new Map(
    TABLE.map(
      ([name, x64, arm64, shape]) => [architecture === 'x64' ? x64 : arm64, { name, shape }] as const,
    ),
  );
}

/** Which argument of a call names what it waits on, whatever its number is. */
export function shapeOf(name: string): Shape {
  return TABLE.find(([one]) => one === name)?.[3] ?? 'other';
}

/** Where a thread sleeps that waits for a partner in opening a FIFO (fs/pipe.c). */
const IN_OPENING = /^wait_for_partner|^fifo_open/;

/** Where a parent waits for its child (kernel/fork.c); before 5.10 the function was called so. */
export const VFORKING = /vfork|^kernel_clone|^_do_fork|^__do_sys_clone/;

/** What /proc/PID/wchan says of a thread in a call, where the kernel does not tell the call itself. Names vary by kernel. */
const WCHAN: readonly [pattern: RegExp, name: string, shape: Shape][] = [
  [/^do_msgrcv/, 'msgrcv', 'sysv'],
  [/^do_msgsnd/, 'msgsnd', 'sysv'],
  [/do_semtimedop/, 'semop', 'sysv'],
  [/pipe_read|^pipe_wait_readable/, 'read', 'read'],
  [/pipe_write|^pipe_wait_writable/, 'write', 'write'],
  [/^wait_for_partner|^fifo_open/, 'open', 'open'],
  [/^poll_schedule_timeout|^do_poll|^do_sys_poll/, 'poll', 'poll'],
  [/^do_select/, 'select', 'select'],
  [/^do_epoll_wait|^ep_poll/, 'epoll_wait', 'epoll'],
  [/^futex_wait_multiple|^do_futex_waitv/, 'futex_waitv', 'other'],
  [/^futex_|^do_futex/, 'futex', 'other'],
  [VFORKING, 'vfork', 'other'],
  [/^do_wait(?!_intr)|^kernel_wait/, 'wait4', 'other'],
  [/nanosleep/, 'nanosleep', 'other'],
  [/^locks_lock|^fcntl_setlk|^flock_lock/, 'flock', 'other'],
  [/^do_sigtimedwait/, 'rt_sigtimedwait', 'other'],
  [/^sigsuspend/, 'rt_sigsuspend', 'other'],
  [/^(?:__do_|__x64_|__se_|__arm64_)?sys_pause/, 'pause', 'other'],
  [/^seccomp_do_user_notification/, 'seccomp', 'other'],
  [/^signalfd_|^timerfd_|^eventfd_read|^inotify_read|^n_tty_read/, 'read', 'other'],
  [/^eventfd_write/, 'write', 'other'],
  // Both ways: eventfd and timerfd; most protocols, terminals and inotify.
  [/^do_wait_intr_irq|^wait_woken/, 'wait', 'other'],
  [/^unix_stream_read|skb_wait_for_more_packets|^sk_wait_data/, 'recv', 'read'],
  [/^unix_wait_for_peer|^inet_stream_connect/, 'connect', 'write'],
  [/sock_alloc_send_pskb|sk_stream_wait_memory/, 'send', 'write'],
  [/^inet_csk_accept/, 'accept', 'read'],
  [/^wq_sleep/, 'mq', 'read'],
  [IN_OPENING, 'open', 'open'],
];

/** The call that a wchan stands for; undefined where it says nothing. */
export function callOfWchan(wchan: string): CallShape | undefined {
  const found = WCHAN.find(([pattern]) => pattern.test(wchan));
  return found && { name: found[1], shape: found[2] };
}

/** Whether a thread that sleeps there waits for a partner who opens a FIFO too. Whoever opens something else may wait for a server that never answers. */
export function sleepsInOpening(wchan: string): boolean {
  return IN_OPENING.test(wchan);
}

/** Which end of a pipe a thread waits for that sleeps there. */
export function pipeEndOf(wchan: string): 'read' | 'write' | undefined {
  if (/pipe_(read|wait_readable)|^ipipe_prep/.test(wchan)) return 'read';
  return /pipe_(write|wait_writable)|^opipe_prep|^wait_for_space/.test(wchan) ? 'write' : undefined;
}

/** In what a thread can sleep. */
export type SleepsIn = 'pipe' | 'socket' | 'other';

/**
 * In what a thread sleeps. After dup2 over it a descriptor of a sleeping read names another object. `other` may be a socket of a kind that we do not
 * know. Undefined where the kernel does not say where it sleeps.
 */
export function asleepIn(wchan: string): SleepsIn | undefined {
  if (wchan === '' || wchan === '0') return undefined;
  if (pipeEndOf(wchan) !== undefined || sleepsInOpening(wchan)) return 'pipe';
  return IN_SOCKET.test(wchan) ? 'socket' : 'other';
}

/** Functions of net/core, net/unix and net/ipv4; `wait_woken` is what most protocols sleep by. */
const IN_SOCKET = /skb_|^_*(?:unix|sk|sock|lock_sock|inet6?|tcp|udp)_|^wait_woken/;

/** Whether a thread sleeps there until a supervisor lets its call through (kernel/seccomp.c). */
export function sleepsUnderSupervision(wchan: string): boolean {
  return wchan.startsWith('seccomp_do_user_notification');
}

/** Whether a thread that sleeps (S or D) does so there since a freezer holds it (kernel/freezer.c; do_freezer_trap of kernel/signal.c, which compilers draw into get_signal; cgroups(7)). */
export function isFrozen(wchan: string): boolean {
  return /^do_freezer_trap|^get_signal|refrigerator/.test(wchan);
}

/** Whether a thread in a call is held up there by a signal, a debugger or a freezer (kernel/signal.c, kernel/freezer.c). */
export function isStopped(wchan: string): boolean {
  return /^do_signal_stop|^ptrace_|^do_jobctl_trap|^get_signal|^do_freezer_trap|refrigerator/.test(wchan);
}
