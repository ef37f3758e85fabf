/** Whether a process still maps what a look found it to map: its pid may be another's by now, and at the address may lie memory of its own. */
import { presentMemoryOf } from '../../proc/processMemory';
import { parseStat } from '../../proc/stat';
import { type HeldFile, deviceOf, mappingAt as mappingAmong } from '../../census/memory/held';
import { mappedBy } from '../../census/memory/mappings';
import { boundsOf } from '../../census/waits/sleepers';
import { queryAt, type SharedMapping } from '../../libc/procmap';
import { readRecord } from '../../proc/read';

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
  const found = mappingAt(pid, boundsOf(range)[0]);
  const stat = readRecord(`/proc/${pid}/stat`);
  if (!stat || parseStat(stat)?.startTime !== startTime || found === 'gone') return 'no';
  if (found === 'denied') return 'denied';
  const there =
    found?.address === range &&
    found.offset === from &&
    found.inode === inode &&
    deviceOf(found.device) === device &&
    found.rights.startsWith('r') &&
    (!writes || found.rights[1] === 'w');
  return there ? 'yes' : 'no';
}

/** Bytes of an object through the memory of a process; undefined where that may not be read, or does not lead to the object before and after. `offset`: in the object. */
export function memoryThrough(
  file: HeldFile,
  window: Window,
  offset: number,
  length: number,
): Buffer | undefined {
  if (offset < window.from || offset + length > window.to || stillMaps(file, window) !== 'yes')
    return undefined;
  const bytes = presentMemoryOf(showing(window), window.address + BigInt(offset - window.from), length);
  return bytes && stillMaps(file, window) === 'yes' ? bytes : undefined;
}

/** The shared mapping of a process in which an address lies at this moment, file and name told by the kernel in one answer; undefined where none does. */
export function mappingAt(pid: number, address: bigint): SharedMapping | 'denied' | 'gone' | undefined {
  const found = queryAt(`/proc/${pid}/maps`, address);
  if (typeof found === 'object') return found;
  // An old kernel, one that has ended, a leader that has exited, or not ours to look at.
  const { shared } = mappedBy(pid);
  return typeof shared === 'string' ? shared : mappingAmong(shared, address);
}
