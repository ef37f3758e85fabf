/** What one sleeping thread waits for: its call and its arguments, typed, and what they name among the objects. */
import { isDeepStrictEqual } from 'node:util';
import { exactly } from '../../../protocol/numbers';
import { WAITED_MOST, type Wait, type WaitOn, type WaitOnOf } from '../../../protocol/waits';
import { asleepIn, pipeEndOf, type SleepsIn, sleepsInOpening, VFORKING } from '../../proc/calls';
import { addressText } from './addresses';
import { memoryOf, type Range } from '../../proc/processMemory';
import { type RawCall, stringOf } from '../../proc/syscall';
import { kernelName } from '../../proc/names';
import { fdsOfEpoll, isMoved } from './epollFds';
import { joinedBy } from './joined';
import { socketTimeout } from './socketTimeout';
import { milliseconds, spanAt, spanOf, timeoutOf } from './timeouts';
import { sameFds, type WaitedFd } from './waitedFds';
import { fdsOfPoll, fdsOfSelect, pollRange, SET_SIZE, setBytes, WATCHED, type Watching } from './watchedFds';

const MSG_EXCEPT = 0o20000n;
const SEM_UNDO = 0x1000;
const SEMBUF = 6;
/** The kernel's sigset_t. */
const SIGSET = 8;
/** struct futex_waitv: val, uaddr, flags; and a flag of the last. */
const WAITER = 24;
const ADDRESS_MOST = 110;
const O_ACCMODE = 3n;
const O_WRONLY = 1n;
/** What the arguments name. `path`: of a FIFO whose open waits for a partner; `asleepIn`: trust a descriptor only if it is of such a thing. */
export type Target =
  | { is: 'sysv'; id: number }
  | { is: 'fds'; fds: WaitedFd[]; asleepIn: SleepsIn | undefined }
  | { is: 'path'; path: Buffer; directory: number | undefined; write: boolean }
  /** A word in memory that several processes may share. */
  | { is: 'futex'; address: bigint }
  | { is: 'none' };

/** What a call waits for, as it is told, and what it names. */
export interface CallTarget extends Pick<Wait, 'on' | 'timeout'> {
  target: Target;
  /** What they name may be something else by now, and the kernel does not tell. */
  doubtful?: true;
}

const int = (value: bigint | undefined): number => Number(BigInt.asIntN(32, value ?? 0n));

/** The memory that `tell` will read of a thread in this call, but for the paths of an open, which are few. */
export function rangesOf(call: RawCall): Range[] {
  const [a0 = 0n, a1 = 0n, a2 = 0n, a3 = 0n] = call.arguments;
  switch (call.shape) {
    case 'sysv':
      if (call.name === 'msgrcv') return [];
      if (call.name === 'msgsnd') return [typeAt(a1, call)];
      return [operationsRange(a1, Number(BigInt.asUintN(32, a2))), ...spanOf(call)];
    case 'poll':
      return [pollRange(a0, 0, Math.min(int(a1), WATCHED)), ...spanOf(call)];
    case 'lock':
      return call.name === 'fcntl' ? [flockAt(a2)] : [];
    case 'select': {
      const bytes = int(a0) > SET_SIZE ? 0 : setBytes(int(a0));
      const sets = [a1, a2, a3].filter((address) => address !== 0n);
      return [...sets.map((address) => ({ address, length: bytes })), ...spanOf(call)];
    }
    case 'futexes':
      return [waitersRange(a0, int(a1))];
    case 'write':
      if (call.name === 'connect') return [addressRange(a1, int(a2))];
      return call.name === 'sendto' ? sentTo(call) : headerOf(call);
    case 'other':
      return call.name === 'rt_sigtimedwait' ? [{ address: a0, length: SIGSET }] : [];
    default:
      return [];
  }
}

/** `long mtype`, which has 4 bytes in a program of 32 bits. */
const typeAt = (address: bigint, { compat }: RawCall): Range => ({ address, length: compat ? 4 : 8 });
const operationsRange = (address: bigint, count: number): Range => ({
  address,
  length: Math.min(count, WAITED_MOST) * SEMBUF,
});
/** The first of struct futex_waitv (linux/futex.h). */
const waitersRange = (address: bigint, count: number): Range => ({ address, length: count > 0 ? WAITER : 0 });
/** struct sockaddr_un is the longest of those that we know. */
const addressRange = (address: bigint, length: number): Range => ({
  address,
  length: Math.min(Math.max(length, 0), ADDRESS_MOST),
});
const memoryAt = (tid: number, { address, length }: Range): Buffer | undefined =>
  memoryOf(tid, address, length);

