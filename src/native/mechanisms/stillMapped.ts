/** Whether a process still maps what a look found it to map: its pid may be another's by now, and at the address may lie memory of its own. */
import { parseStat } from '../proc/stat';
import { type HeldFile, deviceOf } from '../census/held';
import { mappedBy } from '../census/mappings';
import { readSmall } from '../proc/read';

/** A range of an object in the memory of a process, as a look found it. */
export interface Window {
  pid: number;
  /** Names the process together with its pid: field 22 of its stat. */
  startTime: string;
  /** As in /proc/PID/maps. */
  range: string;
  /** Of the object's first byte that it maps, in its memory and in the object. */
  address: bigint;
  from: number;
  to: number;
  writes: boolean;
}

/** The readable ranges of a file in the memory of those who have it. */
export function windows({ ends }: HeldFile): Window[] {
  return ends.flatMap(({ pid, startTime, address: range, rights = '', offset }) => {
    if (range === undefined || !rights.startsWith('r')) return [];
    const [start, end] = range.split('-').map((hex) => BigInt(`0x${hex}`)) as [bigint, bigint];
    const from = Number(offset ?? 0);
    const to = from + Number(end - start);
    return [{ pid, startTime, range, address: start, from, to, writes: rights[1] === 'w' }];
  });
}

/** The thread whose memory shows it: the leader, but where that has exited. */
export function showing({ pid }: Window): number {
  return mappedBy(pid).tid;
}

/**
 * Whether the very file lies there at this moment, with the rights that were seen. Who then reads or writes opens the process's memory before it asks: what is opened stays that
 * memory, and ends with it (fs/proc/base.c, mem_open).
 */
export function stillMaps(
  { device, inode }: HeldFile,
  { pid, startTime, range, from, writes }: Window,
): 'yes' | 'no' | 'denied' {
  const { shared } = mappedBy(pid);
  const stat = readSmall(`/proc/${pid}/stat`);
  if (!stat || parseStat(stat)?.startTime !== startTime || shared === 'gone') return 'no';
  if (shared === 'denied') return 'denied';
  const there = shared.some(
    (one) =>
      one.address === range &&
      one.offset === from &&
      one.inode === inode &&
      deviceOf(one.device) === device &&
      one.rights.startsWith('r') &&
      (!writes || one.rights[1] === 'w'),
  );
  return there ? 'yes' : 'no';
}
