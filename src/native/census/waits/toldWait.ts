/** A sleeping thread's wait as it is told: with its object it stands among the endpoints of that, and in the threads of its process. */
import type { Direction, Wait } from '../../../protocol/waits';
import type { SleepingThread } from './threads';

/** The wait of a thread. `certain`: also that it is on the object meant. */
export function toldWait(
  { tid, call, on, timeout, by, certain: told }: SleepingThread,
  certain = told,
): Wait {
  return { tid, call, on, certain, ...(by && { by }), ...(timeout !== undefined && { timeout }) };
}

/** The wait of a thread whose call is hidden, on a descriptor. `only`: no other that its process has can be meant. */
export function guessedWait(
  thread: SleepingThread,
  {
    fd,
    only,
    direction = thread.on.is === 'unknown' ? thread.on.direction : undefined,
  }: { fd: number; only: boolean; direction?: Direction | undefined },
): Wait {
  const { tid, call, on } = thread;
  if (!only || direction === undefined) return { tid, call, on, certain: false };
  return {
    ...{ tid, call, on: { is: 'descriptors', of: [{ fd, direction }] }, certain: false },
    by: 'elimination',
  };
}