/** Takes the call of a thread apart; `wchan` is where it sleeps. Reads its memory where pointers matter. */
export function tell(tid: number, call: RawCall, wchan: string): CallTarget {
  const told = takenApart(tid, call, wchan);
  const timeout = 'timeout' in told ? told.timeout : timeoutOf(call);
  return { ...told, ...(timeout !== undefined && { timeout }) };
}

function takenApart(tid: number, call: RawCall, wchan: string): CallTarget {
  const [a0, a1 = 0n, a2 = 0n, a3 = 0n] = call.arguments;
  switch (call.shape) {
    case 'sysv':
      return { ...sysvWait(tid, call), target: { is: 'sysv', id: int(a0) } };
    case 'read':
    case 'write': {
      const fd = int(a0);
      const fds: [WaitedFd] = [{ fd, write: call.shape === 'write' }];
      const on: WaitOn =
        call.name === 'connect'
          ? connecting(tid, fd, addressRange(a1, int(a2)))
          : { ...descriptors({ fds, rest: 0 }), ...sending(tid, call) };
      const place = asleepIn(wchan);
      // A socket may have a limit of time of its own, a pipe never.
      const timeout = place === 'pipe' ? null : place === 'socket' ? socketTimeout(tid, fds[0]) : undefined;
      return {
        on,
        ...(timeout !== undefined && { timeout }),
        target: { is: 'fds', fds, asleepIn: place },
      };
    }
    case 'poll': {
      const watching = fdsOfPoll(tid, a0 ?? 0n, int(a1));
      return polled(watching, call.name === 'ppoll' ? spanAt(tid, call) : milliseconds(int(a2)));
    }
    case 'select': {
      const watching = fdsOfSelect(tid, int(a0), [a1, a2, a3]);
      return polled(watching, spanAt(tid, call));
    }
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
      return noObject(lockWait(tid, call));
    case 'child':
      return noObject(call.name === 'waitid' ? idOf(int(a0), int(a1)) : childOf(int(a0)));
    case 'futex': {
      const joined = joinedBy(tid, call);
      if (joined !== undefined) return noObject({ is: 'thread', number: joined });
      return futex(a0 ?? 0n, call.name === 'futex_wait' ? a3 : a1);
    }
    case 'futexes':
      return futexes(tid, waitersRange(a0 ?? 0n, int(a1)), int(a1));
    case 'other':
      if (call.name === 'rt_sigtimedwait') return noObject(signalsAt(tid, a0 ?? 0n));
      return noObject(otherOf(call.name, wchan));
  }
}

function noObject(on: WaitOn): CallTarget {
  return { on, ...(on.is === 'vfork' && { timeout: null }), target: { is: 'none' } };
}

const F_SETLKW = 7;
const F_OFD_SETLKW = 38;
const LOCK_SH = 1;
const F_RDLCK = 0;
/** struct flock of 64 bits: l_type, l_whence, l_start at 8, l_len at 16. */
const FLOCK = 24;
const flockAt = (address: bigint): Range => ({ address, length: FLOCK });

/** What lock a thread asks for. */
function lockWait(tid: number, { name, arguments: [a0, a1, a2 = 0n], compat }: RawCall): WaitOn {
  const lock = { is: 'lock', fd: int(a0) } as const;
  if (name === 'flock')
    return { ...lock, type: 'flock', mode: (int(a1) & LOCK_SH) !== 0 ? 'shared' : 'exclusive', start: 0 };
  const command = int(a1);
  // A program of 32 bits has other structs.
  if (compat || (command !== F_SETLKW && command !== F_OFD_SETLKW)) return lock;
  const asked = { ...lock, type: command === F_SETLKW ? ('posix' as const) : ('ofd' as const) };
  const memory = memoryAt(tid, flockAt(a2));
  if (!memory) return asked;
  const mode = memory.readInt16LE(0) === F_RDLCK ? 'shared' : 'exclusive';
  // Counted from the end, or from the position of the descriptor.
  if (memory.readInt16LE(2) !== 0) return { ...asked, mode };
  const [start, length] = [memory.readBigInt64LE(8), memory.readBigInt64LE(16)];
  const [first, last] = length < 0n ? [start + length, start - 1n] : [start, start + length - 1n];
  if (first < 0n) return { ...asked, mode };
  return { ...asked, mode, start: exactly(first), ...(length !== 0n && { end: exactly(last) }) };
}

/** The first argument of wait4(2) and waitpid(2). */
function childOf(pid: number): WaitOn {
  if (pid > 0) return { is: 'children', who: 'pid', number: pid };
  if (pid === 0) return { is: 'children', who: 'ownGroup' };
  return pid === -1 ? { is: 'children', who: 'any' } : { is: 'children', who: 'group', number: -pid };
}

