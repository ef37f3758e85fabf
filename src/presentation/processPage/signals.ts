/** Each signal, and what it would do to a process now. */
import type { ProcessSubject } from '../../protocol/kinds';
import { SIGNAL_MOST } from '../../protocol/numbers';
import type { SignalRow } from '../../protocol/pages/process';
import { REAL_TIME, SIGNALS, signalsOf } from '../../protocol/signals';
import { effectText } from '../signalEffects';
import { signalText } from '../signals';
import { t } from '../translate';
import { pidText } from '../values';
import type { PageAround } from './around';

/** Those that people send. */
const USUAL = [SIGNALS.SIGTERM, SIGNALS.SIGINT, SIGNALS.SIGHUP, SIGNALS.SIGUSR1, SIGNALS.SIGKILL] as const;
/** Rows; the others stand in the form. */
const ROWS_MOST = 14;

/** All of them, by number; those that people send, and those of which the process has said something, have a row. */
export function signalRows(process: ProcessSubject, { find }: PageAround): SignalRow[] {
  const { signals, details } = process;
  const first = details?.realTime ?? REAL_TIME + 2;
  const pending = pendingOf(process);
  const special = [...pending.keys(), ...numbers(signals?.blocked), ...numbers(signals?.ignored)];
  const named = new Set<number>([...USUAL, ...special]);
  const rows = new Set([...named, ...numbers(signals?.caught)].slice(0, Math.max(ROWS_MOST, named.size)));
  const all = Array.from({ length: SIGNAL_MOST }, (_, at) => at + 1).filter(
    (number) => number < REAL_TIME || number >= first,
  );
  return all.map((number) => ({
    number,
    name: signalText(number, first),
    does: effectText(process, number),
    notes: [
      ...(pending.get(number) ?? []),
      ...(details?.inherited ?? [])
        .filter((one) => signalsOf(one.signals).includes(number))
        .map(({ is, from }) =>
          is === 'ignored'
            ? t('ignored as {0} does', pidText(from, find))
            : t('blocked as {0} does', pidText(from, find)),
        ),
    ].join(' · '),
    row: rows.has(number),
  }));
}

function numbers(mask: string | undefined): number[] {
  return mask === undefined ? [] : signalsOf(mask);
}

/** Where each that is pending waits. */
function pendingOf({ signals, details }: ProcessSubject): Map<number, string[]> {
  const found = new Map<number, string[]>();
  const add = (number: number, text: string) => found.set(number, [...(found.get(number) ?? []), text]);
  for (const number of numbers(details?.pending ?? signals?.pending)) add(number, t('pending'));
  for (const { tid, pending } of details?.threads ?? [])
    for (const number of numbers(pending)) add(number, t('pending for thread {0}', tid));
  return found;
}
