/** Signals in words (signal(7)): numbers, and masks of proc(5), as names. */
import { REAL_TIME, SIGNALS, signalsOf } from '../protocol/signals';
import { grouped } from './values';
import { t } from './translate';

const NAMES = new Map<number, string>(Object.entries(SIGNALS).map(([name, number]) => [number, name]));
/** SIGRTMIN of glibc, which keeps 32 and 33 for its threads; musl keeps 34 too. */
const FIRST_REAL_TIME = 34;
const LAST = 64;
/** Names in one line. */
const MOST_NAMED = 12;

/** `SIGTERM (15)`; a real-time one `SIGRTMIN+2 (36)`. `first`: SIGRTMIN of the process that is meant, where that is known. */
export function signalText(number: number, first = FIRST_REAL_TIME): string {
  const name = signalName(number, first);
  return name === undefined ? t('{0} (of the C library)', number) : `${name} (${number})`;
}

/** Without its number; undefined of those that a C library keeps for itself. */
function signalName(number: number, first = FIRST_REAL_TIME): string | undefined {
  const name = NAMES.get(number);
  if (name !== undefined || number < first) return name;
  return number === first ? 'SIGRTMIN' : `SIGRTMIN+${number - first}`;
}

/** The number of `15`, `TERM`, `sigterm`, `RTMIN+2`, `SIGRTMAX-1`; undefined where it means none. */
export function parseSignal(text: string, first = FIRST_REAL_TIME): number | undefined {
  const typed = text.trim().toUpperCase().replace(/^SIG/, '');
  if (/^\d{1,2}$/.test(typed)) return within(Number(typed), 1);
  const [, end, sign, by = '0'] = /^RTM(IN|AX)(?:([+-])(\d{1,2}))?$/.exec(typed) ?? [];
  if (end !== undefined) {
    const from = end === 'IN' ? first : LAST;
    return within(sign === '-' ? from - Number(by) : from + Number(by), first);
  }
  const known = SIGNALS[`SIG${typed}` as keyof typeof SIGNALS] as number | undefined;
  return known ?? ALIASES[typed];
}

const ALIASES: Readonly<Record<string, number>> = { IOT: 6, CLD: 17, POLL: 29 };

function within(number: number, least: number): number | undefined {
  return number >= least && number <= LAST ? number : undefined;
}

/** A mask, bit n-1 for signal n, as hexadecimal text: its signals, the lowest first; real-time ones that follow each other as one span. */
export function signalsText(mask: string, first = FIRST_REAL_TIME): string {
  if (!/^[0-9a-f]{1,16}$/i.test(mask)) return mask;
  const numbers = signalsOf(mask);
  return numbers.length === 0 ? t('none') : listText(numbers, first);
}

/** The same of numbers in their order. */
function listText(numbers: readonly number[], first = FIRST_REAL_TIME): string {
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last && number > REAL_TIME + 2 && last[1] === number - 1 && last[0] >= REAL_TIME + 2)
      last[1] = number;
    else spans.push([number, number]);
  }
  const words = spans.map(([from, to]) =>
    from === to ? signalText(from, first) : t('{0} to {1}', signalText(from, first), signalText(to, first)),
  );
  const more = words.length - MOST_NAMED;
  return more > 1
    ? t('{0} and {1} more', words.slice(0, MOST_NAMED).join('; '), grouped(more))
    : words.join('; ');
}