/** P_ALL, P_PID, P_PGID and P_PIDFD of waitid(2). */
function idOf(type: number, id: number): WaitOn {
  const who = (['any', 'pid', 'group', 'pidfd'] as const)[type];
  if (who === undefined) return { is: 'unknown' };
  if (who === 'any') return { is: 'children', who };
  return who === 'group' && id === 0
    ? { is: 'children', who: 'ownGroup' }
    : { is: 'children', who, number: Math.max(id, 0) };
}

/** A call that names no object of ours, by its name, or as far as where it sleeps tells it. */
export function otherOf(name: string, wchan = ''): WaitOn {
  switch (name) {
    case 'vfork':
      return { is: 'vfork' };
    case 'clone':
    case 'clone3':
      // Of all that a clone does only this takes long, and it sleeps nowhere else in its own function.
      return VFORKING.test(wchan) ? { is: 'vfork' } : { is: 'unknown' };
    case 'nanosleep':
    case 'clock_nanosleep':
      return { is: 'time' };
    case 'pause':
    case 'rt_sigsuspend':
    case 'rt_sigtimedwait':
      return { is: 'signals' };
    default:
      return { is: 'unknown' };
  }
}

/** The set of sigwait(3) and the like: bit n-1 for signal n. */
function signalsAt(tid: number, address: bigint): WaitOn {
  const mask = memoryAt(tid, { address, length: SIGSET })?.readBigUInt64LE();
  if (mask === undefined) return { is: 'signals' };
  const signals = Array.from({ length: 64 }, (_, at) => at + 1).filter(
    (one) => (mask >> BigInt(one - 1)) & 1n,
  );
  return { is: 'signals', signals };
}

/** From one descriptor to another: waits for what comes, or for room. */
function moving(wchan: string, from: number, to: number): CallTarget {
  const end = pipeEndOf(wchan);
  const fds = [
    ...(end === 'write' ? [] : [{ fd: from, write: false }]),
    ...(end === 'read' ? [] : [{ fd: to, write: true }]),
  ];
  return {
    on: descriptors({ fds, rest: 0 }),
    target: { is: 'fds', fds, asleepIn: asleepIn(wchan) },
  };
}

/** FUTEX_PRIVATE_FLAG and FUTEX2_PRIVATE: between threads of one process, which is none of ours. */
const PRIVATE = 0x80n;

function futex(address: bigint, flags: bigint): CallTarget {
  const shared = (flags & PRIVATE) === 0n;
  return {
    on: { is: 'word', address: `0x${address.toString(16)}`, shared },
    target: shared ? { is: 'futex', address } : { is: 'none' },
  };
}

/** futex_waitv(2): any of several words will do; the first is named. */
function futexes(tid: number, range: Range, count: number): CallTarget {
  const memory = memoryAt(tid, range);
  if (!memory) return noObject({ is: 'unknown' });
  const told = futex(memory.readBigUInt64LE(8), BigInt(memory.readUInt32LE(16)));
  return count > 1 && told.on.is === 'word' ? { ...told, on: { ...told.on, or: count - 1 } } : told;
}

/** Where the address of a sendto(2) stands that has one. */
function sentTo({ name, arguments: [, , , , address = 0n, length] }: RawCall): Range[] {
  return name === 'sendto' && address !== 0n ? [addressRange(address, int(length))] : [];
}

/** Where struct msghdr of a sendmsg(2) stands; of a sendmmsg(2) where it has one message, for of several nobody can tell at which it is. */
function headerOf({ name, arguments: [, address = 0n, count], compat }: RawCall): Range[] {
  const one = name === 'sendmsg' || (name === 'sendmmsg' && int(count) === 1);
  return one ? [{ address, length: compat ? 8 : 12 }] : [];
}

/** msg_name and msg_namelen of struct msghdr, which are its first members. */
function nameIn(tid: number, range: Range, { compat }: RawCall): Range | undefined {
  const header = memoryAt(tid, range);
  if (!header) return undefined;
  const address = compat ? BigInt(header.readUInt32LE(0)) : header.readBigUInt64LE(0);
  const length = header.readInt32LE(compat ? 4 : 8);
  return address === 0n ? undefined : addressRange(address, length);
}

/** To whom it sends; absent where it is connected, or that cannot be read. */
function sending(tid: number, call: RawCall): { to?: string } {
  const [header] = headerOf(call);
  const range = header ? nameIn(tid, header, call) : sentTo(call)[0];
  const memory = range && memoryAt(tid, range);
  const to = memory && addressText(memory);
  return to === undefined ? {} : { to };
}

/** Whom it connects to; absent where that cannot be read. */
function connecting(tid: number, fd: number, range: Range): WaitOn {
  const memory = memoryAt(tid, range);
  const address = memory && addressText(memory);
  return { is: 'connect', fd, ...(address !== undefined && { address }) };
}

