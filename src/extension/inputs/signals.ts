/** Which signal, to whom in a process, and with which value. */
import type { ProcessSubject } from '../../protocol/kinds';
import { SIGNAL_MOST } from '../../protocol/numbers';
import { REAL_TIME, SIGNALS } from '../../protocol/signals';
import { effectText } from '../../presentation/signalEffects';
import { parseSignal, signalText } from '../../presentation/signals';
import { t } from '../../presentation/translate';
import { grouped } from '../../presentation/values';
import type { PickItem } from '../ui/foreign';
import { type Asker, checked } from './asker';
import { Wrong } from './steps';

/** Those that people send stand first. */
const USUAL = [SIGNALS.SIGTERM, SIGNALS.SIGINT, SIGNALS.SIGHUP, SIGNALS.SIGKILL, SIGNALS.SIGSTOP] as const;
const THEN = [SIGNALS.SIGCONT, SIGNALS.SIGUSR1, SIGNALS.SIGUSR2, SIGNALS.SIGQUIT] as const;
/** Threads that are named one by one. */
const THREADS = 200;

export const askSignal: Asker = (steps, { prompt, process, ability, answers }) => {
  const first: readonly number[] = [...USUAL, ...THEN];
  const all = Array.from({ length: SIGNAL_MOST }, (_, at) => at + 1);
  // 32 and 33 are the C library's own: whoever wants them types the number.
  const rest = all.filter((one) => !first.includes(one) && one !== REAL_TIME && one !== REAL_TIME + 1);
  const tid = typeof answers.tid === 'number' ? answers.tid : undefined;
  return steps.pick<number>('signal', {
    placeholder: prompt,
    items: [...first, ...rest].map((signal) =>
      itemOf(signal, ability === 'signal' ? process : undefined, tid),
    ),
    typed: (text) => {
      const signal = parseSignal(text, process?.details?.realTime);
      return signal === undefined
        ? undefined
        : itemOf(signal, ability === 'signal' ? process : undefined, tid);
    },
  });
};

/** With what it would do now. */
function itemOf(
  signal: number,
  process: ProcessSubject | undefined,
  tid: number | undefined,
): PickItem<number> {
  const label = signalText(signal, process?.details?.realTime);
  return { label, value: signal, ...(process && { description: effectText(process, signal, tid) }) };
}

/** Nobody needs to be asked where there is one thread. */
export const askThread: Asker = (steps, { prompt, process }) => {
  const { threads = [], name } = process ?? { threads: [], name: '' };
  if (threads.length < 2) return Promise.resolve(undefined);
  return steps
    .pick<number | null>('thread', {
      placeholder: prompt,
      items: [
        { label: t('The Whole Process'), description: t('whichever thread takes it'), value: null },
        ...threads.slice(0, THREADS).map((one) => ({
          label: t('thread {0}', one.tid),
          description: one.name ?? name,
          value: one.tid,
        })),
      ],
    })
    .then((tid) => tid ?? undefined);
};

/** Only of signals to which programs give a meaning of their own. */
export const askSignalValue: Asker = (steps, { prompt, schema, answers }) => {
  const signal = Number(answers.signal);
  const own = signal >= REAL_TIME || signal === SIGNALS.SIGUSR1 || signal === SIGNALS.SIGUSR2;
  if (!own) return Promise.resolve(undefined);
  const wrong = t('This is a whole number from {0} to {1}.', grouped(-0x80000000), grouped(0x7fffffff));
  return steps
    .input<{ value: number | undefined }>('value', {
      prompt,
      value: '',
      parse: (text) => {
        const typed = text.trim();
        if (typed === '') return { value: undefined };
        if (!/^[+-]?\d{1,10}$/.test(typed)) return new Wrong(wrong);
        const value = checked(schema, Number(typed), wrong);
        return value instanceof Wrong ? value : { value };
      },
    })
    .then(({ value }) => value);
};
