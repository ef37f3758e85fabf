/** Which lock on a file, and of which bytes. */
import type { ParametersOf } from '../../protocol/kinds';
import { t } from '../../presentation/translate';
import type { Asker } from './asker';
import { checked } from './asker';
import { Wrong } from './steps';

type How = ParametersOf<'lock', 'hold'>['how'];

/** Both calls, since one does not notice the other. */
export const askLockHow: Asker = (steps, { prompt }) =>
  steps.pick<How>('how', {
    placeholder: prompt,
    items: [
      {
        label: t('flock, exclusive'),
        description: t('as flock(1) and most lock files'),
        value: { type: 'flock', mode: 'exclusive' },
      },
      {
        label: t('flock, shared'),
        description: t('with other shared ones'),
        value: { type: 'flock', mode: 'shared' },
      },
      {
        label: t('fcntl, exclusive'),
        description: t('as databases and mail programs; needs the right to write'),
        value: { type: 'ofd', mode: 'exclusive' },
      },
      {
        label: t('fcntl, shared'),
        description: t('with other shared ones'),
        value: { type: 'ofd', mode: 'shared' },
      },
    ],
  });

/** A range as `0-99` or `100-`; flock(2) knows none. */
export const askLockRange: Asker = (steps, { prompt, schema, answers }) => {
  if ((answers.how as How | undefined)?.type === 'flock') return Promise.resolve(undefined);
  return steps.input<ParametersOf<'lock', 'hold'>['range']>('range', {
    prompt,
    parse: (text) => {
      if (text.trim() === '') return undefined;
      const [, start, end] = /^\s*(\d{1,15})\s*-\s*(\d{1,15})?\s*$/.exec(text) ?? [];
      const wrong = t('Bytes are given as 0-99, or as 100- for all from there on.');
      if (start === undefined) return new Wrong(wrong);
      if (end !== undefined && Number(end) < Number(start)) return new Wrong(wrong);
      return checked(schema, { start: Number(start), ...(end !== undefined && { end: Number(end) }) }, wrong);
    },
  });
};