function polled(watching: Watching | undefined, timeout: Wait['timeout']): CallTarget {
  const given = timeout !== undefined && { timeout };
  if (!watching) return { on: { is: 'unknown' }, ...given, target: { is: 'none' } };
  return {
    on: descriptors(watching),
    ...given,
    target: { is: 'fds', fds: watching.fds, asleepIn: undefined },
  };
}

/** `moved`: whether the number of one that is watched leads elsewhere by now. */
function descriptors({ fds, rest }: Watching, moved?: (one: WaitedFd) => boolean): WaitOnOf<'descriptors'> {
  const of = fds.slice(0, WAITED_MOST).map((one) => ({
    fd: one.fd,
    direction: one.write ? ('write' as const) : ('read' as const),
    ...(moved?.(one) === true && { moved: true as const }),
  }));
  const more = fds.length - of.length;
  return {
    is: 'descriptors',
    of,
    ...(more + rest > 0 && { more }),
    ...(rest > 0 && { moreAtLeast: true as const }),
  };
}

/** What a thread in epoll_wait(2) waits on. `thread`: its folder in /proc. */
export function epolled(thread: string, epoll: number): CallTarget {
  const found = fdsOfEpoll(thread, epoll, WATCHED);
  // What it watches may not be read: that it is this epoll is known all the same.
  if (!found) return { on: { is: 'descriptors', of: [], through: { epoll } }, target: { is: 'none' } };
  const on = { ...descriptors(found, (one) => isMoved(thread, one)), through: { epoll } };
  const target: Target = { is: 'fds', fds: found.fds, asleepIn: undefined };
  return { on, target, ...(found.doubtful && { doubtful: true }) };
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
): CallTarget {
  // It may open anything, and sleep for a server that never answers: its path is none for us to walk.
  const elsewhere = wchan !== '' && wchan !== '0' && !sleepsInOpening(wchan);
  if (elsewhere) return noObject({ is: 'unknown' });
  const path = stringOf(tid, address);
  const write = (flags & O_ACCMODE) !== 0n;
  const on: WaitOn = { is: 'path', ...(path && named(path)), direction: write ? 'write' : 'read' };
  return { on, target: path ? { is: 'path', path, directory, write } : { is: 'none' } };
}

function named(raw: Buffer): Pick<WaitOnOf<'path'>, 'path' | 'pathBytes'> {
  const { text: path, bytes: pathBytes } = kernelName(raw);
  return { path, ...(pathBytes && { pathBytes }) };
}

/** What a thread waits for on a queue or set. */
function sysvWait(tid: number, call: RawCall): Pick<CallTarget, 'on' | 'timeout'> {
  const [, a1 = 0n, a2 = 0n, a3 = 0n, a4 = 0n] = call.arguments;
  switch (call.name) {
    case 'msgrcv':
      return {
        on: {
          is: 'receive',
          type: wantedType(BigInt.asIntN(call.compat ? 32 : 64, a3), (a4 & MSG_EXCEPT) !== 0n),
        },
      };
    case 'msgsnd': {
      const memory = memoryAt(tid, typeAt(a1, call));
      const type = call.compat ? memory && BigInt(memory.readInt32LE()) : memory?.readBigInt64LE();
      return { on: { is: 'send', ...(type !== undefined && { type: exactly(type) }), bytes: exactly(a2) } };
    }
    default: {
      const on = operationsAt(tid, a1, Number(BigInt.asUintN(32, a2)));
      return call.name === 'semop' ? { on } : { on, timeout: spanAt(tid, call) };
    }
  }
}

function wantedType(type: bigint, except: boolean): WaitOnOf<'receive'>['type'] {
  if (type === 0n) return { is: 'any' };
  if (type < 0n) return { is: 'upTo', type: exactly(-type) };
  return { is: except ? 'except' : 'type', type: exactly(type) };
}

function operationsAt(tid: number, address: bigint, count: number): WaitOn {
  const told = Math.min(count, WAITED_MOST);
  const memory = memoryAt(tid, operationsRange(address, count));
  if (!memory) return { is: 'operations' };
  const of = Array.from({ length: told }, (_, at) => ({
    number: memory.readUInt16LE(at * SEMBUF),
    change: memory.readInt16LE(at * SEMBUF + 2),
    undo: (memory.readUInt16LE(at * SEMBUF + 4) & SEM_UNDO) !== 0,
  }));
  return { is: 'operations', of, ...(count > told && { more: count - told }) };
}

/** Whether two targets are one. */
export function sameTarget(before: Target, now: Target): boolean {
  if (before.is !== 'fds' || now.is !== 'fds') return isDeepStrictEqual(before, now);
  return before.asleepIn === now.asleepIn && sameFds(before.fds, now.fds);
}
