/** What is in a semaphore set: values, who changed them last, and how many wait (semctl(2)). */
import { type SetDetails, SMALL_SET } from '../../protocol/kinds/sysvSem';
import { ErrnoError } from '../libc/errno';
import { lastPid, readValues, waitingForIncrease, waitingForZero } from '../libc/sem';

/** What the line of /proc/sysvipc/sem does not tell. */
export interface SetInside {
  /** semctl demands read permission. */
  denied?: true;
  values?: number[];
  waitForIncrease?: number[];
  waitForZero?: number[];
  atZero?: number;
  details?: Omit<SetDetails, 'past'>;
}

/**
 * Reads it: values and waiting counts of small sets, how many are at zero of larger ones; with `closely` everything of each. `before`: what it
 * was, where nothing can have changed since but who waits: a thread that begins to wait leaves no time. Undefined: the set is gone.
 */
export function setInside(
  { id, semaphores }: { id: number; semaphores: number },
  before: SetInside | undefined,
  closely: boolean,
): SetInside | undefined {
  try {
    const small = semaphores <= SMALL_SET;
    if (!small && !closely) return before ?? { atZero: zeros(read(id, semaphores)) };
    const values = before?.details?.values ?? before?.values ?? [...read(id, semaphores)];
    const waits = {
      waitForIncrease: Array.from({ length: semaphores }, (_, number) => waitingForIncrease(id, number)),
      waitForZero: Array.from({ length: semaphores }, (_, number) => waitingForZero(id, number)),
    };
    const row = small ? { values, ...waits } : { atZero: zeros(values) };
    if (!closely) return row;
    const lastPids =
      before?.details?.lastPids ?? Array.from({ length: semaphores }, (_, number) => lastPid(id, number));
    return { ...row, details: { values, lastPids, ...waits } };
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    if (error.errno === 'EACCES') return { denied: true };
    if (error.errno === 'EINVAL' || error.errno === 'EIDRM') return undefined;
    throw error;
  }
}

/** Each process that changed a semaphore last, once. */
export function lastPidsOf(inside: SetInside | undefined): number[] {
  const pids = new Set(inside?.details?.lastPids);
  pids.delete(0);
  return [...pids];
}

/** The values; undefined where they may not be read. */
export function valuesOf(id: number, semaphores: number): number[] | undefined {
  try {
    return [...read(id, semaphores)];
  } catch {
    return undefined;
  }
}

/** Values as SETALL takes them. */
export function unpackValues(values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function read(id: number, semaphores: number): Uint16Array {
  const values = new Uint16Array(semaphores);
  readValues(id, Buffer.from(values.buffer));
  return values;
}

function zeros(values: Iterable<number>): number {
  let count = 0;
  for (const value of values) if (value === 0) count++;
  return count;
}
