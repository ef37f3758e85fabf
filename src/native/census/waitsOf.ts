/** What one sleeping thread waits for: its call, the arguments in the notation of the man pages, and what they name. */
import { isDeepStrictEqual } from 'node:util';
import { asleepIn, pipeEndOf, type Place, sleepsInOpening } from '../proc/calls';
import { memoryOf, type Range } from '../proc/memory';
import { readSmall } from '../proc/read';
import { type RawCall, stringOf } from '../proc/syscall';
import { fdsOfEpoll, watchedAs } from './epollFds';
import { sameFds, type WaitedFd } from './waitedFds';

const MSG_EXCEPT = 0o20000n;
const SEM_UNDO = 0x1000;
const SEMBUF = 6;
const POLLFD = 8;
const POLLIN = 1;
const POLLOUT = 4;
const O_ACCMODE = 3n;
const O_WRONLY = 1n;
/** Operations and descriptors that are told of one call; the rest is counted. */
const TOLD = 20;
/** Descriptors of one call that are looked at. */
const WATCHED = 65_536;
/** Descriptors of a poll that are read at once: `memoryOf` reads no more than 64 pages. */
const CHUNK = 4096;
/** FD_SETSIZE, the descriptors of a set as libc declares it. */
const SET_SIZE = 1024;

/** What the arguments name. `path`: of a FIFO whose open waits for a partner; `asleepIn`: trust a descriptor only if it is of such a thing. */
export type Target =
  | { is: 'sysv'; id: number }
  | { is: 'fds'; fds: WaitedFd[]; asleepIn: Place | undefined }
  | { is: 'path'; path: Buffer; directory: number | undefined; write: boolean }
  /** A word in memory that several processes may share. */
  | { is: 'futex'; address: bigint }
  | { is: 'none' };

/** Arguments in words of the man pages, and what they name. */
export interface Told {
  arguments: string[];
  target: Target;
  /** What they name may be something else by now, and the kernel does not tell. */
  doubtful?: true;
}

/** Descriptors that a call watches. */
interface Watching {
  fds: WaitedFd[];
  /** Not all were looked at: so many more entries there are, of which some may be none. */
  rest: number;
}

const int = (value: bigint | undefined): number => Number(BigInt.asIntN(32, value ?? 0n));

/** The memory that `tell` will read of a thread in this call, but for the paths of an open, which are few. */
export function rangesOf({ shape, name, arguments: [a0 = 0n, a1 = 0n, a2 = 0n, a3 = 0n] }: RawCall): Range[] {
  switch (shape) {
    case 'sysv':
      if (name === 'msgrcv') return [];
      return [name === 'msgsnd' ? typeAt(a1) : operationsRange(a1, Number(BigInt.asUintN(32, a2)))];
    case 'poll':
      return [pollRange(a0, 0, Math.min(int(a1), WATCHED))];
    case 'select': {
      const bytes = int(a0) > SET_SIZE ? 0 : setBytes(int(a0));
      return [a1, a2, a3].filter((address) => address !== 0n).map((address) => ({ address, length: bytes }));
    }
    default:
      return [];
  }
}

const typeAt = (address: bigint): Range => ({ address, length: 8 });
const operationsRange = (address: bigint, count: number): Range => ({
  address,
  length: Math.min(count, TOLD) * SEMBUF,
});
const pollRange = (address: bigint, at: number, most: number): Range => ({
  address: address + BigInt(at * POLLFD),
  length: Math.min(most - at, CHUNK) * POLLFD,
});
const setBytes = (fds: number): number => Math.ceil(Math.min(Math.max(fds, 0), WATCHED) / 64) * 8;
const memoryAt = (tid: number, { address, length }: Range): Buffer | undefined =>
  memoryOf(tid, address, length);

/** Takes the call of a thread apart; `wchan` is where it sleeps. Reads its memory where pointers matter. */
export function tell(tid: number, call: RawCall, wchan: string): Told {
  const [a0, a1 = 0n, a2 = 0n, a3 = 0n] = call.arguments;
  switch (call.shape) {
    case 'sysv':
      return { arguments: sysvArguments(tid, call), target: { is: 'sysv', id: int(a0) } };
    case 'read':
    case 'write': {
      const fd = int(a0);
      const fds = [{ fd, write: call.shape === 'write' }];
      return { arguments: [`fd ${fd}`], target: { is: 'fds', fds, asleepIn: asleepIn(wchan) } };
    }
    case 'poll':
      return polled(fdsOfPoll(tid, a0 ?? 0n, int(a1)));
    case 'select':
      return polled(fdsOfSelect(tid, int(a0), [a1, a2, a3]));
    case 'epoll':
      return epolled(`/proc/${tid}`, int(a0));
    case 'splice':
      return moving(wchan, int(a0), int(a2));
    case 'tee':
      return moving(wchan, int(a0), int(a1));
    case 'sendfile':
      return moving(wchan, int(a1), int(a0));
    case 'open':
      return opening(tid, wchan, a0 ?? 0n, undefined, call.name === 'creat' ? O_WRONLY : a1);
    case 'openat':
      return opening(tid, wchan, a1, int(a0), call.name === 'openat2' ? howOf(tid, a2) : a2);
    case 'lock':
      return noObject(`fd ${int(a0)}`);
    case 'child':
      return noObject(call.name === 'waitid' ? idOf(int(a0), int(a1)) : childOf(int(a0)));
    case 'futex':
      return futex(a0 ?? 0n, call.name === 'futex_wait' ? a3 : a1);
    case 'other':
      return noObject();
  }
}

function noObject(...told: string[]): Told {
  return { arguments: told, target: { is: 'none' } };
}

