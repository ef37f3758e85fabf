/** signal.h: signals to processes and threads that are held by a descriptor, so that whoever gets their numbers next gets nothing. */
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';

/** One number on all architectures (scripts/syscall.tbl). */
const PIDFD_SEND_SIGNAL = 424;
/** rt_tgsigqueueinfo(2), asm/unistd.h. */
const RT_TGSIGQUEUEINFO = process.arch === 'x64' ? 297 : 240;
/** si_code of sigqueue(3), of kill(2) and of tgkill(2). */
const SI_QUEUE = -1;
const SI_TKILL = -6;
/** sizeof(siginfo_t), and where its members stand (asm-generic/siginfo.h, with pointers of 64 bits). */
const SIGINFO = 128;
const AT = { signo: 0, code: 8, pid: 16, uid: 20, value: 24 } as const;

const c = {
  send: lazy<[number, number, number, Buffer | null, number], number>(
    'long syscall(long, long, long, const void *, long)',
  ),
  queue: lazy<[number, number, number, number, Buffer], number>(
    'long syscall(long, long, long, long, const void *)',
  ),
};

/**
 * Sends a signal to what a pidfd stands for: a process, or one thread (pidfd_send_signal(2)). `value`: sival_int of sigqueue(3). Signal 0 sends nothing and asks whether we may. Throws ErrnoError (EPERM: not ours to
 * signal; ESRCH: it has ended; EAGAIN: too many signals are queued).
 */
export function sendSignal(pidfd: number, signal: number, value?: number): void {
  const info = value === undefined ? null : infoOf(signal, SI_QUEUE, value);
  if (c.send(PIDFD_SEND_SIGNAL, pidfd, signal, info, 0) < 0)
    throw new ErrnoError('pidfd_send_signal', lastErrno());
}

/**
 * The same to one thread by its numbers, for kernels before 6.9, which have no descriptor of a thread. Throws ErrnoError.
 */
export function sendToThread(pid: number, tid: number, signal: number, value?: number): void {
  const info = infoOf(signal, value === undefined ? SI_TKILL : SI_QUEUE, value ?? 0);
  if (c.queue(RT_TGSIGQUEUEINFO, pid, tid, signal, info) < 0)
    throw new ErrnoError('pidfd_send_signal', lastErrno());
}

function infoOf(signal: number, code: number, value: number): Buffer {
  const info = Buffer.alloc(SIGINFO);
  info.writeInt32LE(signal, AT.signo);
  info.writeInt32LE(code, AT.code);
  info.writeInt32LE(process.pid, AT.pid);
  info.writeUInt32LE(process.getuid?.() ?? 0, AT.uid);
  info.writeBigInt64LE(BigInt(value), AT.value);
  return info;
}
