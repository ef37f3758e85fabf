/** Questions with two answers: what if the key exists already, what if it cannot be done at once. */
import { WAIT_LABELS } from '../../presentation/waitLabels';
import type { Asker } from './asker';
import { t } from '../../presentation/translate';

/** A key that nobody can ask for finds nothing that exists. */
export const askExclusive: Asker = (steps, { prompt, answers }) =>
  answers.key === 0
    ? Promise.resolve(true)
    : steps.pick<boolean>('exclusive', {
        placeholder: prompt,
        items: [
          {
            label: t('Fail if the Key Exists Already'),
            description: t('so that you never take what belongs to another program'),
            value: true,
          },
          {
            label: t('Use the One that Exists'),
            description: t('nothing of it is changed; mode and size stay its own'),
            value: false,
          },
        ],
      });

export const askInsist: Asker = (steps, { prompt }) =>
  steps.pick<boolean>('insist', {
    placeholder: prompt,
    items: [
      { label: t('Leave It'), description: t('nothing is taken where somebody would notice'), value: false },
      {
        label: t('Drain It All the Same'),
        description: t('who waits or is notified notices'),
        value: true,
        forget: true,
      },
    ],
  });

export const askWait: Asker = (steps, { prompt, kind, ability }) =>
  steps.pick<boolean>('wait', {
    placeholder: prompt,
    items: [
      { label: t('At Once'), description: t('fail if it cannot be done now'), value: false },
      {
        label: t(WAIT_LABELS[`${kind} ${ability}` as keyof typeof WAIT_LABELS]),
        description: t('in the kernel, as any program does; the panel shows it and ends it'),
        value: true,
      },
    ],
  });
