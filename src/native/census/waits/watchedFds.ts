/** Which descriptors a poll(2) or select(2) watches, as its arguments name them in the memory of the thread. */
import { numberOf } from '../../proc/fields';
import { memoryOf, type Range } from '../../proc/processMemory';
import { readRecord } from '../../proc/read';
import type { WaitedFd } from './waitedFds';

const POLLFD = 8;
const POLLIN = 1;
const POLLOUT = 4;
/** Descriptors of one call that are looked at. */
export const WATCHED = 65_536;
/** Descriptors of a poll that are read at once: `memoryOf` reads no more than 64 pages. */
const CHUNK = 4096;
/** FD_SETSIZE, the descriptors of a set as libc declares it. */
export const SET_SIZE = 1024;

/** Descriptors that a call watches. */
export interface Watching {
  fds: WaitedFd[];
  /** Not all were looked at: so many more entries there are, of which some may be none. */
  rest: number;
}

export const pollRange = (address: bigint, at: number, most: number): Range => ({
  address: address + BigInt(at * POLLFD),
  length: Math.min(most - at, CHUNK) * POLLFD,
});
export const setBytes = (fds: number): number => Math.ceil(Math.min(Math.max(fds, 0), WATCHED) / 64) * 8;
const memoryIn = (tid: number, { address, length }: Range): Buffer | undefined =>
  memoryOf(tid, address, length);

/** Of poll(2); undefined where nothing of it may be read. */
export function fdsOfPoll(tid: number, address: bigint, count: number): Watching | undefined {
  const most = Math.min(count, WATCHED);
  const fds: WaitedFd[] = [];
  let at = 0;
  for (; at < most; at += CHUNK) {
    const memory = memoryIn(tid, pollRange(address, at, most));
    if (!memory) break;
    addPolled(fds, memory);
  }
  return at === 0 ? undefined : { fds, rest: Math.max(count - at, 0) };
}

function addPolled(fds: WaitedFd[], memory: Buffer): void {
  for (let at = 0; at < memory.length; at += POLLFD) {
    const fd = memory.readInt32LE(at);
    const events = memory.readInt16LE(at + 4);
    if (fd < 0) continue;
    if (events & POLLIN || !(events & POLLOUT)) fds.push({ fd, write: false });
    if (events & POLLOUT) fds.push({ fd, write: true });
  }
}

/** Of select(2). */
export function fdsOfSelect(tid: number, count: number, sets: bigint[]): Watching | undefined {
  // The kernel reads no further than the table of descriptors goes, and what stands beyond is not of the set (fs/select.c, core_sys_select).
  const all = count > SET_SIZE ? Math.min(count, tableSize(tid)) : Math.max(count, 0);
  const most = Math.min(all, WATCHED);
  const bytes = setBytes(all);
  const fds: WaitedFd[] = [];
  for (const [at, address] of sets.entries()) {
    if (address === 0n || bytes === 0) continue;
    const memory = memoryOf(tid, address, bytes);
    if (!memory) return undefined;
    for (let fd = 0; fd < most; fd++)
      if ((memory[fd >> 3] ?? 0) & (1 << (fd & 7))) fds.push({ fd, write: at === 1 });
  }
  return { fds, rest: all - most };
}

/** How many descriptors the table of a thread has room for (proc(5): FDSize). */
function tableSize(tid: number): number {
  const status = readRecord(`/proc/${tid}/status`)?.toString('latin1') ?? '';
  return numberOf(status, 'FDSize') ?? SET_SIZE;
}
