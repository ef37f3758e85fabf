/** Operations of one semop(2), and the values of a whole set. */
import type { Operation } from '../../protocol/kinds/sysvSem';
import { grouped } from '../../presentation/values';
import { type Asker, checked } from './asker';
import { valuesOf } from './numbers';
import { parseOperations, parseValues } from './parse';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

/** Sets up to this size are offered as they are now, to be altered. */
const MOST_OFFERED = 64;

export const askOperations: Asker = (steps, { prompt, schema, object, host }) => {
  const semaphores = object?.kind === 'sysv.sem' ? object.semaphores : undefined;
  const most = host?.limits['sysv.sem']?.operations;
  const alone = semaphores === 1;
  return steps.input<Operation[]>(alone ? 'change' : 'operations', {
    prompt: alone ? t('Change: -1 lowers by 1 and waits until it can, +1 raises, 0 waits for zero') : prompt,
    parse: (text) => {
      const wrong = alone
        ? t('This is one change, as -1, +1 or 0.')
        : t('These are a semaphore and its change each, as 0 -1, 2 +1 or [0] -1 [2] +1.');
      const operations = parseOperations(text, alone);
      if (!operations) return new Wrong(wrong);
      const beyond = operations.find(({ number }) => semaphores !== undefined && number >= semaphores);
      if (beyond && semaphores !== undefined)
        return new Wrong(t('The last semaphore of this set is {0}.', grouped(semaphores - 1)));
      if (most !== undefined && operations.length > most)
        return new Wrong(t('This machine allows {0} operations in one call (semopm).', grouped(most)));
      return checked(schema, operations, t('A change is a whole number from -32,768 to 32,767.'));
    },
  });
};

/** One for each semaphore. Of a new set nothing means that all are 0. */
export const askValues: Asker = (steps, { prompt, schema, object, answers }) => {
  const asked = answers.semaphores;
  const wanted =
    object?.kind === 'sysv.sem' ? object.semaphores : typeof asked === 'number' ? asked : undefined;
  const now = valuesOf(object);
  return steps.input<number[] | undefined>('values', {
    prompt,
    ...(object && { value: now && now.length <= MOST_OFFERED ? now.join(', ') : '' }),
    parse: (text) => {
      if (text.trim() === '' && !object) return undefined;
      const values = parseValues(text);
      if (!values) return new Wrong(t('These are values, as 1, 0, 5 or 32000 x 1.'));
      if (wanted !== undefined && values.length !== wanted)
        return new Wrong(
          t('The set has {0} semaphores, and these are {1} values.', grouped(wanted), grouped(values.length)),
        );
      return checked(schema, values, t('A value is a whole number from 0 to 32,767.'));
    },
  });
};
