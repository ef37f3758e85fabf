/** sys/prctl.h, signal.h and unistd.h: what a process that blocks in a call needs to be woken, and to end with its parent, stopped or not. */
import { constants } from 'node:os';
import { ErrnoError, lastErrno } from './errno';
import { lazy, lazyBlocking } from './load';

const PR_SET_PDEATHSIG = 1;
const SIG_UNBLOCK = 1;
/** sizeof(sigset_t) of libc; the kernel uses the first 8 bytes. */
const SIGSET = 128;
/** gettid and tgkill have no wrapper in older C libraries (asm/unistd.h). */
const NUMBERS = process.arch === 'x64' ? { gettid: 186, tgkill: 234 } : { gettid: 178, tgkill: 131 };

const SYSCALL = 'long syscall(long, long, long, long)';
const c = {
  prctl: lazy<[number, number, number, number, number], number>('int prctl(int, long, long, long, long)'),
  syscall: lazy<[number, number, number, number], number>(SYSCALL),
  setpgid: lazy<[number, number], number>('int setpgid(int, int)'),
  siginterrupt: lazy<[number, number], number>('int siginterrupt(int, int)'),
};
const blocking = {
  syscall: lazyBlocking<[number, number, number, number]>(SYSCALL),
  // Sets the mask of the calling thread on Linux.
  sigprocmask: lazyBlocking<[number, Buffer, null]>('int sigprocmask(int, const void *, void *)'),
};

/** Has the kernel send this process a signal when its parent dies (prctl(2)). Throws ErrnoError. */
export function signalOnParentDeath(signal: NodeJS.Signals): void {
  if (c.prctl(PR_SET_PDEATHSIG, constants.signals[signal], 0, 0, 0) < 0)
    throw new ErrnoError('prctl', lastErrno());
}

/**
 * Makes a process group of its own of this process, in the same session. Once the parent is dead that group is orphaned, and a stopped member of an orphaned group gets SIGHUP and
 * SIGCONT (credentials(7), kill_orphaned_pgrp in kernel/exit.c): nothing else wakes one that is stopped. Throws ErrnoError.
 */
export function ownProcessGroup(): void {
  if (c.setpgid(0, 0) < 0) throw new ErrnoError('setpgid', lastErrno());
}

/** The thread id of the pool's thread, of which there must be one only (UV_THREADPOOL_SIZE), with `signal` let through to it. */
export async function poolThread(signal: NodeJS.Signals): Promise<number> {
  const set = Buffer.alloc(SIGSET);
  set.writeBigUInt64LE(1n << BigInt(constants.signals[signal] - 1));
  await blocking.sigprocmask(SIG_UNBLOCK, set, null);
  return (await blocking.syscall(NUMBERS.gettid, 0, 0, 0)).result;
}

/**
 * Has a signal that we handle interrupt every call (EINTR). libuv installs its handlers with SA_RESTART, with which the kernel would go on with an open, read or write
 * of a FIFO (siginterrupt(3)). After the handler was installed. Throws ErrnoError.
 */
export function interruptsCalls(signal: NodeJS.Signals): void {
  if (c.siginterrupt(constants.signals[signal], 1) < 0) throw new ErrnoError('siginterrupt', lastErrno());
}

/** Sends a signal to one thread of this process (tgkill(2)). */
export function interrupt(tid: number, signal: NodeJS.Signals): void {
  c.syscall(NUMBERS.tgkill, process.pid, tid, constants.signals[signal]);
}
