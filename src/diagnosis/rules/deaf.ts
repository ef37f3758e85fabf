/**
 * Signals that were sent and are blocked, and no thread waits for them: they do nothing until the program lets them in. Fires on what is pending of the process: if another thread let it in, the kernel would have given it to that. Silent where
 * a thread waits for the signal, also through a signalfd, on ignored signals, and on those that do nothing by default (SIGCHLD, SIGCONT, SIGURG, SIGWINCH), unless they are caught.
 */
import type { Process } from '../../protocol/snapshot';
import type { Rule } from '../finding';
import { mask } from '../masks';
import { refsOf } from '../waiters';

/** SIGCHLD, SIGCONT, SIGURG and SIGWINCH (signal(7)). */
const HARMLESS = [17, 18, 23, 28].reduce((bits, signal) => bits | bit(signal), 0n);

export const deaf: Rule<'deaf'> = {
  seconds: 5,
  cites: 'signal(7) "Signal mask and pending signals", sigprocmask(2)',
  find: ({ machine }) =>
    machine.look.processes.flatMap((process) => {
      const signals = deafTo(process);
      if (signals.length === 0) return [];
      const { pid, startTime } = process;
      const subjects = refsOf([process], machine);
      return {
        severity: 'note',
        subjects,
        parts: { pid, startTime, signals },
        cures: subjects.map((ref) => ({ is: 'debug', ref })),
      };
    }),
};

function bit(signal: number): bigint {
  return 1n << BigInt(signal - 1);
}

function deafTo({ signals, threads }: Process): number[] {
  if (!signals || signals.pending === '0' || !threads) return [];
  const caught = mask(signals.caught);
  const bits = mask(signals.pending) & mask(signals.blocked) & ~mask(signals.ignored) & ~(HARMLESS & ~caught);
  const waited = new Set<number>();
  for (const { wait } of threads) {
    if (wait === undefined || wait === 'runs') continue;
    const { on, call } = wait;
    // pause(2) and sigsuspend(2) end by what is not blocked.
    if (on.is === 'unknown' || (call === 'rt_sigtimedwait' && on.is === 'signals' && !on.signals)) return [];
    if (on.is === 'descriptors' && on.of.some(({ type }) => type === 'signalfd')) return [];
    if (on.is === 'signals') for (const signal of on.signals ?? []) waited.add(signal);
  }
  const numbers = Array.from({ length: 64 }, (_, at) => at + 1);
  return numbers.filter((number) => (bits & bit(number)) !== 0n && !waited.has(number));
}
