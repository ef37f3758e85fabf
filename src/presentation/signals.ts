/** Signals in words (signal(7)): a mask of proc(5) as names. */
import { grouped } from './values';
import { t } from './translate';

/** The numbers of x86, ARM and most other architectures: 1 is the first. */
const NAMES = [
  ...['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL'],
  ...['SIGUSR1', 'SIGSEGV', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT', 'SIGCHLD', 'SIGCONT'],
  ...['SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF'],
  ...['SIGWINCH', 'SIGIO', 'SIGPWR', 'SIGSYS'],
];
/** SIGRTMIN of the C libraries, which keep 32 and 33 (musl: 34 too) for their threads. */
const FIRST_REAL_TIME = 34;
const LAST = 64;
/** Names in one line. */
const MOST_NAMED = 12;

/** `SIGTERM (15)`; a real-time one `36, RT+2`. */
export function signalText(number: number): string {
  const name = NAMES[number - 1];
  if (name !== undefined) return `${name} (${number})`;
  return number < FIRST_REAL_TIME
    ? t('{0} (of the C library)', number)
    : `${number}, RT+${number - FIRST_REAL_TIME}`;
}

/** A mask, bit n-1 for signal n, as hexadecimal text: its signals, the lowest first; real-time ones that follow each other as one span. */
export function signalsText(mask: string): string {
  if (!/^[0-9a-f]{1,16}$/i.test(mask)) return mask;
  const bits = BigInt(`0x${mask}`);
  const numbers = Array.from({ length: LAST }, (_, at) => at + 1).filter(
    (number) => (bits >> BigInt(number - 1)) & 1n,
  );
  if (numbers.length === 0) return t('none');
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last && number > FIRST_REAL_TIME && last[1] === number - 1 && last[0] >= FIRST_REAL_TIME)
      last[1] = number;
    else spans.push([number, number]);
  }
  const words = spans.map(([from, to]) =>
    from === to ? signalText(from) : t('{0} to {1}', signalText(from), signalText(to)),
  );
  const more = words.length - MOST_NAMED;
  return more > 1
    ? t('{0} and {1} more', words.slice(0, MOST_NAMED).join('; '), grouped(more))
    : words.join('; ');
}
