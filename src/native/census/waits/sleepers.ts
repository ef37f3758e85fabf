/** Threads that sleep on a word of memory (futex(2)), found in the mapping where that word lies. */
import type { SharedMapping } from '../../libc/procmap';
import type { Wait } from '../../../protocol/waits';
import type { SleepingThread } from './threads';
import { toldWait } from './toldWait';

/** One of them. `offset`: in bytes of what is mapped; `address`: in the memory of its process. */
export interface FutexSleep {
  wait: Wait;
  offset: number;
  address: bigint;
}

/** A thread that sleeps on a word of a file. */
export interface Sleeper {
  pid: number;
  tid: number;
  /** In bytes of the file. */
  offset: number;
  /** Where that is in its memory. */
  address: bigint;
}

/** Start and end of a range as /proc/PID/maps writes it. */
export function boundsOf(address: string): [start: bigint, end: bigint] {
  const [start = '0', end = '0'] = address.split('-');
  return [BigInt(`0x${start}`), BigInt(`0x${end}`)];
}

/** Those of a process's threads that sleep in one of its mappings. */
export function sleepersIn(
  { address, offset }: SharedMapping,
  sleeping: readonly SleepingThread[],
): FutexSleep[] {
  if (sleeping.length === 0) return [];
  const [start, end] = boundsOf(address);
  const found: FutexSleep[] = [];
  for (const thread of sleeping) {
    const { target, on } = thread;
    if (target.is !== 'futex' || on.is !== 'word') continue;
    if (target.address < start || target.address >= end) continue;
    const within = offset + Number(target.address - start);
    found.push({
      wait: { ...toldWait(thread), on: { ...on, offset: within } },
      address: target.address,
      offset: within,
    });
  }
  return found;
}
