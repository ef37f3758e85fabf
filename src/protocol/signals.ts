/** What signals do (signal(7), kernel/signal.c): pure, over masks as proc(5) has them. */
import type { ProcessSubject } from './kinds';

/** Numbers of x86, ARM and most other architectures. */
export const SIGNALS = {
  ...{
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGILL: 4,
    SIGTRAP: 5,
    SIGABRT: 6,
    SIGBUS: 7,
    SIGFPE: 8,
    SIGKILL: 9,
  },
  ...{ SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGSTKFLT: 16 },
  ...{ SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23 },
  ...{
    SIGXCPU: 24,
    SIGXFSZ: 25,
    SIGVTALRM: 26,
    SIGPROF: 27,
    SIGWINCH: 28,
    SIGIO: 29,
    SIGPWR: 30,
    SIGSYS: 31,
  },
} as const;
/** From here on signals queue, and carry values (signal(7)). Programs count theirs from SIGRTMIN. */
export const REAL_TIME = 32;

/** What happens where a process has said nothing about a signal. */
type Default = 'ends' | 'dumps' | 'ignores' | 'continues' | 'stops';

const numbers = (...names: (keyof typeof SIGNALS)[]) => new Set<number>(names.map((name) => SIGNALS[name]));
const DUMPS = numbers(
  ...(['SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const),
  ...(['SIGXCPU', 'SIGXFSZ', 'SIGSYS'] as const),
);
const IGNORES = numbers('SIGCHLD', 'SIGURG', 'SIGWINCH');
const STOPS = numbers('SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU');
/** These stop only where somebody is there who may continue: not in an orphaned process group. */
const TERMINAL_STOPS = numbers('SIGTSTP', 'SIGTTIN', 'SIGTTOU');

function defaultOf(signal: number): Default {
  if (DUMPS.has(signal)) return 'dumps';
  if (IGNORES.has(signal)) return 'ignores';
  if (STOPS.has(signal)) return 'stops';
  return signal === SIGNALS.SIGCONT ? 'continues' : 'ends';
}

/** Whether a mask, hexadecimal text with bit n-1 for signal n, has a signal. */
function hasSignal(mask: string | undefined, signal: number): boolean {
  if (mask === undefined || !/^[0-9a-f]{1,32}$/i.test(mask)) return false;
  return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** The signals of a mask, the lowest first. */
export function signalsOf(mask: string): number[] {
  return Array.from({ length: 64 }, (_, at) => at + 1).filter((signal) => hasSignal(mask, signal));
}

/** A standard signal that is pending already comes once, whoever sends it again. */
export function isMerged(pending: string, signal: number): boolean {
  return signal < REAL_TIME && hasSignal(pending, signal);
}

/** What a signal would do to a process now. */
export interface SignalEffect {
  /**
   * `ends`: at once, `dumps` with a core where one is allowed. `stops`. `continues`: it runs again, if it is stopped. `ignored`: it said so; `harmless`: it said nothing, and the kernel drops it; `ended`: it has ended
   * already, and is only not waited for. `caught`: its handler runs. `waitedFor`: a thread waits for it in sigwait(3) and the like. `held`: all threads, or the one that is meant, block it, so it stays pending.
   * `protected`: the first process of a pid namespace, for which the kernel drops what it does not catch. `unknown`: its masks could not be read.
   */
  is:
    | ('ends' | 'dumps' | 'stops' | 'continues' | 'ignored' | 'harmless' | 'ended')
    | ('caught' | 'waitedFor' | 'held' | 'protected' | 'unknown');
  /** One is pending already, and will not become two. */
  merges?: true;
  /** Held: this signalfd tells of it. */
  signalfd?: number;
  /** Caught: a thread of it waits in a call, which may fail with EINTR by that. */
  interrupts?: true;
  /** It is stopped: nothing of this before it is continued. */
  afterContinue?: true;
  /** A freezer holds it: nothing of this before that lets it go. */
  afterThaw?: true;
  /** Its tracer gets it first, and may keep it. */
  traced?: true;
}

/** What a signal would do to a process, or to one thread of it, as it is now. What its handler does nobody knows. */
export function effectOf(process: ProcessSubject, signal: number, tid?: number): SignalEffect {
  const { signals, details, state } = process;
  if (/^[ZX]$/.test(state)) return { is: 'ended' };
  if (signal === SIGNALS.SIGKILL) return { is: process.pid === 1 ? 'protected' : 'ends' };
  if (!signals) return { is: 'unknown' };
  const pending = tid === undefined ? details?.pending : threadOf(process, tid)?.pending;
  const traced = process.tracer != null && { traced: true as const };
  const merges = isMerged(pending ?? '0', signal) && { merges: true as const };
  const stopped = state === 'T' && { afterContinue: true as const };
  const frozen = process.frozen === true && { afterThaw: true as const };
  const disposed = disposition(process, signal, tid);
  switch (disposed.is) {
    case 'stops':
    case 'continues':
      return { ...disposed, ...frozen, ...traced };
    case 'ignored':
    case 'harmless':
    case 'protected':
      return disposed;
    default:
      return { ...disposed, ...merges, ...(signal !== SIGNALS.SIGCONT && stopped), ...frozen, ...traced };
  }
}

function threadOf({ details }: ProcessSubject, tid: number) {
  return details?.threads.find((one) => one.tid === tid);
}

function disposition(process: ProcessSubject, signal: number, tid: number | undefined): SignalEffect {
  const { signals, details, pid } = process;
  const caught = hasSignal(signals?.caught, signal);
  const ignored = hasSignal(signals?.ignored, signal);
  if (signal === SIGNALS.SIGSTOP) return { is: pid === 1 ? 'protected' : 'stops' };
  // It continues whatever else is said of it (prepare_signal).
  if (signal === SIGNALS.SIGCONT && !caught) return { is: 'continues' };
  const meant = (details?.threads ?? []).filter((one) => tid === undefined || one.tid === tid);
  const blocked =
    meant.length > 0
      ? meant.every((one) => hasSignal(one.blocked, signal))
      : hasSignal(signals?.blocked, signal);
  if (!blocked && waitsFor(process, signal, tid)) return { is: 'waitedFor' };
  if (blocked) {
    const signalfd = details?.signalfds?.find((one) => hasSignal(one.signals, signal));
    return { is: 'held', ...(signalfd && { signalfd: signalfd.fd }) };
  }
  if (caught) return { is: 'caught', ...(isInCall(process, tid) && { interrupts: true as const }) };
  if (ignored) return { is: 'ignored' };
  const usual = defaultOf(signal);
  if (usual === 'ignores') return { is: 'harmless' };
  if (pid === 1) return { is: 'protected' };
  return { is: usual };
}

/** A thread that waits for signals has them unblocked as long as it waits (do_sigtimedwait). */
function waitsFor({ threads = [] }: ProcessSubject, signal: number, tid: number | undefined): boolean {
  return threads.some(
    ({ tid: own, wait }) =>
      (tid === undefined || own === tid) &&
      wait !== undefined &&
      wait !== 'runs' &&
      wait.call === 'rt_sigtimedwait' &&
      wait.on.is === 'signals' &&
      wait.on.signals?.includes(signal) === true,
  );
}

function isInCall({ threads = [] }: ProcessSubject, tid: number | undefined): boolean {
  return threads.some(
    ({ tid: own, wait }) => (tid === undefined || own === tid) && wait !== undefined && wait !== 'runs',
  );
}

/** Whether it asks first: what ends or stops a process, or is meant to and is left to its handler. */
export function isGrave({ is }: SignalEffect, signal: number): boolean {
  if (is === 'ends' || is === 'dumps' || is === 'stops') return true;
  const usual = defaultOf(signal);
  return (is === 'caught' || is === 'waitedFor' || is === 'held' || is === 'unknown') && MEANT.has(signal)
    ? usual !== 'continues'
    : false;
}

/** By these people and programs end or stop others. */
const MEANT = numbers(
  ...(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGTSTP'] as const),
);

/** Whether a signal that would stop it does nothing where nobody may continue it. Told beside the effect, since who is orphaned is not looked at. */
export function isTerminalStop(signal: number): boolean {
  return TERMINAL_STOPS.has(signal);
}
