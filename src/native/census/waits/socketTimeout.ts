/** How long a call on a socket waits at most, which an option of the socket says (SO_RCVTIMEO, SO_SNDTIMEO; socket(7)) and no file of /proc. */
import type { Wait } from '../../../protocol/waits';
import { close } from '../../libc/fd';
import { copyDescriptor, openPidfd } from '../../libc/pidfd';
import { timeLimit } from '../../libc/socket';

/** Through a copy of the descriptor that lives for this one question. Milliseconds; null: none; undefined: it may not be asked, or is no socket. */
export function socketTimeout(tid: number, { fd, write }: { fd: number; write: boolean }): Wait['timeout'] {
  let [pidfd, copy] = [-1, -1];
  try {
    pidfd = pidfdOf(tid);
    copy = copyDescriptor(pidfd, fd);
    return timeLimit(copy, write);
  } catch {
    return undefined;
  } finally {
    for (const one of [copy, pidfd]) if (one >= 0) close(one);
  }
}

/** Of a leader the process's own, as any kernel gives it; of another thread from Linux 6.9. */
function pidfdOf(tid: number): number {
  try {
    return openPidfd(tid);
  } catch {
    return openPidfd(tid, true);
  }
}
