/** Processes that are held by pidfds from before a question until it is answered: whoever gets their numbers meanwhile gets no signal. */
import { IpcFailure } from '../../../protocol/errors';
import { close } from '../../libc/fd';
import { openPidfd } from '../../libc/pidfd';
import { sendSignal, sendToThread } from '../../libc/signal';
import { eachNumber } from '../../libc/directory';
import { ErrnoError } from '../../libc/errno';
import { firstNumber } from '../../numbering';
import { readSmall } from '../../proc/read';
import { parseStat, type StatRecord } from '../../proc/stat';

/** One process, or one thread of it. */
export interface Pinned {
  pid: number;
  startTime: string;
  fd: number;
  /** A thread that could not be opened by itself: the descriptor is of its process (before Linux 6.9). */
  tid?: number;
}

/** Questions that are open at once; of more the oldest is let go of. */
const MOST = 64;

export class Pins {
  private readonly held = new Map<number, readonly Pinned[]>();
  private next = firstNumber();

  /** Keeps them. Answers the number under which they are found. */
  keep(pinned: readonly Pinned[]): number {
    const number = this.next++;
    this.held.set(number, pinned);
    const [oldest] = this.held.keys();
    if (this.held.size > MOST && oldest !== undefined) this.release(oldest);
    return number;
  }

  /** Takes them out of here; to be closed by the caller. Throws `gone` (`unpinned`: another helper has opened them, or they were let go of). */
  take(number: number): readonly Pinned[] {
    const pinned = this.held.get(number);
    if (!pinned) throw new IpcFailure({ code: 'gone', detail: { why: 'unpinned' } });
    this.held.delete(number);
    return pinned;
  }

  release(number: number): void {
    closeAll(this.held.get(number) ?? []);
    this.held.delete(number);
  }

  end(): void {
    for (const number of [...this.held.keys()]) this.release(number);
  }
}

export function closeAll(pinned: readonly Pinned[]): void {
  for (const { fd } of pinned) close(fd);
}

/** What `stat` says of a process or thread now. */
export function statOf(pid: number, tid?: number): StatRecord | undefined {
  const line = readSmall(tid === undefined ? `/proc/${pid}/stat` : `/proc/${pid}/task/${tid}/stat`);
  return line && parseStat(line);
}

/** Opens a process, if it is still the one that began then. To be closed by the caller. Throws `gone`, and ErrnoError. */
export function pinProcess(pid: number, startTime: string): Pinned {
  // Pid 1 is a process like others; 0 and negative numbers mean groups, and parse as no ref.
  const fd = opened(pid);
  // The descriptor is of whoever has the number now; if that is who has the start time, and it lives, nobody has come between.
  if (statOf(pid)?.startTime === startTime && mayReach(fd) !== 'gone') return { pid, startTime, fd };
  close(fd);
  throw new IpcFailure({ code: 'gone' });
}

/** Opens one thread of it. */
export function pinThread(pid: number, startTime: string, tid: number): Pinned {
  const process = pinProcess(pid, startTime);
  try {
    if (!statOf(pid, tid)) throw new IpcFailure({ code: 'gone' });
    const fd = openPidfd(tid, true);
    // Another process may have this number as its own thread by now.
    if (statOf(pid, tid) && mayReach(fd) !== 'gone') {
      close(process.fd);
      return { pid, startTime, fd };
    }
    close(fd);
    throw new IpcFailure({ code: 'gone' });
  } catch (error) {
    if (error instanceof ErrnoError && error.errno === 'EINVAL') return { ...process, tid };
    close(process.fd);
    throw error instanceof ErrnoError && error.errno !== 'EMFILE' ? new IpcFailure({ code: 'gone' }) : error;
  }
}

/** Opens each member of a process group, the lowest pid first. Who leaves the group or ends meanwhile is left out. */
export function pinGroup(group: number): Pinned[] {
  const pinned: Pinned[] = [];
  for (const pid of membersOf(group)) {
    const startTime = statOf(pid)?.startTime;
    if (startTime === undefined) continue;
    try {
      const one = pinProcess(pid, startTime);
      if (statOf(pid)?.group === group) pinned.push(one);
      else close(one.fd);
    } catch (error) {
      if (error instanceof IpcFailure && error.failure.code === 'gone') continue;
      closeAll(pinned);
      throw error;
    }
  }
  return pinned;
}

/** The pids of a process group, the lowest first. */
function membersOf(group: number): number[] {
  const members: number[] = [];
  eachNumber('/proc', (pid) => {
    if (statOf(pid)?.group === group) members.push(pid);
  });
  return members.sort((a, b) => a - b);
}

/** Whether the kernel lets us signal it: asked with signal 0, which sends nothing. */
export function mayReach(fd: number): 'allowed' | 'refused' | 'gone' {
  try {
    sendSignal(fd, 0);
    return 'allowed';
  } catch (error) {
    return error instanceof ErrnoError && error.errno === 'EPERM' ? 'refused' : 'gone';
  }
}

/** Sends a signal to what was pinned. Throws `gone`, and ErrnoError. */
export function signalPinned({ pid, fd, tid }: Pinned, signal: number, value?: number): void {
  try {
    if (tid === undefined) sendSignal(fd, signal, value);
    else {
      // As long as its process lives its pid is nobody else's.
      sendSignal(fd, 0);
      sendToThread(pid, tid, signal, value);
    }
  } catch (error) {
    if (error instanceof ErrnoError && error.errno === 'ESRCH')
      throw new IpcFailure({ code: 'gone' }, { cause: error });
    throw error;
  }
}

function opened(pid: number): number {
  try {
    return openPidfd(pid);
  } catch (error) {
    // ENOENT, EINVAL: by now the number is a thread's.
    if (error instanceof ErrnoError && ['ESRCH', 'ENOENT', 'EINVAL'].includes(error.errno))
      throw new IpcFailure({ code: 'gone' }, { cause: error });
    throw error;
  }
}
