/** How long a call waits at most, by the argument that says so. Its memory is read only for calls of which other memory is read anyway. */
import type { Wait } from '../../../protocol/waits';
import { memoryOf, type Range } from '../../proc/processMemory';
import type { RawCall } from '../../proc/syscall';

/** As the contract has it: milliseconds; true: some, how many is not known; null: none; undefined: nobody knows. */
type Timeout = Wait['timeout'];

/** Units in a second of the second word: of struct timespec, of struct timeval. */
const NANO = 1_000_000_000n;
const MICRO = 1_000_000n;

/** Of calls whose span of time is read: the argument that has its address. */
const SPANS: Readonly<Record<string, number>> = { semtimedop: 3, ppoll: 2, select: 4, pselect6: 4 };
const SPAN = 16;

/** Of calls that take a struct by its address: which argument that is. */
const POINTERS: Readonly<Record<string, number>> = {
  epoll_pwait2: 3,
  futex: 3,
  futex_wait: 4,
  nanosleep: 0,
  clock_nanosleep: 2,
  mq_timedreceive: 4,
  mq_timedsend: 4,
  rt_sigtimedwait: 2,
  io_getevents: 4,
  io_pgetevents: 4,
};

/** Calls that wait for ever, if nothing comes. Of those on sockets an option of the socket says it (socketTimeout.ts). */
const ENDLESS: ReadonlySet<string> = new Set([
  ...['msgrcv', 'msgsnd', 'semop', 'open', 'openat', 'openat2', 'creat', 'flock', 'fcntl'],
  ...['wait4', 'waitpid', 'waitid', 'vfork', 'pause', 'rt_sigsuspend'],
]);

/** By the call and its raw arguments alone. */
export function timeoutOf({ name, arguments: given }: RawCall): Timeout {
  if (ENDLESS.has(name)) return null;
  if (name === 'epoll_wait' || name === 'epoll_pwait')
    return milliseconds(Number(BigInt.asIntN(32, given[3] ?? 0n)));
  const at = POINTERS[name];
  return at === undefined ? undefined : given[at] === 0n ? null : true;
}

/** As poll(2) and epoll_wait(2) take it. */
export function milliseconds(given: number): Timeout {
  return given < 0 ? null : given;
}

/** Where the span of time of a call stands; nothing where it has none, or one whose layout is not known. */
export function spanOf({ name, arguments: given, compat }: RawCall): Range[] {
  const address = given[SPANS[name] ?? -1] ?? 0n;
  // A program of 32 bits has one of two layouts, and its call's name does not say which.
  return address === 0n || compat ? [] : [{ address, length: SPAN }];
}

/** The span of time of a call that has one by its address. */
export function spanAt(tid: number, call: RawCall): Timeout {
  if ((call.arguments[SPANS[call.name] ?? -1] ?? 0n) === 0n) return null;
  const [range] = spanOf(call);
  const memory = range && memoryOf(tid, range.address, range.length);
  if (!memory) return true;
  const [seconds, rest] = [memory.readBigInt64LE(0), memory.readBigInt64LE(8)];
  const unit = call.name === 'select' ? MICRO : NANO;
  const whole = Number((seconds * unit + rest) / (unit / 1000n));
  return seconds >= 0n && Number.isSafeInteger(whole) && whole >= 0 ? whole : true;
}