/** The first argument of wait4(2) and waitpid(2). */
function childOf(pid: number): string {
  if (pid > 0) return `pid ${pid}`;
  return pid === -1 ? 'any child' : pid === 0 ? 'own group' : `group ${-pid}`;
}

/** P_ALL, P_PID, P_PGID and P_PIDFD of waitid(2). */
function idOf(type: number, id: number): string {
  return ['any child', `pid ${id}`, id === 0 ? 'own group' : `group ${id}`, `pidfd ${id}`][type] ?? '';
}

/** From one descriptor to another: waits for what comes, or for room. */
function moving(wchan: string, from: number, to: number): Told {
  const end = pipeEndOf(wchan);
  const fds = [
    ...(end === 'write' ? [] : [{ fd: from, write: false }]),
    ...(end === 'read' ? [] : [{ fd: to, write: true }]),
  ];
  return {
    arguments: [`fd ${from}`, `to fd ${to}`],
    target: { is: 'fds', fds, asleepIn: asleepIn(wchan) },
  };
}

/** FUTEX_PRIVATE_FLAG and FUTEX2_PRIVATE: between threads of one process, which is none of ours. */
const PRIVATE = 0x80n;

function futex(address: bigint, flags: bigint): Told {
  return {
    arguments: [`0x${address.toString(16)}`],
    target: flags & PRIVATE ? { is: 'none' } : { is: 'futex', address },
  };
}

function polled(watching: Watching | undefined, wordOf: (one: WaitedFd) => string = numberOf): Told {
  if (!watching) return { arguments: [], target: { is: 'none' } };
  const { fds, rest } = watching;
  const told = fds.slice(0, TOLD).map((one) => `${wordOf(one)}${one.write ? ' to write' : ''}`);
  const more = fds.length - told.length;
  if (rest > 0) told.push(`and at least ${more} more`);
  else if (more > 0) told.push(`and ${more} more`);
  return { arguments: told, target: { is: 'fds', fds, asleepIn: undefined } };
}

const numberOf = ({ fd }: WaitedFd): string => `fd ${fd}`;

function fdsOfPoll(tid: number, address: bigint, count: number): Watching | undefined {
  const most = Math.min(count, WATCHED);
  const fds: WaitedFd[] = [];
  let at = 0;
  for (; at < most; at += CHUNK) {
    const memory = memoryAt(tid, pollRange(address, at, most));
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

function fdsOfSelect(tid: number, count: number, sets: bigint[]): Watching | undefined {
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
  const status = readSmall(`/proc/${tid}/status`)?.toString('latin1') ?? '';
  return Number(/^FDSize:\s*(\d+)/m.exec(status)?.[1] ?? SET_SIZE);
}

/** `thread`: its folder in /proc. */
function epolled(thread: string, epoll: number): Told {
  const found = fdsOfEpoll(thread, epoll, WATCHED);
  const told = polled(found, (one) => watchedAs(thread, one));
  return { ...told, ...(found?.doubtful && { doubtful: true }) };
}

/** `flags` of struct open_how, its first member. */
function howOf(tid: number, address: bigint): bigint {
  return memoryOf(tid, address, 8)?.readBigUInt64LE() ?? 0n;
}

function opening(
  tid: number,
  wchan: string,
  address: bigint,
  directory: number | undefined,
  flags: bigint,
): Told {
  // It may open anything, and sleep for a server that never answers: its path is none for us to walk.
  const elsewhere = wchan !== '' && wchan !== '0' && !sleepsInOpening(wchan);
  const path = elsewhere ? undefined : stringOf(tid, address);
  const write = (flags & O_ACCMODE) !== 0n;
  const told = elsewhere ? [] : [write ? 'to write' : 'to read'];
  return { arguments: told, target: path ? { is: 'path', path, directory, write } : { is: 'none' } };
}

/** What a thread waits for on a queue or set. */
function sysvArguments(
  tid: number,
  { name, arguments: [, a1 = 0n, a2 = 0n, a3 = 0n, a4 = 0n] }: RawCall,
): string[] {
  switch (name) {
    case 'msgrcv': {
      const type = BigInt.asIntN(64, a3);
      if (type === 0n) return ['any type'];
      if (type < 0n) return [`type <= ${-type}`];
      return [a4 & MSG_EXCEPT ? `type not ${type}` : `type ${type}`];
    }
    case 'msgsnd': {
      const type = memoryAt(tid, typeAt(a1))?.readBigInt64LE();
      return [...(type === undefined ? [] : [`type ${type}`]), `${a2} bytes`];
    }
    default:
      return operationsAt(tid, a1, Number(BigInt.asUintN(32, a2)));
  }
}

function operationsAt(tid: number, address: bigint, count: number): string[] {
  const told = Math.min(count, TOLD);
  const memory = memoryAt(tid, operationsRange(address, count));
  if (!memory) return [];
  const operations = Array.from({ length: told }, (_, at) => {
    const number = memory.readUInt16LE(at * SEMBUF);
    const change = memory.readInt16LE(at * SEMBUF + 2);
    const undo = memory.readUInt16LE(at * SEMBUF + 4) & SEM_UNDO ? ' undo' : '';
    return `[${number}] ${change > 0 ? '+' : ''}${change}${undo}`;
  });
  return count > told ? [...operations, `and ${count - told} more`] : operations;
}

/** Whether two targets are one. */
export function sameTarget(before: Target, now: Target): boolean {
  if (before.is !== 'fds' || now.is !== 'fds') return isDeepStrictEqual(before, now);
  return before.asleepIn === now.asleepIn && sameFds(before.fds, now.fds);
}
