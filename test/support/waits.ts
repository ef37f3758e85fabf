/** Waits as a person is told of them: the words in which tests say what they expect. */
import { waitWords } from '../../src/presentation/waits';
import { type Process, waitsOf } from '../../src/protocol/snapshot';
import { refOfWait, type Wait } from '../../src/protocol/waits';

/** A wait in words, without what is typed, and without times. */
export interface Said {
  tid: number;
  call: string;
  /** In the notation of the man pages. */
  arguments: string[];
  certain: boolean;
  /** The object, of several the first. */
  ref?: NonNullable<ReturnType<typeof refOfWait>>;
}

export function said(wait: Wait): Said {
  const { tid, call, certain } = wait;
  const ref = refOfWait(wait);
  return { tid, call, arguments: waitWords(wait), certain, ...(ref !== undefined && { ref }) };
}

/** What the threads of a process wait for; undefined where none waits as far as is known. */
export function saidOf(process: Process | undefined): Said[] | undefined {
  const waits = process && waitsOf(process);
  return waits && waits.length > 0 ? waits.map(said) : undefined;
}
