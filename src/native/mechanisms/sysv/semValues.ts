/** What is in a semaphore set: values, who changed them last, and how many wait (semctl(2)). */
import { type SetDetails, SMALL_SET } from '../../../protocol/kinds/sysvSem';
import { ErrnoError } from '../../libc/errno';
import { statusOf } from '../../libc/ipc';
import { lastPid, readValues, setAt, waitingForIncrease, waitingForZero } from '../../libc/sem';

/** What the line of /proc/sysvipc/sem does not tell. */
export interface SetInside {
  /** semctl demands read permission. */
  denied?: true;
  values?: number[];
  waitForIncrease?: number[];
  waitForZero?: number[];
  atZero?: number;
  details?: Omit<SetDetails, 'past'>;
  /** With details: when anything changed last, in seconds since the epoch, read after the pids. */
  newestAt?: number;
}

/**
 * As a row shows it: values and waiting counts of small sets, how many are at zero of larger ones. `before`: what it was, where nothing can have
 * changed since but who waits: a thread that begins to wait leaves no time. Undefined: the set is gone.
 */
export function rowOf(
  { id, semaphores }: { id: number; semaphores: number },
  before: SetInside | undefined,
): SetInside | undefined {
  return unlessGone(() => {
    if (semaphores > SMALL_SET) return before ?? { atZero: zeros(read(id, semaphores)) };
    const values = before?.values ?? [...read(id, semaphores)];
    const waitForIncrease: number[] = [];
    const waitForZero: number[] = [];
    for (let number = 0; number < semaphores; number++) {
      waitForIncrease.push(waitingForIncrease(id, number));
      waitForZero.push(waitingForZero(id, number));
    }
    const same =
      before?.values === values &&
      isSame(before.waitForIncrease, waitForIncrease) &&
      isSame(before.waitForZero, waitForZero);
    return same ? before : { values, waitForIncrease, waitForZero };
  });
}

function isSame(before: readonly number[] | undefined, now: readonly number[]): boolean {
  return before?.length === now.length && before.every((number, at) => number === now[at]);
}

/** The same with everything of each semaphore. */
export function* setInside(
  { id, semaphores }: { id: number; semaphores: number },
  before: SetInside | undefined,
): Generator<undefined, SetInside | undefined> {
  try {
    const values = before?.details?.values ?? before?.values ?? [...read(id, semaphores)];
    const waits = {
      waitForIncrease: yield* each(semaphores, (number) => waitingForIncrease(id, number)),
      waitForZero: yield* each(semaphores, (number) => waitingForZero(id, number)),
    };
    const row = semaphores <= SMALL_SET ? { values, ...waits } : { atZero: zeros(values) };
    const lastPids = before?.details?.lastPids ?? (yield* each(semaphores, (number) => lastPid(id, number)));
    // After the pids: who changed it between an older time and its pid would seem to have come too late.
    const status = statusOf(id, setAt);
    if (!status) return undefined;
    const newestAt = Math.max(status.operatedAt, status.changedAt);
    return { ...row, details: { values, lastPids, ...waits }, newestAt };
  } catch (error) {
    return goneOrDenied(error);
  }
}

function unlessGone(act: () => SetInside | undefined): SetInside | undefined {
  try {
    return act();
  } catch (error) {
    return goneOrDenied(error);
  }
}

function goneOrDenied(error: unknown): SetInside | undefined {
  if (!(error instanceof ErrnoError)) throw error;
  if (error.errno === 'EINVAL' || error.errno === 'EIDRM') return undefined;
  return { denied: true };
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

/** GETALL writes as many as the set has, whatever we think: an id may have been used again for a larger set. */
const scratch = new Uint16Array(65_536);

function read(id: number, semaphores: number): Uint16Array {
  readValues(id, Buffer.from(scratch.buffer));
  return scratch.slice(0, semaphores);
}

/** Semaphores between two places where the reading of a large set may pause. */
const BREATH = 2000;

function* each(semaphores: number, ask: (number: number) => number): Generator<undefined, number[]> {
  const answers: number[] = [];
  for (let number = 0; number < semaphores; number++) {
    if (number % BREATH === BREATH - 1) yield;
    answers.push(ask(number));
  }
  return answers;
}

function zeros(values: Iterable<number>): number {
  let count = 0;
  for (const value of values) if (value === 0) count++;
  return count;
}
