/** What two threads share that list descriptors together: one takes processes from the front, the other from the back, until they meet. */

/** Processes and numbers for which there is room; whoever is left over is listed by the first thread alone. */
const MOST_PROCESSES = 32_768;
const MOST_NUMBERS = 1 << 19;

/** Places in `control`. */
export const CONTROL = {
  /** Rises with each walk: what the second thread waits for. */
  walk: 0,
  /** How many processes the walk has. */
  count: 1,
  /** 1 while the second thread is at it, or is about to be. */
  busy: 2,
} as const;

/** What became of a process, in `states`. `left`: not listed after all, since there was no room, or its threads have more. */
export const STATE = { free: 0, claimed: 1, working: 2, done: 3, left: 4 } as const;

/** What a record says of a descriptor. `asked`: it leads to a file, of which only the kernel can tell more. */
export const WHAT = { pipe: 1, socket: 2, asked: 3, anonymous: 4 } as const;

/** Numbers of one record: fd, WHAT, inode, rights, and of a pipe that was not told before owner (else -1), group and mode. */
export const RECORD = 7;

export interface WalkShare {
  control: Int32Array<SharedArrayBuffer>;
  pids: Int32Array<SharedArrayBuffer>;
  states: Int32Array<SharedArrayBuffer>;
  /** Where the records of a process begin, how many there are, and whether anything at all was listed. */
  starts: Int32Array<SharedArrayBuffer>;
  counts: Int32Array<SharedArrayBuffer>;
  some: Int32Array<SharedArrayBuffer>;
  records: Float64Array<SharedArrayBuffer>;
}

export function makeShare(): WalkShare {
  const numbers = (count: number) => new Int32Array(new SharedArrayBuffer(count * 4));
  return {
    control: numbers(Object.keys(CONTROL).length),
    pids: numbers(MOST_PROCESSES),
    states: numbers(MOST_PROCESSES),
    starts: numbers(MOST_PROCESSES),
    counts: numbers(MOST_PROCESSES),
    some: numbers(MOST_PROCESSES),
    records: new Float64Array(new SharedArrayBuffer(MOST_NUMBERS * 8)),
  };
}
